// One conversation: who sent what to whom and what became of it, and what did not come about.

import { h, refill } from "./dom.js";
import { VERBS, clock, instanceOf, pretty, took } from "./format.js";
import { get } from "./api.js";
import { outcome, stepOf } from "./outcomes.js";
import { arrange, draw } from "./sequence.js";

const LOOK_MILLIS = 1500;
const LOOKS = 4;

export class StoryView {
  tab = "messages";
  title = "One conversation";

  constructor(page) {
    this.page = page;
    this.head = h("div", { class: "story-head" });
    this.body = h("div");
    this.element = h("div", { class: "story", tabindex: "-1" }, h("div", { class: "story-inside" }, this.head, this.body));
    this.onKey = (event) => event.key === "Escape" && this.#leave();
  }

  show(id) {
    this.page.want(null);
    this.onAddress(id);
    // Wherever the focus is: what had it may be gone, as the line is that led here.
    document.addEventListener("keydown", this.onKey);
    this.element.focus({ preventScroll: true });
  }

  hide() {
    this.id = null;
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.onKey);
  }

  /** Goes back to where the story was opened from, but not to another site. */
  #leave() {
    if (this.page.isFirst) {
      this.page.go("messages");
    } else {
      history.back();
    }
  }

  async onAddress(id) {
    if (!id) {
      this.page.go("messages");
      return;
    }
    this.id = id;
    clearTimeout(this.timer);
    refill(
      this.head,
      h("h2", {}, id),
      h("div", { class: "end" }, h("button", { type: "button", class: "plain", onclick: () => this.#leave() }, "Back"), h("a", { class: "unseen", href: "#/messages" }, "All messages")),
    );
    refill(this.body, h("p", { class: "note" }, "Asking the peers what they remember…"));
    this.#look(id, LOOKS);
  }

  /** A conversation may go on, so it is looked at some more times. */
  async #look(id, looks) {
    try {
      const story = await get("/api/story", { id });
      if (this.id === id) {
        showStory(this.body, story);
      }
    } catch (problem) {
      if (this.id === id) {
        refill(this.body, h("p", { class: "problem" }, problem.message));
      }
      return;
    }
    if (looks > 1 && this.id === id) {
      this.timer = setTimeout(() => this.#look(id, looks - 1), LOOK_MILLIS);
    }
  }
}

/** Shows a story within `element`. */
export function showStory(element, story) {
  const flows = (story.flows ?? []).map((flow) => flow.flow ?? flow);
  const mark = [...flows.map((flow) => `${flow.peer}${flow.step}${flow.id}${flow.at}`), ...missingTexts(story), ...(story.notes ?? [])].join();
  if (element.dataset.mark === mark && flows.length > 0) {
    return;
  }
  element.dataset.mark = mark;
  if (flows.length === 0) {
    refill(element, h("div", { class: "blank" }, h("h2", {}, "Nobody remembers it"), h("p", {}, "No peer has a step of it. It may be too long ago, or the peers that knew have gone.")));
    return;
  }
  const frame = h("div", { class: "sequence", tabindex: "0", role: "region", "aria-label": "Sequence diagram" });
  const isOpen = element.querySelector("details")?.open ?? false;
  refill(element, frame, missing(story), notes(story), steps(flows, isOpen));
  frame.append(draw(arrange(flows), frame.clientWidth || 900));
}

function missingTexts(story) {
  return (story.missing ?? []).map((one) => (typeof one === "string" ? one : (one.text ?? one.what ?? "")));
}

function missing(story) {
  const texts = missingTexts(story);
  return texts.length > 0 && h("ul", { class: "missing", "aria-label": "What did not come about" }, texts.map((text) => h("li", {}, text)));
}

function notes(story) {
  return (story.notes ?? []).length > 0 && h("div", { class: "notes" }, story.notes.map((note) => h("p", { class: "note" }, note)));
}

/** The steps that key and headers are shown with: of each message the first one at each peer that tells them. */
function withHeaders(flows) {
  const first = new Map();
  for (const flow of flows.filter((one) => one.key || one.headers)) {
    const message = `${flow.peer} ${flow.id}`;
    first.set(message, first.get(message) ?? flow);
  }
  return new Set(first.values());
}

function headers(flow) {
  const lines = flow.key ? [["key", flow.key]] : [];
  lines.push(...Object.entries(flow.headers ?? {}));
  return h("ul", { class: "headers", "aria-label": "Headers" }, lines.map(([name, value]) => h("li", {}, h("bdi", { class: "soft" }, `${name}: `), h("bdi", {}, value))));
}

function steps(flows, isOpen) {
  const telling = withHeaders(flows);
  return h(
    "details",
    { class: "steps", open: isOpen },
    h("summary", {}, flows.length === 1 ? "One step" : `All ${flows.length} steps`),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ["time", "peer", "step", "message", "channel", "took"].map((title) => h("th", { scope: "col" }, title)))),
      h(
        "tbody",
        {},
        flows.map((flow) => {
          const { word, kind } = stepOf(flow);
          return h(
            "tr",
            { class: flow.style },
            h("td", { class: "soft" }, clock(flow.at)),
            h("td", {}, instanceOf(flow.peer)),
            h("td", {}, outcome(kind, word), flow.detail && h("div", { class: "soft" }, flow.detail)),
            h("td", {}, flow.type, h("div", { class: "soft" }, flow.kind, " ", h("span", { class: "mono" }, flow.id)), telling.has(flow) && headers(flow), flow.payload !== undefined && flow.payload !== null && h("pre", { class: "mono" }, pretty(flow.payload))),
            h("td", {}, `${VERBS[flow.style] ?? ""} ${flow.channel}`),
            h("td", {}, took(flow.elapsedNanos ?? flow.nanos)),
          );
        }),
      ),
    ),
  );
}
