// Where lines run between cards, as points that the layout has found and as paths.

/** Lines leave and reach cards at their sides: on each side spread evenly, in the order in which they come and go. */
export function dock(routes, cards, isDown) {
  const sides = new Map();
  const join = (id, isOut, route, next) => {
    const key = `${id} ${isOut}`;
    sides.set(key, [...(sides.get(key) ?? []), { card: cards.get(id), isOut, route, next }]);
  };
  for (const route of routes) {
    const { points, link } = route;
    const isForward = isDown ? points[0].y <= points[points.length - 1].y : points[0].x <= points[points.length - 1].x;
    join(link.from, isForward, { point: points[0] }, points[1]);
    join(link.to, !isForward, { point: points[points.length - 1] }, points[points.length - 2]);
  }
  for (const side of sides.values()) {
    side.sort((one, other) => (isDown ? one.next.x - other.next.x : one.next.y - other.next.y));
    side.forEach(({ card, isOut, route: { point } }, place) => {
      const sign = isOut ? 1 : -1;
      const share = (place + 1) / (side.length + 1) - 0.5;
      point.x = card.x + (isDown ? share * card.width : (sign * card.width) / 2);
      point.y = card.y + (isDown ? (sign * card.height) / 2 : share * card.height);
    });
  }
}

/** Beside a card that is smaller than those next to it, a line goes straight, until it is past them. */
export function lengthen({ points, leaves, arrives }, isDown) {
  const along = isDown ? "y" : "x";
  const [start, end] = [points[0], points[points.length - 1]];
  if (Math.abs(start[along] - leaves) > 1) {
    points.splice(1, 0, { ...start, [along]: leaves });
  }
  if (Math.abs(end[along] - arrives) > 1) {
    points.splice(-1, 0, { ...end, [along]: arrives });
  }
}

/** In which direction a line goes from one point to the next, in degrees: it leaves and arrives straight. */
export function heading(from, to, isDown) {
  if (isDown) {
    return to.y >= from.y ? 90 : -90;
  }
  return to.x >= from.x ? 0 : 180;
}

/** A path through `points` that passes each of them straight. */
export function curve(points, isDown) {
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1];
    const to = points[i];
    const x = (from.x + to.x) / 2;
    const y = (from.y + to.y) / 2;
    path += isDown ? `C${from.x} ${y} ${to.x} ${y} ${to.x} ${to.y}` : `C${x} ${from.y} ${x} ${to.y} ${to.x} ${to.y}`;
  }
  return path;
}
