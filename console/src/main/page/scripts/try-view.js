// Trying a channel: something is sent, and what becomes of it is shown, with its way.

import { h, refill, set, write } from "./dom.js";
import { instanceOf, pretty, took } from "./format.js";
import { get, post } from "./api.js";
import { outcome } from "./outcomes.js";
import { showStory } from "./story-view.js";

const ACTIONS = { "one-way": "Send it", request: "Ask", publish: "Publish it", survey: "Survey" };
const HINTS = {
  "one-way": "One instance gets it. Nobody answers.",
  request: "One instance gets it and answers.",
  publish: "All who subscribed get it. It is published as an instance of the service that owns the channel.",
  survey: "All who subscribed may answer. It is asked as an instance of the service that owns the channel.",
};
const LOOK_MILLIS = [150, 700, 1500];

export class TryView {
  tab = "try";
  title = "Try a channel";

  constructor(page) {
    this.page = page;
    this.channels = new Map();
    this.touched = false;
    this.service = h("select", { id: "try-service", onchange: () => this.#onService() });
    this.channel = h("select", { id: "try-channel", onchange: () => this.#onChannel() });
    this.hint = h("p", { class: "note" });
    this.body = h("textarea", { id: "try-body", spellcheck: "false", autocomplete: "off", oninput: () => this.#onInput() });
    this.name = h("input", { id: "try-name", placeholder: "order.created" });
    this.nameField = h("div", { class: "field" }, h("label", { for: "try-name" }, "Name of the event"), this.name);
    this.type = h("input", { id: "try-type", placeholder: "JSON" });
    this.limit = h("input", { id: "try-limit", type: "number", min: "50", max: "60000", step: "50", value: "5000" });
    this.button = h("button", { type: "submit", class: "strong" }, "Send it");
    this.complaint = h("p", { class: "problem", role: "alert", hidden: true });
    this.form = h(
      "form",
      { class: "card fields", "aria-label": "What to send" },
      h("h2", {}, "Try a channel"),
      h("div", { class: "field" }, h("label", { for: "try-service" }, "Service"), this.service),
      h("div", { class: "field" }, h("label", { for: "try-channel" }, "Channel"), this.channel, this.hint),
      this.nameField,
      h("div", { class: "field" }, h("label", { for: "try-body" }, "Payload, as JSON"), this.body),
      h(
        "div",
        { class: "pair" },
        h("div", { class: "field" }, h("label", { for: "try-type" }, "Its type, to be read"), this.type),
        h("div", { class: "field" }, h("label", { for: "try-limit" }, "Limit, in ms"), this.limit),
      ),
      this.complaint,
      h("div", { class: "row" }, this.button),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.answer = h("div", { class: "answer", role: "status" });
    this.way = h("div");
    this.element = h("div", { class: "try" }, h("div", { class: "try-columns" }, this.form, h("div", { class: "card answer" }, this.answer, this.way)));
    refill(this.answer, h("p", { class: "note" }, "The answer comes here, and the way that the message took."));
  }

  show(rest, parameters) {
    this.page.want(null);
    this.isShown = true;
    this.wanted = parameters.channel;
    this.touched &&= !parameters.channel;
    this.#load();
  }

  onAddress(rest, parameters) {
    this.show(rest, parameters);
  }

  hide() {
    this.isShown = false;
  }

  onMesh() {
    // Channels may have come.
    const count = [...this.page.model.peers.values()].reduce((sum, peer) => sum + Object.keys(peer.channels).length, 0);
    if (this.isShown && count !== this.count) {
      this.count = count;
      this.#load();
    }
  }

  async #load() {
    try {
      const { channels } = await get("/api/channels");
      this.channels = new Map(channels.map((channel) => [channel.channel, channel]));
    } catch (problem) {
      this.#complain(problem.message);
      return;
    }
    const chosen = this.wanted && this.channels.has(this.wanted) ? this.wanted : this.channel.value;
    this.wanted = null;
    const owners = [...new Set([...this.channels.keys()].map(owner))].sort();
    const service = chosen ? owner(chosen) : (owners.find((name) => [...this.channels.values()].some((one) => owner(one.channel) === name && one.style === "request")) ?? owners[0] ?? "");
    refill(this.service, owners.map((name) => h("option", { value: name }, name)));
    this.service.value = service;
    this.#fillChannels(chosen);
  }

  #onService() {
    this.touched = false;
    this.#fillChannels("");
  }

  #fillChannels(chosen) {
    const own = [...this.channels.values()].filter((one) => owner(one.channel) === this.service.value);
    own.sort((one, other) => (one.style === "request" ? 0 : 1) - (other.style === "request" ? 0 : 1));
    refill(this.channel, own.map((one) => h("option", { value: one.channel }, `${one.channel} (${one.style})`)));
    this.channel.value = own.some((one) => one.channel === chosen) ? chosen : (own[0]?.channel ?? "");
    this.#showChannel();
  }

  #onChannel() {
    this.touched = false;
    this.#showChannel();
  }

  #showChannel() {
    const channel = this.channels.get(this.channel.value);
    this.button.disabled = !channel;
    write(this.button, ACTIONS[channel?.style] ?? "Send it");
    write(this.hint, channel ? HINTS[channel.style] : "No peer here has announced a channel.");
    this.nameField.hidden = channel?.style !== "publish";
    // Not if it is there already, so that what is marked in it stays so.
    if (channel && !this.touched && this.body.value !== pretty(channel.example)) {
      this.body.value = pretty(channel.example);
    }
  }

  #onInput() {
    this.touched = true;
    this.#complain("");
    set(this.body, "aria-invalid", null);
  }

  #complain(text) {
    write(this.complaint, text);
    this.complaint.hidden = !text;
  }

  async #send() {
    try {
      JSON.parse(this.body.value);
    } catch (problem) {
      set(this.body, "aria-invalid", "true");
      this.#complain(`That is not JSON: ${problem.message}`);
      return;
    }
    this.#complain("");
    this.button.disabled = true;
    refill(this.answer, h("p", { class: "note" }, "Under way…"));
    refill(this.way);
    delete this.way.dataset.mark;
    try {
      const answer = await post("/api/trials", {
        channel: this.channel.value,
        body: this.body.value,
        type: this.type.value.trim(),
        name: this.name.value.trim(),
        limitMillis: Number(this.limit.value),
      });
      this.#show(answer);
    } catch (problem) {
      refill(this.answer, h("p", { class: "problem" }, problem.message));
    } finally {
      this.button.disabled = false;
    }
  }

  #show(answer) {
    const isGood = ["answered", "sent", "published"].includes(answer.outcome);
    refill(
      this.answer,
      h("header", {}, h("h2", {}, outcome(isGood ? "done" : "failed", answer.outcome.replaceAll("-", " "))), h("span", { class: "soft" }, took(answer.millis * 1e6)), answer.code && h("span", { class: "word bad" }, answer.code)),
      answer.message && h("p", { class: isGood ? "note" : "problem" }, answer.message),
      (answer.answers ?? []).map((one) => h("div", {}, h("h3", {}, `${one.type ? `${one.type} ` : ""}from ${instanceOf(one.from)}`), h("pre", {}, pretty(one.payload)))),
      answer.correlationId && h("p", { class: "note" }, "Its conversation: ", h("a", { href: `#/story/${encodeURIComponent(answer.correlationId)}` }, answer.correlationId)),
    );
    if (answer.correlationId) {
      this.#showWay(answer.correlationId);
    }
  }

  /** Looks several times, as what follows from a message may take longer than its answer. */
  async #showWay(id) {
    this.wayOf = id;
    for (const pause of LOOK_MILLIS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (!this.isShown || this.wayOf !== id) {
        return;
      }
      try {
        showStory(this.way, await get("/api/story", { id }));
      } catch (problem) {
        refill(this.way, h("p", { class: "note" }, problem.message));
      }
    }
  }
}

function owner(channel) {
  return channel.slice(0, channel.indexOf("/"));
}
