// What became of a message, as far as its steps tell.

import { h, icon } from "./dom.js";

/** Each step's word, its weight (the heavier decides) and whether it is the end of a message, well or not. */
export const STEPS = {
  ENQUEUED: { word: "waits", weight: 1, kind: "open" },
  SENT: { word: "under way", weight: 2, kind: "open" },
  RETRIED: { word: "tried again", weight: 3, kind: "open" },
  HEDGED: { word: "tried twice", weight: 3, kind: "open" },
  RECEIVED: { word: "received", weight: 4, kind: "open" },
  BEGUN: { word: "in hand", weight: 5, kind: "open" },
  HANDLED: { word: "handled", weight: 6, kind: "done" },
  REPLIED: { word: "replied", weight: 7, kind: "open" },
  ANSWERED: { word: "answered", weight: 8, kind: "done" },
  GAP: { word: "events missed", weight: 9, kind: "failed" },
  DROPPED: { word: "dropped", weight: 10, kind: "failed" },
  REFUSED: { word: "refused", weight: 11, kind: "failed" },
  FAULTED: { word: "faulted", weight: 12, kind: "failed" },
  LINK_LOST: { word: "link lost", weight: 13, kind: "failed" },
  TIMED_OUT: { word: "timed out", weight: 14, kind: "failed" },
  DEAD_LETTERED: { word: "dead letter", weight: 15, kind: "failed" },
  CIRCUIT_MOVED: { word: "circuit moved", weight: 1, kind: "open" },
  PEER_CAME: { word: "came", weight: 1, kind: "open" },
  PEER_WENT: { word: "went", weight: 1, kind: "failed" },
};

export function stepOf(flow) {
  return STEPS[flow.step] ?? { word: flow.step.toLowerCase().replaceAll("_", " "), weight: 0, kind: "open" };
}

/** A sign and a word. */
export function outcome(kind, word) {
  return h("span", { class: `outcome ${kind}` }, icon(kind), h("span", {}, word));
}
