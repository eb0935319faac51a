// One conversation as a sequence diagram: a line down for each peer, an arrow for each message, a bar for the time it was in hand.

import { s } from "./dom.js";
import { VERBS, instanceOf, serviceOf, took } from "./format.js";

const GUTTER = 82;
const HEAD = 62;
const ROW = 46;
const LEAST_COLUMN = 150;
const MOST_COLUMN = 300;
/** Where there is less room than that, all stand close together. */
const CLOSE = { gutter: 62, head: 104, column: 46 };
const HEAD_ROW = 46;
const BAR = 10;
/** How wide a letter is, about. */
const LETTER = 6.3;
/** What whoever asked tells once an answer has come. */
const ANSWERS = new Set(["ANSWERED", "FAULTED", "REFUSED"]);
const FAILED = new Set(["FAULTED", "REFUSED", "TIMED_OUT", "LINK_LOST", "DROPPED", "DEAD_LETTERED", "GAP"]);

/** Puts steps, in the order in which they came about, into rows and bars. */
export function arrange(flows) {
  const peers = [];
  const messages = new Map();
  const rows = [];
  const bars = [];
  const see = (label) => {
    if (label && label.includes("/") && !peers.includes(label)) {
      peers.push(label);
    }
  };
  const message = (flow) => {
    if (!messages.has(flow.id)) {
      messages.set(flow.id, { id: flow.id, flow, takers: new Map(), isToMany: flow.style === "publish" || flow.style === "survey" });
    }
    return messages.get(flow.id);
  };
  const at = (flow) => (flow.sinceNanos ?? Date.parse(flow.at) * 1e6) / 1e6;
  const push = (row) => rows.push(row) - 1;
  // Who takes part, from left to right: whoever begins, then whom they reach.
  flows.forEach((flow) => {
    see(flow.from);
    see(flow.peer);
    if (flow.style === "request" || flow.style === "one-way") {
      see(flow.to);
    }
  });

  for (const flow of flows) {
    const one = message(flow);
    const isQuestion = flow.style === "request" || flow.style === "survey";
    // A router asks on behalf of another.
    const isAsker = flow.peer === flow.from || (isQuestion && flow.to !== flow.peer && flow.to.includes("/"));
    /** The arrow from sender to taker: one for each taker. */
    const deliver = (to, since = flow) => {
      const entry = one.takers.get(to) ?? one.takers.set(to, { row: -1 }).get(to);
      if (entry.row < 0) {
        entry.row = one.sentRow >= 0 && !one.isToMany ? one.sentRow : push({ kind: "message", flow, from: flow.from, to, at: at(since), isAnswer: false });
        rows[entry.row].to = to;
      }
      return entry;
    };
    switch (flow.step) {
      case "ENQUEUED":
        push({ kind: "mark", flow, peer: flow.peer, at: at(flow), text: `waits${flow.detail ? `: ${flow.detail}` : ""}` });
        break;
      case "SENT":
        one.sent = flow;
        if (one.isToMany) {
          // Where it set out, however late it arrived.
          const takers = flows.filter((other) => other.id === flow.id && other.peer !== flow.from && (other.step === "RECEIVED" || other.step === "DROPPED"));
          takers.forEach((other) => deliver(other.peer, flow));
          if (takers.length === 0) {
            push({ kind: "mark", flow, peer: flow.peer, at: at(flow), text: `${VERBS[flow.style]} ${flow.channel}: nobody tells of it` });
          }
        } else {
          const isMissing = !flows.some((other) => other.id === flow.id && (other.peer !== flow.from || other.step === "ANSWERED"));
          one.sentRow = push({ kind: "message", flow, from: flow.peer, to: flow.to, at: at(flow), attempt: flow.attempt, isMissing });
        }
        break;
      case "RECEIVED":
        deliver(flow.peer).received = flow;
        break;
      case "BEGUN": {
        const entry = deliver(flow.peer);
        entry.begun = flow;
        entry.bar = bars.push({ peer: flow.peer, style: flow.style, start: entry.row, end: entry.row + 0.5, waited: flow.elapsedNanos ?? 0 }) - 1;
        break;
      }
      case "HANDLED":
      case "FAULTED":
      case "ANSWERED":
      case "REFUSED":
      case "TIMED_OUT":
      case "LINK_LOST":
        if (isAsker && flow.style !== "one-way" && flow.style !== "publish") {
          answer(flow, one);
        } else if (flow.peer !== flow.from) {
          const entry = deliver(flow.peer);
          end(flow, entry);
          if (isQuestion && flow.step === "REFUSED") {
            answerUnheard(flow, one, entry);
          }
        } else {
          push({ kind: "mark", flow, peer: flow.peer, at: at(flow), isBad: true, text: `${words(flow.step)}${flow.detail ? `: ${flow.detail}` : ""}` });
        }
        break;
      case "REPLIED":
        answerUnheard(flow, one, deliver(flow.peer));
        break;
      case "DROPPED":
        drop(flow, one.takers.get(flow.peer));
        break;
      default:
        push({ kind: "mark", flow, peer: flow.peer, at: at(flow), isBad: FAILED.has(flow.step), text: `${words(flow.step)}${flow.detail ? `: ${flow.detail}` : ""}` });
    }
  }

  /** The taker's own word that it is done. Where an answer goes back, that says it. */
  function end(flow, entry) {
    const took = flow.elapsedNanos ?? flow.nanos;
    entry.handled = flow;
    if (entry.bar === undefined) {
      entry.bar = bars.push({ peer: flow.peer, style: flow.style, start: entry.row, end: entry.row + 0.5, waited: 0 }) - 1;
    }
    const bar = bars[entry.bar];
    bar.isBad = flow.step !== "HANDLED";
    bar.took = took;
    if (flow.style === "request" || flow.style === "survey") {
      bar.end = Math.max(bar.end, rows.length - 0.45);
      if (bar.isBad) {
        entry.fault = flow;
      }
      return;
    }
    bar.end = push({ kind: "mark", flow, peer: flow.peer, at: at(flow), isBad: bar.isBad, bar, text: bar.isBad ? `${words(flow.step)}: ${flow.detail}` : "handled" });
  }

  /** An answer that left, where nobody tells that it came: all that is known is what the taker tells. */
  function answerUnheard(flow, one, entry) {
    const told = flows.filter((other) => other.id === flow.id && other.peer !== flow.peer);
    const ofAnswer = told.filter((other) => other.to === flow.peer || other.from === flow.peer);
    if (ofAnswer.some((other) => ANSWERS.has(other.step))) {
      return;
    }
    const fault = entry.fault ?? (flow.step === "REFUSED" ? flow : null);
    let doubt = "whether it came is not known";
    if (told.some((other) => other.peer === flow.from)) {
      // If it came too late, a mark of its own says so.
      doubt = ofAnswer.some((other) => other.step === "DROPPED") ? "" : "no word of its arrival";
    }
    const row = push({ kind: "message", flow, from: flow.peer, to: flow.from, at: at(flow), isAnswer: true, isUnheard: true, isBad: fault !== null, fault, doubt, entry });
    if (entry.bar !== undefined) {
      bars[entry.bar].end = row;
    }
  }

  /** What is dropped once it was in hand is the answer: how that came about is told as well. */
  function drop(flow, entry) {
    const before = entry?.handled && flow.peer !== flow.from ? `${done(entry)}; ` : "";
    const row = push({ kind: "mark", flow, peer: flow.peer, at: at(flow), isBad: true, text: `${before}${words(flow.step)}${flow.detail ? `: ${flow.detail}` : ""}` });
    if (before && entry.bar !== undefined) {
      bars[entry.bar].end = row;
    }
  }

  function answer(flow, one) {
    const fromLabel = flow.to && flow.to.includes("/") ? flow.to : [...one.takers.keys()].find((label) => !one.takers.get(label).isAnswered);
    const entry = one.takers.get(fromLabel);
    const isThere = flow.step === "ANSWERED" || flow.step === "FAULTED" || (flow.step === "REFUSED" && entry);
    if (!isThere || !fromLabel) {
      push({ kind: "mark", flow, peer: flow.peer, at: at(flow), isBad: true, text: `${words(flow.step)}${flow.detail ? `: ${flow.detail}` : ""}` });
      return;
    }
    see(fromLabel);
    const row = push({ kind: "message", flow, from: fromLabel, to: flow.peer, at: at(flow), isAnswer: true, isBad: flow.step !== "ANSWERED", entry });
    if (entry) {
      entry.isAnswered = true;
      if (entry.bar !== undefined) {
        bars[entry.bar].end = row;
        bars[entry.bar].isBad ||= flow.step === "FAULTED";
      }
    }
  }
  // Where clocks contradict the order of causes, the order is right.
  const begin = rows.length > 0 ? rows[0].at : 0;
  let latest = begin;
  for (const row of rows) {
    latest = Math.max(latest, row.at);
    row.at = latest;
  }
  return { peers, rows, bars, begin };
}

function words(step) {
  return step.toLowerCase().replaceAll("_", " ");
}

/** How wide columns are in a space of `width`, and what is around them. */
function plan(count, width) {
  const isClose = GUTTER + LEAST_COLUMN * count + 24 > width;
  const { gutter, head, end } = isClose ? { ...CLOSE, end: 10 } : { gutter: GUTTER, head: HEAD, end: 24 };
  const column = Math.max(isClose ? CLOSE.column : LEAST_COLUMN, Math.min(MOST_COLUMN, (width - gutter - end) / Math.max(1, count)));
  return { isClose, gutter, head, column, total: gutter + column * count + end };
}

/** Draws what `arrange` made, into a space of `width`. */
export function draw({ peers, rows, bars, begin }, width) {
  const space = plan(peers.length, width);
  const { gutter, head, column, total } = space;
  const height = head + rows.length * ROW + 40;
  const x = (label) => gutter + column * (Math.max(0, peers.indexOf(label)) + 0.5);
  const y = (row) => head + row * ROW + ROW * 0.72;
  const drawing = s("svg", { width: total, height, viewBox: `0 0 ${total} ${height}`, role: "img", "aria-label": "Sequence diagram; the steps are listed below it" });
  rows.forEach((row, place) => {
    if (place % 2 === 0) {
      drawing.append(s("rect", { class: "band", x: 0, y: head + place * ROW, width: total, height: ROW }));
    }
  });
  const boxes = heads(peers, x, space);
  peers.forEach((label, place) => drawing.append(s("line", { class: "life", x1: x(label), x2: x(label), y1: boxes[place].top + 44, y2: height - 12 })));
  peers.forEach((label, place) => {
    const { left, top, width: wide } = boxes[place];
    drawing.append(
      s("rect", { class: "head", x: left, y: top, width: wide, height: 44, rx: 9 }),
      s("text", { class: "head-name", x: left + wide / 2, y: top + 19 }, cut(instanceOf(label), wide - 8)),
      s("text", { class: "head-service", x: left + wide / 2, y: top + 35 }, cut(serviceOf(label), wide - 8)),
    );
  });
  const nested = nest(bars);
  for (const bar of bars) {
    const left = x(bar.peer) - BAR / 2 + nested.get(bar) * 5;
    const top = y(bar.start);
    const waits = bar.waited > 0 ? 9 : 0;
    if (waits) {
      drawing.append(s("rect", { class: `waiting ${bar.style}`, x: left, y: top, width: BAR, height: waits }, s("title", {}, `waited ${took(bar.waited)}`)));
    }
    drawing.append(s("rect", { class: `busy ${bar.style}${bar.isBad ? " is-bad" : ""}`, x: left, y: top + waits, width: BAR, height: Math.max(8, y(bar.end) - top - waits), rx: 2 }, s("title", {}, bar.took ? `in hand for ${took(bar.took)}` : "in hand")));
  }
  rows.forEach((row, place) => {
    drawing.append(s("text", { class: "moment", x: gutter - (space.isClose ? 6 : 16), y: y(place) + 4 }, offset(row.at - begin)));
    drawing.append(row.kind === "message" ? arrow(row, x, y(place), space) : mark(row, x(row.peer), y(place), space));
  });
  return drawing;
}

/** Where the names stand: beside each other; or if columns are narrower than they are, in two rows by turns. */
function heads(peers, x, { isClose, column, total }) {
  const ends = [2, 2];
  return peers.map((label, place) => {
    if (!isClose) {
      return { left: x(label) - column / 2 + 10, top: 8, width: column - 20 };
    }
    const row = place % 2;
    const wanted = Math.max(instanceOf(label).length, serviceOf(label).length) * LETTER * 1.1 + 14;
    const width = Math.min(wanted, 2 * column - 4);
    const left = Math.max(ends[row], Math.min(x(label) - width / 2, total - width - 2));
    ends[row] = left + width + 4;
    return { left, top: 6 + row * HEAD_ROW, width: Math.min(width, total - 2 - left) };
  });
}

/** How deep in other bars of the same peer each bar lies. */
function nest(bars) {
  const depths = new Map();
  bars.forEach((bar, place) => {
    const around = bars.slice(0, place).filter((other) => other.peer === bar.peer && other.start <= bar.start && other.end > bar.start);
    depths.set(bar, around.length);
  });
  return depths;
}

function arrow(row, x, y, space) {
  const { flow } = row;
  const { column } = space;
  const isKnown = row.to.includes("/") && !row.isMissing;
  const sign = row.to.includes("/") && x(row.to) < x(row.from) ? -1 : 1;
  const start = x(row.from) + sign * (BAR / 2 + 1);
  // What never arrived ends in the middle of nowhere.
  const end = isKnown ? x(row.to) - sign * (BAR / 2 + 2) : start + sign * column * 0.6;
  const isSelf = row.from === row.to;
  const tone = `${flow.style}${row.isAnswer ? " is-answer" : ""}${row.isBad ? " is-bad" : ""}${row.isMissing ? " is-missing" : ""}${row.isUnheard ? " is-unheard" : ""}`;
  const group = s("g", { class: flow.style });
  const path = isSelf ? `M${start} ${y - 10}h34v14h-${34 - 2}` : `M${start} ${y}H${end}`;
  group.append(s("path", { class: `arrow ${tone}`, d: path }), s("path", { class: `point${row.isBad ? " is-bad" : ""}${row.isUnheard ? " is-unheard" : ""}`, d: isSelf ? `M${start + 1} ${y + 4}l8 -4.500v9z` : `M${end} ${y}l${-sign * 9} -4.500v9z` }));
  if (row.isMissing) {
    group.append(s("path", { class: "cross", d: `M${end - 4} ${y - 4}l8 8M${end + 4} ${y - 4}l-8 8` }));
  }
  const middle = isSelf ? start + 44 : (start + end) / 2;
  const own = isSelf ? column - 60 : row.isMissing ? column - 20 : Math.abs(end - start) - 14;
  const room = space.total - space.gutter - 6;
  const anchor = isSelf ? "start" : "middle";
  /** Beside its arrow; if it is longer than that, still within the drawing. */
  const say = (height, kind, content) => {
    const half = (content.length * LETTER * 1.08) / 2;
    const least = space.gutter + (isSelf ? 0 : half);
    const most = space.total - 4 - half * (isSelf ? 2 : 1);
    return text(Math.max(least, Math.min(middle, most)), y + height, anchor, kind, content);
  };
  if (row.isUnheard) {
    const { first, second, all } = unheard(row, room);
    group.append(say(-6, row.fault ? "is-bad" : "", cut(first, room)), say(14, "is-soft", cut(second, room)), s("title", {}, all));
  } else if (row.isAnswer) {
    const word = row.isBad ? `${words(flow.step)}: ${flow.detail}` : "answer";
    group.append(say(-6, row.isBad ? "is-bad" : "", cut(word, room)), say(14, "is-soft", times(row.entry, flow, space.isClose ? room : own)));
  } else {
    const verb = VERBS[flow.style] ?? flow.style;
    const label = say(-6, "", `${verb} ${cut(flow.channel, room - verb.length * 7 - 6)}`);
    label.firstChild.replaceWith(s("tspan", { class: "verb" }, verb), label.textContent.slice(verb.length));
    const more = [flow.type, row.attempt > 1 ? `attempt ${row.attempt}` : "", row.isMissing ? "no word of its arrival" : ""].filter(Boolean).join(", ");
    group.append(label, say(14, "is-soft", cut(more, room)));
  }
  return group;
}

/** What is known of an answer of which nobody tells that it came; and how long its taker had it, as the room below allows. */
function unheard(row, room) {
  const what = row.fault ? done(row.entry) : "replied";
  const whole = row.doubt ? `${what}; ${row.doubt}` : what;
  const isShort = whole.length * LETTER <= room;
  const first = row.fault && !isShort ? what : fitting(room, whole, "replied; arrival unknown", "replied; came?");
  const second = row.fault && !isShort ? fitting(room, row.doubt, "arrival unknown") : times(row.entry, row.flow, room);
  const all = [whole, times(row.entry, row.flow, Infinity)].filter(Boolean).join(" · ");
  return { first, second, all };
}

/** How a taker was done with a message: well, or why not. */
function done({ handled }) {
  return handled.step === "HANDLED" ? `handled ${took(handled.elapsedNanos ?? handled.nanos)}` : `${words(handled.step)}: ${handled.detail}`;
}

/** How long all of it took, and of that in hand and in the queue: as much as there is room for. */
function times(entry, flow, room) {
  const parts = [];
  const whole = flow.elapsedNanos ?? flow.nanos;
  if (whole) {
    parts.push(took(whole));
  }
  const inHand = entry?.handled?.elapsedNanos ?? entry?.handled?.nanos;
  if (inHand) {
    parts.push(`handled ${took(inHand)}`);
  }
  if (entry?.begun?.elapsedNanos) {
    parts.push(`queued ${took(entry.begun.elapsedNanos)}`);
  }
  while (parts.length > 1 && parts.join(" · ").length * LETTER > room) {
    parts.pop();
  }
  return parts.join(" · ");
}

function mark(row, x, y, { gutter, column, total, isClose }) {
  const group = s("g", { class: row.flow.style });
  if (row.isBad) {
    group.append(s("path", { class: "cross", d: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10` }));
  }
  const parts = [row.text + (row.bar?.took ? ` ${took(row.bar.took)}` : "")];
  if (row.bar?.waited && (parts[0].length + 16) * LETTER < (isClose ? Math.max(total - x, x - gutter) - 13 : column - 30)) {
    parts.push(`queued ${took(row.bar.waited)}`);
  }
  const words = parts.join(" · ");
  const isRight = x + 24 + words.length * LETTER < total || x < total / 2;
  const room = isRight ? total - x - 20 : x - 13 - gutter;
  group.append(text(isRight ? x + 13 : x - 13, y + 4, isRight ? "start" : "end", row.isBad ? "is-bad" : "is-soft", cut(words, room)));
  return group;
}

function text(x, y, anchor, kind, content) {
  return s("text", { class: `words halo ${kind}`, x, y, "text-anchor": anchor }, content);
}

/** The first of several texts for which there is room, or else the last. */
function fitting(room, ...texts) {
  return texts.find((text) => text.length * LETTER <= room) ?? texts.at(-1);
}

function cut(text, room) {
  const most = Math.max(3, Math.floor(room / LETTER));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Milliseconds since the beginning, as fine as they are known. */
function offset(millis) {
  if (millis === 0) {
    return "0 ms";
  }
  return `+${millis < 100 ? millis.toFixed(1) : millis.toFixed(0)} ms`;
}
