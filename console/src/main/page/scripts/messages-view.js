// Messages as they come, one a line, each with the latest of what became of it. Only those lines are there that are in sight.

import { h, icon, refill, set, write } from "./dom.js";
import { VERBS, clock, figure, instanceOf, serviceOf, took } from "./format.js";
import { get } from "./api.js";
import { outcome, stepOf } from "./outcomes.js";

const MOST = 5000;
/** How high a line is: that of a table, and that of a narrow screen, with three rows of text. */
const ROW = 32;
const HIGH_ROW = 66;
/** How many lines from the end a message may still find its place. */
const REACH = 200;
const SPARE = 6;
const SETTLE_MILLIS = 250;
const STYLES = ["one-way", "request", "publish", "survey"];
const KINDS = ["document", "command", "event"];
const OUTCOMES = [["done", "done"], ["failed", "failed, all ways"], ["faulted", "faulted"], ["refused", "refused"], ["timed-out", "timed out"], ["lost", "lost or dropped"]];

export class MessagesView {
  tab = "messages";
  title = "Messages";
  wantsFlows = true;

  constructor(page) {
    this.page = page;
    this.rows = [];
    this.byId = new Map();
    this.drawn = new Map();
    this.isFollowing = true;
    this.isPaused = false;
    this.fields = {
      text: h("input", { type: "search", placeholder: "Type, id, detail or header", "aria-label": "Text", maxlength: "255" }),
      correlation: h("input", { type: "search", placeholder: "Correlation id", "aria-label": "Correlation id" }),
      service: select("Service", "Any service"),
      channel: select("Channel", "Any channel"),
      style: select("Style", "Any style", STYLES.map((style) => [style, style])),
      kind: select("Kind", "Any kind", KINDS.map((kind) => [kind, kind])),
      outcome: select("Outcome", "Any outcome", OUTCOMES),
    };
    this.pauseButton = h("button", { type: "button", class: "plain", "aria-pressed": "false", onclick: () => this.#pause(!this.isPaused) }, icon("pause"), "Pause");
    this.followButton = h("button", { type: "button", class: "plain", "aria-pressed": "true", onclick: () => this.#follow(!this.isFollowing) }, icon("follow"), "Follow");
    this.space = h("div", { class: "space" });
    this.list = h("div", { class: "rows", tabindex: "0", role: "region", "aria-label": "Messages, the newest last" }, this.space);
    this.foot = h("div", { class: "foot" });
    this.blank = h("div", { class: "blank" }, h("h2", {}, "No messages yet"), h("p", {}, "They show here as they are sent."));
    const filters = h("form", { class: "filters", role: "search", "aria-label": "Filter messages" }, Object.values(this.fields), h("div", { class: "end" }, this.pauseButton, this.followButton));
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("input", () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.#onFilter(), SETTLE_MILLIS);
    });
    const titles = ["time", "from", "", "to", "style", "channel", "kind", "type", "conversation", "took", "outcome"];
    const kinds = ["time", "", "arrow", "", "style wide", "channel", "kind wide", "wide", "wide", "took", ""];
    this.element = h("div", { class: "messages" }, filters, h("div", { class: "columns", "aria-hidden": "true" }, titles.map((title, place) => h("span", { class: kinds[place] }, title))), this.list, this.foot);
    this.list.addEventListener("scroll", () => this.#onScroll());
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    this.narrow = matchMedia("(max-width: 760px)");
    this.narrow.addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.list);
  }

  show(rest, parameters) {
    this.isShown = true;
    this.#fillChoices();
    this.onAddress(rest, parameters, true);
  }

  async onAddress(rest, parameters, isFirst = false) {
    const address = JSON.stringify(parameters);
    if (!isFirst && address === this.address) {
      return;
    }
    this.address = address;
    for (const [name, field] of Object.entries(this.fields)) {
      const value = parameters[name] ?? "";
      if (field.tagName === "SELECT" && value && ![...field.options].some((option) => option.value === value)) {
        field.append(h("option", { value }, value));
      }
      field.value = value;
    }
    await this.#begin();
    this.#refocus();
  }

  /** Whoever comes back from a story by the keyboard goes on where they left. */
  #refocus() {
    if (this.isShown && this.opened && document.activeElement === document.body) {
      (this.drawn.get(this.opened)?.element ?? this.list).focus({ preventScroll: true });
    }
    this.opened = null;
  }

  #open(row, conversation) {
    this.opened = row.id;
    this.page.go(`story/${encodeURIComponent(conversation)}`);
  }

  hide() {
    this.isShown = false;
    this.wanted = null;
  }

  onMesh() {
    this.#fillChoices();
    this.#showFoot();
  }

  #filter() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value));
  }

  /** Keeps the filter in the address, so that it can be passed on and gone back to. */
  #onFilter() {
    const filter = this.#filter();
    const query = new URLSearchParams(filter).toString();
    this.address = JSON.stringify(filter);
    history.replaceState(null, "", query ? `#/messages?${query}` : "#/messages");
    this.#begin();
  }

  /** Begins anew with what is remembered, then what comes. */
  async #begin() {
    const filter = this.#filter();
    const wanted = JSON.stringify(filter);
    this.wanted = wanted;
    this.rows = [];
    this.byId.clear();
    this.leftOut = 0;
    this.leftOutLately = [];
    this.oneIn = 1;
    this.problem = "";
    this.page.want(filter);
    try {
      const { flows } = await get("/api/flows", filter);
      if (this.wanted === wanted) {
        const fresh = this.rows;
        this.rows = [];
        this.byId.clear();
        flows.forEach((flow) => this.#take(flow.flow ?? flow));
        fresh.forEach((row) => row.flows.forEach((flow) => this.#take(flow)));
      }
    } catch (problem) {
      this.problem = problem.message;
      if (problem.code === "bad-parameter" && this.wanted === wanted) {
        // The address was typed. The stream would not take it either, and try again and again.
        this.page.want(null);
      }
    }
    this.#draw();
    this.#showFoot();
  }

  onFlows(batch) {
    if (!this.isShown) {
      return;
    }
    this.leftOutLately.push({ at: performance.now(), steps: batch.leftOut - this.leftOut });
    this.leftOut = batch.leftOut;
    this.oneIn = batch.oneIn;
    if (this.isPaused) {
      this.passed = (this.passed ?? 0) + batch.flows.length;
    } else {
      batch.flows.forEach((flow) => this.#take(flow.flow ?? flow));
      this.#draw();
    }
    this.#showFoot();
  }

  #take(flow) {
    if (!flow.id) {
      return;
    }
    let row = this.byId.get(flow.id);
    if (!row) {
      row = { id: flow.id, at: flow.at, flows: [], takers: new Set(), weight: -1 };
      this.byId.set(flow.id, row);
      this.#insert(row);
      if (this.rows.length > MOST) {
        this.rows.splice(0, MOST / 10).forEach((old) => this.byId.delete(old.id));
      }
    }
    const known = `${flow.peer} ${flow.step} ${flow.at}`;
    if (row.flows.some((one) => `${one.peer} ${one.step} ${one.at}` === known)) {
      return;
    }
    if (row.flows.length < 64) {
      row.flows.push(flow);
    }
    if (flow.peer !== flow.from) {
      row.takers.add(flow.peer);
    }
    const { weight } = stepOf(flow);
    row.first ??= flow;
    if (weight >= row.weight) {
      row.weight = weight;
      row.last = flow;
    }
    row.at = row.at < flow.at ? row.at : flow.at;
    row.version = (row.version ?? 0) + 1;
  }

  /** By time, though peers tell of it one after the other. */
  #insert(row) {
    let place = this.rows.length;
    for (const least = Math.max(0, place - REACH); place > least && this.rows[place - 1].at > row.at; ) {
      place--;
    }
    this.rows.splice(place, 0, row);
  }

  #onScroll() {
    const isAtEnd = this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - this.#row();
    if (!isAtEnd && this.isFollowing && this.list.scrollTop < this.lastTop) {
      this.#follow(false);
    }
    this.lastTop = this.list.scrollTop;
    this.#draw(true);
  }

  #follow(isFollowing) {
    this.isFollowing = isFollowing;
    set(this.followButton, "aria-pressed", String(isFollowing));
    this.#draw();
  }

  #pause(isPaused) {
    this.isPaused = isPaused;
    this.passed = 0;
    set(this.pauseButton, "aria-pressed", String(isPaused));
    if (!isPaused) {
      this.#begin();
    }
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const focused = event.target.closest(".message");
    if (step && focused) {
      const next = [...this.space.children].sort((one, other) => one.offsetTop - other.offsetTop);
      next[next.indexOf(focused) + step]?.focus();
      event.preventDefault();
    }
  }

  #row() {
    return this.narrow.matches ? HIGH_ROW : ROW;
  }

  /** Draws the lines that are in sight, and takes the others away. */
  #draw(isScroll = false) {
    if (!this.isShown) {
      return;
    }
    const height = this.#row();
    this.space.style.height = `${this.rows.length * height}px`;
    if (this.isFollowing && !isScroll) {
      this.list.scrollTop = this.rows.length * height;
      this.lastTop = this.list.scrollTop;
    }
    const first = Math.max(0, Math.floor(this.list.scrollTop / height) - SPARE);
    const last = Math.min(this.rows.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / height) + SPARE);
    const wanted = new Set();
    for (let place = first; place < last; place++) {
      const row = this.rows[place];
      wanted.add(row.id);
      let line = this.drawn.get(row.id);
      if (!line) {
        line = new Line(row, (conversation) => this.#open(row, conversation));
        this.drawn.set(row.id, line);
        this.space.append(line.element);
      }
      line.update(row, place * height);
    }
    for (const [id, line] of this.drawn) {
      if (!wanted.has(id)) {
        line.element.remove();
        this.drawn.delete(id);
      }
    }
    if (this.rows.length === 0) {
      const isFiltered = Object.keys(this.#filter()).length > 0;
      write(this.blank.firstChild, this.problem ? "That cannot be shown" : isFiltered ? "Nothing matches" : "No messages yet");
      write(this.blank.lastChild, this.problem || (isFiltered ? "What does will show here as it comes." : "They show here as they are sent."));
      this.list.append(this.blank);
    } else {
      this.blank.remove();
    }
  }

  #showFoot() {
    const minuteAgo = performance.now() - 60_000;
    this.leftOutLately = (this.leftOutLately ?? []).filter(({ at, steps }) => steps > 0 && at > minuteAgo);
    const leftOut = this.leftOutLately.reduce((sum, { steps }) => sum + steps, this.page.model.leftOut);
    refill(
      this.foot,
      h("span", {}, `${figure(this.rows.length)} messages`),
      this.oneIn > 1 && h("span", {}, `So many come that one in ${this.oneIn} is shown`),
      leftOut > 0 && h("span", {}, `${figure(leftOut)} steps left out in the last minute`),
      this.isPaused && h("span", {}, `Paused; ${figure(this.passed ?? 0)} steps have passed since`),
    );
  }

  #fillChoices() {
    if (!this.isShown) {
      return;
    }
    const services = [...this.page.model.services().keys()];
    const channels = new Set([...this.page.model.edges.values()].map((edge) => edge.channel));
    this.page.model.peers.forEach((peer) => Object.keys(peer.channels).forEach((channel) => channels.add(channel)));
    choices(this.fields.service, services);
    choices(this.fields.channel, [...channels].sort());
  }
}

function select(label, any, options = []) {
  return h("select", { "aria-label": label }, h("option", { value: "" }, any), options.map(([value, text]) => h("option", { value }, text)));
}

/** Adds what is new, so that a list that is open does not close. */
function choices(field, values) {
  const known = new Set([...field.options].map((option) => option.value));
  values.filter((value) => !known.has(value)).forEach((value) => field.append(h("option", { value }, value)));
}

class Line {
  constructor(row, onOpen) {
    this.time = h("span", { class: "time" });
    this.from = h("span", { class: "from" });
    this.to = h("span", { class: "to" });
    this.style = h("span", { class: "style wide" });
    this.channel = h("span", { class: "channel" });
    this.kind = h("span", { class: "kind wide" });
    this.type = h("span", { class: "type wide" });
    this.conversation = h("span", { class: "soft wide" });
    this.took = h("span", { class: "took" });
    this.outcome = h("span", { class: "outcome-cell" });
    this.element = h(
      "button",
      { type: "button", class: "message", onclick: () => onOpen(this.conversationId) },
      this.time,
      this.from,
      h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
      this.to,
      this.style,
      this.channel,
      this.kind,
      this.type,
      this.conversation,
      this.took,
      this.outcome,
    );
  }

  update(row, top) {
    this.element.style.transform = `translateY(${top}px)`;
    if (this.version === row.version) {
      return;
    }
    this.version = row.version;
    const { first, last } = row;
    this.conversationId = last.correlationId || row.id;
    set(this.element, "class", `message ${last.style}`);
    set(this.element, "data-message", row.id);
    write(this.time, clock(row.at));
    write(this.from, instanceOf(first.from));
    // Of a message to many, those who took it.
    const isToMany = last.style === "publish" || last.style === "survey";
    const takers = [...row.takers];
    write(this.to, !isToMany || takers.length === 0 ? (first.to.includes("/") && !isToMany ? instanceOf(last.to || first.to) : serviceOf(first.to)) : takers.length === 1 ? instanceOf(takers[0]) : `${takers.length} peers`);
    write(this.style, VERBS[last.style] ?? last.style);
    write(this.channel, last.channel);
    write(this.kind, last.kind || first.kind || "");
    write(this.type, last.type || first.type);
    write(this.conversation, last.correlationId);
    write(this.took, took(last.elapsedNanos ?? last.nanos));
    const { word, kind } = stepOf(last);
    refill(this.outcome, outcome(kind, last.detail ? `${word}: ${last.detail}` : word));
    set(this.element, "title", last.detail || null);
  }
}
