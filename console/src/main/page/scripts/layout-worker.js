// Finds places for services and links, away from the thread that draws.

const LARGE = 16;

importScripts("/libraries/dagre.js");

addEventListener("message", ({ data: { turn, nodes, edges, direction } }) => {
  const graph = new self.dagre.graphlib.Graph({ multigraph: true });
  // Many stand closer beside each other, with more room for the lines between.
  const isLarge = nodes.length > LARGE;
  graph.setGraph({ rankdir: direction, nodesep: isLarge ? 16 : 36, ranksep: isLarge ? 160 : direction === "LR" ? 56 : 48, edgesep: isLarge ? 8 : 14, marginx: 8, marginy: 8, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach((node) => graph.setNode(node.id, { width: node.width, height: node.height }));
  edges.forEach((edge) => graph.setEdge(edge.from, edge.to, { width: edge.width, height: edge.height, labelpos: "c" }, edge.id));
  self.dagre.layout(graph);
  const { width, height } = graph.graph();
  postMessage({
    turn,
    width,
    height,
    nodes: graph.nodes().map((id) => ({ id, x: graph.node(id).x, y: graph.node(id).y })),
    edges: graph.edges().map((edge) => {
      const { x, y, points } = graph.edge(edge);
      return { id: edge.name, x, y, points };
    }),
  });
});
