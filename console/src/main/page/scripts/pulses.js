// Messages on their way, as dots, where there are few enough to follow them with the eye.

import { s } from "./dom.js";

const MOST = 80;
/** Messages on one link within one picture of the mesh, beyond which the line says it better. */
const FEW = 6;
const TRAVEL_MILLIS = 900;
const TICK_MILLIS = 500;
const NOTHING = { count: 0, errors: 0 };

export class Pulses {
  #layer = s("g");
  #counts = new Map();
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  /** Whether what is there at first has been seen: what comes after it is new. */
  #isUnderWay = false;

  constructor(wires) {
    wires.append(this.#layer);
  }

  clear() {
    this.#layer.replaceChildren();
    this.#counts.clear();
    this.#isUnderWay = false;
  }

  /** Sends a dot along each link for each message that it has carried since the last time. */
  onLinks(links) {
    for (const [key, { link, wire }] of links) {
      const last = this.#counts.get(key) ?? (this.#isUnderWay ? NOTHING : null);
      if (last === NOTHING && !wire.hasAttribute("d")) {
        // A link that is not drawn yet: its first messages show as soon as it is.
        continue;
      }
      this.#counts.set(key, { count: link.count, errors: link.errors });
      const fresh = last ? link.count - last.count : 0;
      if (fresh > 0 && fresh <= FEW && !this.#still.matches) {
        const failed = link.errors - last.errors;
        for (let i = 0; i < fresh; i++) {
          this.#send(link, wire, (i * TICK_MILLIS) / fresh, i < failed);
        }
      }
    }
    this.#isUnderWay = true;
    for (const key of this.#counts.keys()) {
      if (!links.has(key)) {
        this.#counts.delete(key);
      }
    }
  }

  #send(link, wire, delay, isFailure) {
    const path = wire.getAttribute("d");
    if (!path || this.#layer.childElementCount >= MOST) {
      return;
    }
    const dot = s("circle", { r: 5, class: `pulse ${link.style}${isFailure ? " is-failure" : ""}` });
    dot.style.offsetPath = `path("${path}")`;
    dot.style.opacity = "0";
    this.#layer.append(dot);
    const isAnswered = link.style === "request" || link.style === "survey";
    const frames = isAnswered
      ? [{ offsetDistance: "0%", opacity: 1 }, { offsetDistance: "100%", opacity: 1, offset: 0.5 }, { offsetDistance: "0%", opacity: 0.7 }]
      : [{ offsetDistance: "0%", opacity: 1 }, { offsetDistance: "100%", opacity: 1 }];
    dot.animate(frames, { duration: TRAVEL_MILLIS * (isAnswered ? 1.6 : 1), delay, easing: "ease-in-out" }).finished.then(
      () => dot.remove(),
      () => dot.remove(),
    );
  }
}
