// Elements, made and changed. Texts are only ever set as texts, so that what a message says can never become a part of the page.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: h("p", {class: "note", onclick: f}, "text", child, …). Children that are null or false are left out. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      set(element, name, value);
    }
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** Sets an attribute, unless it is so already; null, undefined and false take it away. */
export function set(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) {
      element.removeAttribute(name);
    }
  } else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) {
      element.setAttribute(name, text);
    }
  }
}

/** Sets an element's text, unless it is so already. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Puts `children` in place of what an element has. */
export function refill(element, ...children) {
  element.replaceChildren(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
}

const ICONS = {
  "one-way": "M2 8h12M10 4l4 4-4 4",
  request: "M2 5.5h12M11 2.5l3 3M14 10.5H2M5 13.5l-3-3",
  publish: "M2 8h4M6 8l7-5M6 8h7.5M6 8l7 5M10.6 2.8l2.6.2-.7 2.4M12 6.6 13.6 8 12 9.4M12.5 10.6l.7 2.4-2.6.2",
  survey: "M5.5 6a2.6 2.6 0 1 1 3.6 2.4C8.3 8.8 8 9.3 8 10.200M8 13v.01",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.500H6M10 2.500h3.500V6M13.5 10v3.500H10M6 13.500H2.500V10",
  done: "M3 8.500l3.5 3.500L13 4.5",
  failed: "M8 2.5 14.5 13.500H1.500zM8 6.500v3M8 11.700v.01",
  open: "M8 3a5 5 0 1 1-.01 0M8 5.500V8l1.7 1.2",
  pause: "M5.5 3.500v9M10.5 3.500v9",
  follow: "M8 3v9M4 8.5 8 12.5 12 8.5",
  sun: "M8 5.200a2.8 2.8 0 1 1-.01 0M8 1.500v1.300M8 13.200v1.300M1.5 8h1.300M13.2 8h1.300M3.4 3.400l.9.9M11.7 11.700l.9.9M12.6 3.400l-.9.9M4.3 11.700l-.9.9",
  moon: "M13 9.500A5.5 5.5 0 1 1 6.5 3 4.4 4.4 0 0 0 13 9.500z",
  both: "M8 2.500a5.5 5.5 0 1 1-.01 0M8 2.500v11M8 5h3.800M8 8h5.300M8 11h3.8",
};

/** A sign of 16 by 16, which says nothing to those who listen: a text or a label has to be beside it. */
export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}

/** The sign of a peer's condition: full, half, or hollow and crossed out. */
export function conditionSign(condition) {
  const sign = s("svg", { class: "condition", viewBox: "0 0 12 12", "aria-hidden": "true" });
  if (condition === "UP") {
    sign.append(s("circle", { cx: 6, cy: 6, r: 4.5, fill: "currentColor" }));
  } else if (condition === "DOUBTFUL") {
    sign.append(s("path", { d: "M6 1.5 11 10.500H1z", fill: "none", stroke: "currentColor", "stroke-linejoin": "round" }), s("path", { d: "M6 4.500v3", stroke: "currentColor" }));
  } else if (condition === "LEFT") {
    sign.append(s("circle", { cx: 6, cy: 6, r: 4.2, fill: "none", stroke: "currentColor", "stroke-dasharray": "2 2" }));
  } else {
    sign.append(s("circle", { cx: 6, cy: 6, r: 4.2, fill: "none", stroke: "currentColor" }), s("path", { d: "M2 10 10 2", stroke: "currentColor" }));
  }
  return sign;
}

/** The words for a condition. */
export const CONDITIONS = { UP: "up", DOUBTFUL: "in doubt", GONE: "gone", LEFT: "left" };
