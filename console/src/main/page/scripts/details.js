// What there is to know of one service, one peer or one link, beside the picture.

import { CONDITIONS, conditionSign, h, icon, refill } from "./dom.js";
import { VERBS, ago, bytes, figure, instanceOf, isAnswered, rate, share, span, took } from "./format.js";
import { get } from "./api.js";
import { Chart } from "./charts.js";

const REFRESH_MILLIS = 2000;
const MOST_PAIRS = 60;

export class Details {
  #page;
  #key = null;
  #timer = 0;
  #head = h("header");
  #live = h("div");
  #charts = h("div");
  #told = h("div");
  #rates = null;
  #times = null;

  constructor(page, onClose) {
    this.#page = page;
    this.onClose = onClose;
    this.element = h("aside", { class: "details", tabindex: "0", "aria-label": "Details", hidden: true }, this.#head, this.#live, this.#charts, this.#told);
  }

  /** Shows a link ("from|to|channel"), a peer ("service/instance") or a service. */
  open(key) {
    if (this.#key === key) {
      return;
    }
    this.#key = key;
    this.element.hidden = false;
    this.element.scrollTop = 0;
    refill(this.#told);
    this.#rates = new Chart("Messages and failures a second over the last minutes", "", [
      { name: "messages a second", tone: "--accent" },
      { name: "failing", tone: "--bad", isDashed: true },
    ]);
    this.#times = new Chart("Time taken over the last minutes", " ms", [
      { name: "half take at most", tone: "--accent" },
      { name: "99 of 100 at most", tone: "--publish", isDashed: true },
    ]);
    refill(this.#charts, h("section", {}, h("h3", {}, "Rate"), this.#rates.element), h("section", {}, h("h3", {}, "Time"), this.#times.element));
    this.onMesh(this.#page.model.services(), this.#page.model.links());
    this.#refresh();
  }

  hide() {
    this.#key = null;
    this.element.hidden = true;
    clearTimeout(this.#timer);
  }

  onTheme() {
    this.#rates?.redraw();
    this.#times?.redraw();
  }

  /** Brings what the stream tells up to date. */
  onMesh(services, links) {
    if (!this.#key) {
      return;
    }
    const link = links.get(this.#key);
    const peer = this.#page.model.peers.get(this.#key);
    if (this.#key.includes("|")) {
      this.#showLink(link);
    } else if (this.#key.includes("/")) {
      this.#showPeer(peer, links);
    } else {
      this.#showService(services.get(this.#key), links);
    }
  }

  #showHead(title, ...lines) {
    refill(
      this.#head,
      h("h2", {}, title),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", title: "Close", onclick: () => this.onClose() }, icon("close")),
      lines.map((line) => h("p", { class: "soft" }, line)),
    );
  }

  #showLink(link) {
    const [from, to, channel] = this.#key.split("|");
    const mark = `${this.#key} ${link?.style}`;
    if (this.#head.dataset.key !== mark) {
      this.#head.dataset.key = mark;
      this.#showHead(channel, `${from} ${VERBS[link?.style] ?? "uses"} it, ${to} takes it.`);
    }
    if (!link) {
      refill(this.#live, h("p", { class: "note" }, "Nothing was seen here lately."));
      return;
    }
    const pairs = [...link.edges].sort((one, other) => other.rate - one.rate || one.from.localeCompare(other.from));
    this.#replace(
      this.#live,
      facts([
        ["Rate", rate(link.rate)],
        ["Half take", took(link.p50) || "–"],
        ["99 of 100", took(link.p99) || "–"],
        ["Failing", share(link.errorRate, link.rate)],
        ["Seen", figure(link.count)],
        ["Last", ago(link.lastSeen)],
      ]),
      h("p", { class: "note" }, isAnswered(link.style) ? "Times are those from the question until the answer." : "Times are those in the hands of the handlers."),
      h(
        "section",
        {},
        h("div", { class: "row" }, h("a", { href: `#/messages?${new URLSearchParams({ channel })}` }, "Messages on it"), " · ", h("a", { href: `#/try?${new URLSearchParams({ channel })}` }, "Try it")),
      ),
      h(
        "section",
        {},
        h("h3", {}, pairs.length === 1 ? "One pair of peers" : `${pairs.length} pairs of peers`),
        table(
          ["from", "to", "rate", "half", "fail"],
          pairs.slice(0, MOST_PAIRS).map((edge) => [
            instanceOf(edge.from),
            [instanceOf(edge.to), edge.circuit && h("div", {}, circuitState(edge.circuit, "circuit "))],
            rate(edge.rate),
            took(edge.p50Nanos),
            edge.errors ? share(edge.errors, edge.count) : "",
          ]),
          [2, 3, 4],
        ),
        pairs.length > MOST_PAIRS && h("p", { class: "note" }, `and ${pairs.length - MOST_PAIRS} more, with less`),
      ),
    );
  }

  #showService(service, links) {
    if (this.#head.dataset.key !== this.#key) {
      this.#head.dataset.key = this.#key;
      this.#showHead(this.#key, "A service and its instances.");
    }
    this.#replace(
      this.#live,
      h(
        "section",
        {},
        h("h3", {}, "Instances"),
        h(
          "div",
          { class: "picks" },
          (service?.peers ?? []).map((peer) =>
            h(
              "button",
              { type: "button", class: "pick", "data-condition": peer.condition, onclick: () => this.#page.go(`mesh?choose=${encodeURIComponent(peer.label)}`) },
              conditionSign(peer.condition),
              h("span", { class: "grow" }, peer.instance),
              h("span", { class: "soft" }, peer.condition === "UP" ? `up ${age(peer.since)}` : `${CONDITIONS[peer.condition]} ${ago(peer.changed)}`),
            ),
          ),
          !service?.peers.length && h("p", { class: "note" }, "None is here; others speak of it."),
        ),
      ),
      this.#linksOf((link) => link.to === this.#key, links, "Takes", (link) => link.from),
      this.#linksOf((link) => link.from === this.#key, links, "Sends", (link) => link.to),
    );
  }

  #linksOf(isWanted, links, title, other) {
    const chosen = [...links.values()].filter(isWanted).sort((one, two) => two.rate - one.rate);
    return (
      chosen.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, title),
        h(
          "div",
          { class: "picks" },
          chosen.map((link) =>
            h(
              "button",
              { type: "button", class: `pick ${link.style}`, onclick: () => this.#page.go(`mesh?choose=${encodeURIComponent(link.key)}`) },
              icon(link.style),
              h("span", { class: "grow" }, link.channel, h("span", { class: "soft" }, `  ${title === "Takes" ? "from" : "to"} ${other(link)}`)),
              link.errorRate > 0 && h("span", { class: "bad" }, share(link.errorRate, link.rate)),
              h("span", { class: "soft" }, rate(link.rate)),
            ),
          ),
        ),
      )
    );
  }

  #showPeer(peer, links) {
    const key = `${this.#key} ${peer?.condition}`;
    if (this.#head.dataset.key !== key) {
      this.#head.dataset.key = key;
      this.#showHead(
        instanceOf(this.#key),
        peer ? h("span", { class: "outcome", "data-condition": peer.condition }, conditionSign(peer.condition), h("span", {}, `${CONDITIONS[peer.condition]}, an instance of ${peer.service}`)) : "It has gone.",
      );
    }
    const own = { from: 0, to: 0 };
    for (const link of links.values()) {
      for (const edge of link.edges) {
        own.from += edge.from === this.#key ? edge.rate : 0;
        own.to += edge.to === this.#key ? edge.rate : 0;
      }
    }
    this.#replace(
      this.#live,
      facts([
        ["Takes", rate(own.to)],
        ["Sends", rate(own.from)],
        peer && (["GONE", "LEFT"].includes(peer.condition) ? ["Gone since", age(peer.changed)] : ["Up for", age(peer.since)]),
      ]),
    );
  }

  /** Replaces content without taking the focus away from it. */
  #replace(element, ...content) {
    const focused = element.contains(document.activeElement) ? [...element.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
    refill(element, ...content);
    if (focused >= 0) {
      element.querySelectorAll("button, a")[focused]?.focus();
    }
  }

  async #refresh() {
    clearTimeout(this.#timer);
    const key = this.#key;
    const [from, to, channel] = key.split("|");
    const asked = channel ? { from, to, channel } : { peer: key };
    const isPeer = !channel && key.includes("/");
    const [past, state] = await Promise.allSettled([get("/api/history", asked), isPeer ? get("/api/state", { peer: key }) : null]);
    if (this.#key !== key) {
      return;
    }
    if (past.status === "fulfilled") {
      this.#rates.show(past.value.rate, past.value.errors);
      this.#times.show(past.value.p50Millis.map(none), past.value.p99Millis.map(none));
    }
    if (isPeer) {
      if (state.status === "fulfilled") {
        this.#replace(this.#told, ...told(state.value));
      } else {
        this.#replace(this.#told, h("section", {}, h("p", { class: "problem" }, state.reason.message)));
      }
    }
    this.#timer = setTimeout(() => this.#refresh(), REFRESH_MILLIS);
  }
}

/** A time of 0 is none: the line has a gap there. */
function none(millis) {
  return millis === 0 ? null : millis;
}

function age(moment) {
  const time = Date.parse(moment);
  return time > 0 ? span(Math.max(0, (Date.now() - time) / 1000)) : "an unknown time";
}

function facts(entries) {
  return h("dl", { class: "facts" }, entries.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function table(titles, rows, figures = []) {
  const kind = (column) => ({ class: figures.includes(column) ? "figure" : null });
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, titles.map((title, column) => h("th", { scope: "col", ...kind(column) }, title)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, column) => h("td", kind(column), cell))))),
  );
}

/** The state of a circuit: open is bad, half-open remains to be seen. */
function circuitState(state, prefix = "") {
  return h("span", { class: state === "open" ? "bad" : "soft" }, `${prefix}${state}`);
}

/** What a peer tells of itself. */
function told(state) {
  const channels = (state.channels ?? []).filter((channel) => channel.isServed || Object.keys(channel.steps ?? {}).length > 0);
  const errors = state.errors ?? [];
  return [
    errors.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Last errors"),
        table(["when", "what"], errors.slice(0, 8).map((error) => [ago(error.at), [error.what, error.cause && h("div", { class: "soft" }, error.cause)]])),
      ),
    channels.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Channels"),
        table(
          ["channel", "handled", "half", "99 %", "failed"],
          channels.map((channel) => {
            const times = channel.handling?.count ? channel.handling : (channel.roundTrip ?? {});
            return [
              [channel.channel, channel.queued > 0 && h("div", { class: "soft" }, `${figure(channel.queued)} waiting`)],
              figure(channel.steps?.HANDLED ?? 0),
              took(times.p50Nanos),
              took(times.p99Nanos),
              channel.steps?.FAULTED ? h("span", { class: "bad" }, figure(channel.steps.FAULTED)) : "",
            ];
          }),
          [1, 2, 3, 4],
        ),
      ),
    state.links?.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Links"),
        table(
          ["peer", "way", "state", "outstanding"],
          state.links.map((link) => [link.peer || link.address, link.direction, link.state.toLowerCase(), link.outstanding ? figure(link.outstanding) : ""]),
          [3],
        ),
      ),
    state.circuits?.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Circuits"),
        table(
          ["to", "state", "since", "opened"],
          state.circuits.map((circuit) => [
            circuit.peer,
            [circuitState(circuit.state), h("div", { class: "soft" }, circuit.why)],
            ago(circuit.since),
            figure(circuit.openings),
          ]),
          [3],
        ),
      ),
    state.subscriptions?.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, "Subscriptions"),
        table(["channel", "that begin with", "publishers"], state.subscriptions.map((one) => [one.channel, one.prefix || "anything", figure(one.publishers)]), [2]),
      ),
    h(
      "section",
      {},
      h("h3", {}, "About it"),
      h(
        "dl",
        { class: "pairs" },
        pairs([
          ["Version", state.version],
          ["Java", state.java],
          ["Address", state.address],
          ["Incarnation", state.incarnation],
          ["In hand", state.inHand],
          ["Dead letters", state.counters?.deadLetters],
          ["Events missed", state.counters?.missedEvents],
          ["Instances set aside", state.counters?.ejections],
          ["Largest message", state.limits?.maxMessageBytes && bytes(state.limits.maxMessageBytes)],
          ["Credit a link", state.limits?.windowMessages && `${figure(state.limits.windowMessages)} messages, ${bytes(state.limits.windowBytes)}`],
          ["Queued at most", state.limits?.maxQueued],
          ["Handler threads", state.limits?.handlerThreads],
          ["Steps remembered", state.recorder && `${figure(Math.min(state.recorder.steps, state.recorder.capacity))} of ${figure(state.recorder.capacity)}`],
        ]),
      ),
    ),
  ].filter(Boolean);
}

function pairs(entries) {
  return entries.filter(([, value]) => value !== undefined && value !== null && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]);
}
