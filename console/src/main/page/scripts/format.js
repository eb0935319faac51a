// Figures as people read them.

/** How long something took: "239 µs", "5.2 ms", "1.84 s". */
export function took(nanos) {
  if (!nanos) {
    return "";
  }
  if (nanos < 1e6) {
    return `${Math.max(1, Math.round(nanos / 1e3))} µs`;
  }
  if (nanos < 1e9) {
    return `${figure(nanos / 1e6)} ms`;
  }
  return nanos < 120e9 ? `${figure(nanos / 1e9)} s` : `${Math.round(nanos / 60e9)} min`;
}

/** Three figures that count, at most two of them after the point. */
export function figure(value) {
  if (value === 0) {
    return "0";
  }
  if (value < 10) {
    return String(Number(value.toFixed(value < 1 ? 2 : 1)));
  }
  return value < 10_000 ? String(Math.round(value)) : `${figure(value / (value < 1e6 ? 1e3 : 1e6))} ${value < 1e6 ? "k" : "M"}`;
}

/** "12/s", or by the minute where little comes. */
export function rate(perSecond) {
  if (!perSecond) {
    return "0/s";
  }
  return perSecond >= 0.095 ? `${figure(perSecond)}/s` : `${figure(perSecond * 60)}/min`;
}

/** A share of something: "3 %". */
export function share(part, whole) {
  const percent = whole > 0 ? (100 * part) / whole : 0;
  if (percent === 0) {
    return "0 %";
  }
  return percent < 1 ? "<1 %" : `${Math.min(100, Math.round(percent))} %`;
}

export const NOW = "just now";

/** How long ago: "just now", "12 s ago", "3 min ago". */
export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  return seconds < 2 ? NOW : `${span(seconds)} ago`;
}

/** A span of time in one unit, or two. */
export function span(seconds) {
  if (seconds < 100) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h ${Math.round((seconds % 3600) / 60)} min` : `${Math.round(hours / 24)} days`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

/** The time of day to the millisecond, where the page is looked at. */
export function clock(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : `${CLOCK.format(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function bytes(count) {
  if (count < 1024) {
    return `${count} B`;
  }
  return count < 1 << 20 ? `${figure(count / 1024)} KiB` : `${figure(count / (1 << 20))} MiB`;
}

/** The part of a label before the slash: the service. */
export function serviceOf(label) {
  const slash = label.indexOf("/");
  return slash < 0 ? label : label.slice(0, slash);
}

/** The part after it: the instance. */
export function instanceOf(label) {
  return label.slice(label.indexOf("/") + 1);
}

/** JSON laid out in lines; what is none, as it is. */
export function pretty(text) {
  if (typeof text !== "string") {
    return JSON.stringify(text, null, 2);
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What a peer does that uses a channel of this style. */
export const VERBS = { "one-way": "sends", request: "asks", publish: "publishes", survey: "surveys" };

/** Whether somebody answers on channels of this style. The time is that until then; otherwise it is that in the handlers' hands. */
export function isAnswered(style) {
  return style === "request" || style === "survey";
}
