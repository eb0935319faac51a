// What the picture of the mesh is made of.

import { CONDITIONS, conditionSign, h, s, set, write } from "./dom.js";
import { NOW, VERBS, ago, isAnswered, rate, share, took } from "./format.js";
import { curve, heading } from "./routes.js";

/** Of more instances than these, only the signs are shown. */
const MOST_NAMED = 6;
/** How wide and high such a sign is. */
const DENSE = 22;
/** Share of failures from which a link as a whole counts as failing. */
const FAILING = 0.1;

/** A service with its instances. */
export class Card {
  constructor(name, onChoose) {
    this.name = name;
    this.onChoose = onChoose;
    this.instances = new Map();
    this.sum = h("div", { class: "sum" });
    this.title = h("button", { type: "button", class: "title", onclick: () => onChoose(name) }, h("div", { class: "name", title: name }, name), this.sum);
    this.list = h("div", { class: "instances" });
    this.element = h("div", { class: "service", "data-service": name }, this.title, this.list);
    this.count = 0;
    this.height = 0;
  }

  has(key) {
    return this.instances.has(key);
  }

  update({ peers }, links) {
    const up = peers.filter((peer) => peer.condition === "UP").length;
    const isDense = peers.length > MOST_NAMED;
    const handled = [...links.values()].filter((link) => link.to === this.name).reduce((sum, link) => sum + link.rate, 0);
    const made = [...links.values()].filter((link) => link.from === this.name).reduce((sum, link) => sum + link.rate, 0);
    const wantedUp = peers.filter((peer) => peer.condition !== "LEFT").length;
    const count = wantedUp === 0 ? "none here" : up === wantedUp ? `${up} up` : `${up} of ${wantedUp} up`;
    const flow = handled > 0 ? `takes ${rate(handled)}` : made > 0 ? `sends ${rate(made)}` : "quiet";
    write(this.sum, `${count} · ${flow}`);
    this.list.classList.toggle("is-dense", isDense);
    this.element.classList.toggle("is-empty", up === 0);
    const wanted = new Set(peers.map((peer) => peer.label));
    drop(this.instances, wanted);
    for (const peer of peers) {
      let instance = this.instances.get(peer.label);
      if (!instance) {
        const element = h("button", { type: "button", class: "instance", "data-peer": peer.label, onclick: () => this.onChoose(peer.label) }, h("i"), h("span", {}, peer.instance));
        instance = { element, remove: () => element.remove() };
        this.instances.set(peer.label, instance);
      }
      if (instance.condition !== peer.condition) {
        instance.condition = peer.condition;
        instance.element.firstChild.replaceWith(conditionSign(peer.condition));
        set(instance.element, "data-condition", peer.condition);
      }
      const state = CONDITIONS[peer.condition] + (peer.avoidedBy ? `, avoided by ${peer.avoidedBy === 1 ? "1 peer" : `${peer.avoidedBy} peers`}` : "");
      set(instance.element, "data-avoided", peer.avoidedBy > 0);
      set(instance.element, "title", `${peer.instance} is ${state}`);
      set(instance.element, "aria-label", `${peer.instance}, ${state}`);
    }
    // In the order of their names, moving only what is out of place.
    peers.forEach((peer, place) => {
      const { element } = this.instances.get(peer.label);
      if (this.list.children[place] !== element) {
        this.list.insertBefore(element, this.list.children[place] ?? null);
      }
    });
    this.count = peers.length;
  }

  /** Finds out how high it is in a form. */
  measure({ card }) {
    const dense = Math.ceil(this.count / Math.floor((card - 22) / DENSE)) * DENSE + 8;
    this.height = 52 + (this.count > MOST_NAMED ? dense : this.count * 26 + (this.count > 0 ? 6 : 0));
  }

  place(x, y, width) {
    this.box = { left: x - width / 2, right: x + width / 2, top: y - this.height / 2, bottom: y + this.height / 2 };
    this.element.style.transform = `translate(${this.box.left}px, ${this.box.top}px)`;
  }

  mark(key, isNear) {
    this.element.classList.toggle("is-chosen", key === this.name);
    this.element.classList.toggle("is-near", isNear);
    this.instances.forEach((instance, label) => instance.element.classList.toggle("is-chosen", key === label));
  }

  remove() {
    this.element.remove();
  }
}

/** What one service says to another on one channel: a line with a label. */
export class Link {
  constructor(link, onChoose) {
    this.link = link;
    this.wire = s("path", { class: `wire ${link.style}` });
    this.tip = s("path", { class: "tip" });
    this.back = s("path", { class: "back" });
    this.drawing = s("g", { class: link.style }, this.wire, this.tip, this.back);
    this.speed = h("b");
    this.quiet = h("span", { class: "quiet" });
    this.time = h("span");
    this.failing = h("span", { class: "bad" });
    this.pill = h(
      "button",
      { type: "button", class: `link ${link.style}`, "data-link": link.key, onclick: onChoose },
      h("div", { class: "what" }, h("span", { class: "verb" }, VERBS[link.style] ?? link.style), " ", channelName(link.channel)),
      h("div", { class: "how" }, this.speed, h("span", {}, this.quiet, this.time), this.failing),
    );
  }

  update(link) {
    this.link = link;
    const isQuiet = link.rate < 0.01;
    const isFailing = link.errorRate > 0 && link.errorRate >= FAILING * link.rate;
    write(this.speed, isQuiet ? "" : rate(link.rate));
    const last = ago(link.lastSeen);
    write(this.quiet, isQuiet && last !== NOW ? "quiet, " : "");
    write(this.time, isQuiet ? (last === NOW ? last : `last ${last}`) : took(link.p50));
    write(this.failing, link.errorRate > 0 && !isQuiet ? `${share(link.errorRate, link.rate)} fail` : "");
    const words = `${link.from} ${VERBS[link.style] ?? link.style} ${link.channel}, ${link.to} takes it: ${isQuiet ? "quiet" : rate(link.rate)}`;
    const failures = link.errorRate > 0 ? `, ${share(link.errorRate, link.rate)} fail` : "";
    const time = isAnswered(link.style) ? "half of the answers were back" : "half of the messages were handled";
    const all = words + (link.p50 ? `, ${time} within ${took(link.p50)}` : "") + failures;
    set(this.pill, "aria-label", all);
    set(this.pill, "title", all);
    this.wire.style.strokeWidth = String(1.5 + Math.min(4.5, 1.1 * Math.log10(1 + link.rate)));
    for (const part of [this.wire, this.tip]) {
      part.classList.toggle("is-quiet", isQuiet);
      part.classList.toggle("is-failing", isFailing);
    }
    this.pill.classList.toggle("is-failing", link.errorRate > 0 && !isQuiet);
  }

  /** Finds out how wide the label is. */
  measure({ least, most }) {
    this.width = least === most ? least : Math.ceil(this.pill.offsetWidth);
  }

  place(x, y, points, isDown, height) {
    this.box = { left: x - this.width / 2, right: x + this.width / 2, top: y - height / 2, bottom: y + height / 2 };
    this.pill.style.transform = `translate(${this.box.left}px, ${this.box.top}px)`;
    set(this.wire, "d", curve(points, isDown));
    const [start, after] = points;
    const end = points[points.length - 1];
    const before = points[points.length - 2];
    set(this.tip, "d", "M1 0 -9 4.5 -7 0 -9 -4.5z");
    set(this.tip, "transform", `translate(${end.x} ${end.y}) rotate(${heading(before, end, isDown)})`);
    // Answers come back: an open tip at the other end.
    set(this.back, "d", isAnswered(this.link.style) ? "M9 -4.5 3 0 9 4.5" : null);
    set(this.back, "transform", `translate(${start.x} ${start.y}) rotate(${heading(start, after, isDown)})`);
  }

  mark(isChosen, isNear) {
    this.pill.classList.toggle("is-chosen", isChosen);
    this.wire.classList.toggle("is-chosen", isChosen);
    for (const part of [this.pill, this.wire, this.tip, this.back]) {
      part.classList.toggle("is-near", isNear);
    }
  }

  remove() {
    this.drawing.remove();
    this.pill.remove();
  }
}

/** A channel's name, of which the service gives way first where there is no room for all. */
function channelName(channel) {
  const slash = channel.indexOf("/");
  return h("span", { class: "channel" }, slash >= 0 && h("span", { class: "owner" }, channel.slice(0, slash)), h("span", { class: "own" }, channel.slice(Math.max(0, slash))));
}

/** Takes away what `wanted` does not have. */
export function drop(drawn, wanted) {
  for (const [key, one] of drawn) {
    if (!wanted.has(key)) {
      one.remove();
      drawn.delete(key);
    }
  }
}
