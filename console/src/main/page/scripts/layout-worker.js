// Finds places for services and links, away from the thread that draws.

importScripts("/libraries/dagre.js");

addEventListener("message", ({ data: { turn, nodes, edges, direction, gaps } }) => {
  const graph = new self.dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, ...gaps, marginx: 2, marginy: 2, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach((node) => graph.setNode(node.id, { width: node.width, height: node.height }));
  edges.forEach((edge) => graph.setEdge(edge.from, edge.to, { width: edge.width, height: edge.height, labelpos: "c" }, edge.id));
  self.dagre.layout(graph);
  const { width, height } = graph.graph();
  const isDown = direction === "TB";
  const ranks = extents(graph, isDown);
  postMessage({
    turn,
    width,
    height,
    nodes: graph.nodes().map((id) => ({ id, x: graph.node(id).x, y: graph.node(id).y })),
    edges: graph.edges().map((edge) => {
      const { x, y, points } = graph.edge(edge);
      return { id: edge.name, x, y, points: passing(points, { x, y }, ranks, isDown), ...sides(graph, edge, ranks, isDown) };
    }),
  });
});

/** How far each rank of services or labels reaches, by where its middle is. */
function extents(graph, isDown) {
  const ranks = new Map();
  const boxes = [...graph.nodes().map((id) => graph.node(id)), ...graph.edges().map((edge) => graph.edge(edge))];
  for (const box of boxes) {
    const middle = Math.round(isDown ? box.y : box.x);
    ranks.set(middle, Math.max(ranks.get(middle) ?? 0, isDown ? box.height : box.width));
  }
  return ranks;
}

/** Where a line is past those that stand beside whom it comes from, and where it gets to those beside whom it goes to. */
function sides(graph, { v, w }, ranks, isDown) {
  const along = isDown ? "y" : "x";
  const [from, to] = [graph.node(v)[along], graph.node(w)[along]];
  const sign = from <= to ? 1 : -1;
  const half = (middle) => (ranks.get(Math.round(middle)) ?? 0) / 2;
  return { leaves: from + sign * half(from), arrives: to - sign * half(to) };
}

/** Has a line pass straight through the ranks that lie between, so that it bends beside what stands there and not behind. */
function passing(points, label, ranks, isDown) {
  const along = isDown ? "y" : "x";
  const sign = points[0][along] <= points[points.length - 1][along] ? 1 : -1;
  return points.flatMap((point, place) => {
    const isEnd = place === 0 || place === points.length - 1;
    const isLabel = Math.abs(point.x - label.x) < 1 && Math.abs(point.y - label.y) < 1;
    const half = isEnd || isLabel ? 0 : (ranks.get(Math.round(point[along])) ?? 0) / 2;
    return half === 0 ? [point] : [{ ...point, [along]: point[along] - sign * half }, { ...point, [along]: point[along] + sign * half }];
  });
}
