// The mesh as a picture: services with their instances, and what they say to each other.

import { h, icon, s, set } from "./dom.js";
import { Details } from "./details.js";
import { Card, Link, drop } from "./parts.js";
import { Pulses } from "./pulses.js";
import { dock, lengthen } from "./routes.js";
import { Viewport } from "./viewport.js";

/** Measures from left to right, and from top to bottom where there is little room beside each other. */
const WIDE = { direction: "LR", card: 156, least: 166, most: 208, height: 40, gaps: { nodesep: 36, ranksep: 60, edgesep: 14 }, margins: { x: 24, y: 24 }, legible: 0.92 };
const NARROW = { direction: "TB", card: 130, least: 130, most: 130, height: 56, gaps: { nodesep: 8, ranksep: 40, edgesep: 8 }, margins: { x: 6, y: 10 }, legible: 0.84 };
/** Of more services than these, only the whole is shown. They stand closer beside each other, with more room for the lines between. */
const MANY = 16;
const GAPS_OF_MANY = { nodesep: 16, ranksep: 160, edgesep: 8 };
/** How much of a corner the buttons take, with some room. */
const CORNER = { width: 150, height: 64 };
const SETTLE_MILLIS = 250;

export class MeshView {
  tab = "mesh";
  title = "Mesh";

  constructor(page) {
    this.page = page;
    this.cards = new Map();
    this.links = new Map();
    this.chosen = null;
    this.turn = 0;
    this.isStale = false;
    this.signature = "";
    this.wires = s("svg", { "aria-hidden": "true" });
    this.world = h("div", { class: "world" }, this.wires);
    this.picture = h("div", { class: "picture", role: "group", "aria-label": "Services and what they say to each other" }, this.world);
    this.blank = h("div", { class: "blank" }, h("h2", {}, "Nobody is here yet"), h("p", {}, "As soon as a peer opens in this mesh, it shows here."));
    this.viewport = new Viewport(this.picture, this.world);
    this.details = new Details(page, () => this.choose(null));
    this.element = h("div", { class: "mesh" }, this.picture, this.details.element);
    this.pulses = new Pulses(this.wires);
    this.zoom = h(
      "div",
      { class: "zoom" },
      this.#zoomButton("minus", "Smaller", () => this.viewport.zoom(1 / 1.25)),
      this.#zoomButton("plus", "Larger", () => this.viewport.zoom(1.25)),
      this.#zoomButton("fit", "Show all", () => this.viewport.fitWhole()),
    );
    this.picture.append(this.zoom);
    this.picture.addEventListener("click", (event) => {
      if (event.target === this.picture) {
        this.choose(null);
      }
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.choose(null);
      }
    });
    this.narrow = matchMedia("(max-width: 1000px)");
    this.narrow.addEventListener("change", () => this.#layOut());
    new ResizeObserver(() => this.viewport.onResize()).observe(this.picture);
  }

  #zoomButton(sign, label, action) {
    return h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: action }, icon(sign));
  }

  show(rest, parameters) {
    this.isShown = true;
    this.page.want(null);
    this.onAddress(rest, parameters);
    this.onMesh();
  }

  onAddress(rest, parameters) {
    this.#mark(parameters.choose ?? null);
  }

  hide() {
    this.isShown = false;
    this.pulses.clear();
    this.details.hide();
  }

  onTheme() {
    this.details.onTheme();
  }

  /** Chooses a service, a peer or a link by its key, or nothing. */
  choose(key) {
    this.page.go(key ? `mesh?choose=${encodeURIComponent(key)}` : "mesh");
  }

  onMesh() {
    if (!this.isShown) {
      return;
    }
    const services = this.page.model.services();
    const links = this.page.model.links();
    this.blank.remove();
    if (services.size === 0) {
      this.picture.append(this.blank);
    }
    const isNew = this.#update(services, links);
    if (this.page.model.isKnown) {
      this.pulses.onLinks(this.links);
    }
    this.details.onMesh(services, links);
    if (isNew || this.isStale) {
      this.isStale = false;
      // What comes together is laid out together.
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.#layOut(), this.cards.size === 0 || this.turn === 0 ? 0 : SETTLE_MILLIS);
    }
  }

  #update(services, links) {
    const counts = [];
    drop(this.cards, services);
    for (const [name, service] of services) {
      let card = this.cards.get(name);
      if (!card) {
        card = new Card(name, (key) => this.choose(key));
        this.cards.set(name, card);
        this.world.append(card.element);
      }
      card.update(service, links);
      counts.push(`${name}:${service.peers.length}`);
    }
    drop(this.links, links);
    for (const [key, link] of links) {
      let drawn = this.links.get(key);
      if (!drawn) {
        drawn = new Link(link, () => this.choose(key));
        this.links.set(key, drawn);
        this.wires.prepend(drawn.drawing);
        this.world.append(drawn.pill);
      }
      drawn.update(link);
    }
    const signature = `${counts.join()};${[...links.keys()].sort().join()}`;
    const isNew = signature !== this.signature;
    this.signature = signature;
    if (isNew) {
      this.#mark(this.chosen);
    }
    return isNew;
  }

  #layOut() {
    // What is not shown has no size.
    this.isStale = !this.isShown;
    if (this.cards.size === 0 || this.isStale) {
      return;
    }
    this.worker ??= this.#openWorker();
    const form = this.narrow.matches ? NARROW : WIDE;
    this.form = form;
    this.world.classList.toggle("is-down", form.direction === "TB");
    this.world.style.setProperty("--card", `${form.card}px`);
    this.world.style.setProperty("--least", `${form.least}px`);
    this.world.style.setProperty("--most", `${form.most}px`);
    this.world.style.setProperty("--pill", `${form.height}px`);
    this.cards.forEach((card) => card.measure(form));
    this.links.forEach((link) => link.measure(form));
    this.worker.postMessage({
      turn: ++this.turn,
      direction: form.direction,
      gaps: this.cards.size > MANY ? GAPS_OF_MANY : form.gaps,
      nodes: [...this.cards].map(([id, card]) => ({ id, width: form.card, height: card.height })),
      edges: [...this.links].map(([id, { link, width }]) => ({ id, from: link.from, to: link.to, width, height: form.height })),
    });
  }

  #openWorker() {
    const worker = new Worker("/scripts/layout-worker.js");
    worker.addEventListener("message", ({ data }) => {
      if (data.turn === this.turn) {
        this.#place(data);
      }
    });
    return worker;
  }

  #place({ width, height, nodes, edges }) {
    const { card: cardWidth, height: pillHeight, direction, margins, legible } = this.form;
    nodes.forEach(({ id, x, y }) => this.cards.get(id)?.place(x, y, cardWidth));
    const isDown = direction === "TB";
    const routes = edges.filter(({ id }) => this.links.has(id)).map((edge) => ({ ...edge, link: this.links.get(edge.id).link }));
    const boxes = nodes.map((node) => [node.id, { ...node, width: cardWidth, height: this.cards.get(node.id)?.height ?? 0 }]);
    dock(routes, new Map(boxes), isDown);
    routes.forEach((route) => lengthen(route, isDown));
    routes.forEach(({ id, x, y, points }) => this.links.get(id).place(x, y, points, isDown, pillHeight));
    set(this.wires, "width", width);
    set(this.wires, "height", height);
    const drawn = [...this.cards.values(), ...this.links.values()].map(({ box }) => box).filter((box) => box?.bottom > height - CORNER.height);
    const isRightTaken = drawn.some((box) => box.right > width - CORNER.width);
    this.zoom.classList.toggle("is-left", isRightTaken && drawn.every((box) => box.left >= CORNER.width));
    this.viewport.setSize(width, height, margins, this.cards.size > MANY ? 0 : legible);
    this.viewport.setFocus(this.#boxOf(this.chosen));
    set(this.picture, "data-placed", String(this.turn));
  }

  /** Where that stands which has this key: a link's label, or a service, as which its instances count. */
  #boxOf(key) {
    return key ? (this.links.get(key)?.box ?? this.cards.get(key.split("/")[0])?.box ?? null) : null;
  }

  /** Shows what is chosen: it and its neighbours stand out, and its details are beside. */
  #mark(key) {
    this.chosen = key;
    const near = new Set();
    let hasChoice = false;
    for (const [id, { link }] of this.links) {
      const service = key?.split("/")[0];
      if (id === key || (key && !key.includes("|") && (link.from === service || link.to === service))) {
        near.add(id).add(link.from).add(link.to);
        hasChoice = true;
      }
    }
    for (const [name, card] of this.cards) {
      hasChoice ||= key === name || card.has(key);
      card.mark(key, near.has(name) || key === name || card.has(key));
    }
    this.links.forEach((link, id) => link.mark(id === key, near.has(id)));
    this.world.classList.toggle("has-choice", hasChoice);
    if (key) {
      this.details.open(key);
    } else {
      this.details.hide();
    }
    this.viewport.setFocus(this.#boxOf(key));
  }
}
