// Rates and times of the last minutes, as lines.

import uPlot from "/libraries/uplot.js";
import { h } from "./dom.js";
import { figure } from "./format.js";

function colour(name) {
  // A canvas knows no variables, and no light-dark(): ask an element.
  const probe = h("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

export class Chart {
  #plot = null;
  #lines;
  #unit;
  #values = null;

  /** @param lines each {name, tone, isDashed}, the tone the name of a colour */
  constructor(label, unit, lines) {
    this.#unit = unit;
    this.#lines = lines;
    this.frame = h("div", { class: "chart", role: "img", "aria-label": label });
    const legend = h(
      "div",
      { class: "legend" },
      lines.map((line) => {
        const entry = h("span", { class: line.isDashed ? "is-dashed" : null }, line.name);
        entry.style.setProperty("--tone", `var(${line.tone})`);
        return entry;
      }),
    );
    this.element = h("div", {}, legend, this.frame);
  }

  /** Shows values, a list for each line, the last of each that of now. */
  show(...values) {
    this.#values = values;
    const length = values[0].length;
    const moments = Array.from({ length }, (_, index) => index - length + 1);
    const data = [moments, ...values];
    if (this.#plot) {
      this.#plot.setData(data);
    } else if (this.frame.isConnected && this.frame.clientWidth > 0) {
      this.#plot = new uPlot(this.#options(), data, this.frame);
    }
  }

  /** Draws it anew, in other colours or another size. */
  redraw() {
    this.#plot?.destroy();
    this.#plot = null;
    if (this.#values) {
      this.show(...this.#values);
    }
  }

  #options() {
    const soft = colour("--ink-soft");
    const line = colour("--line");
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    return {
      width: this.frame.clientWidth,
      height: this.frame.clientHeight,
      padding: [6, 18, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false, range: (_, least, most) => [Math.min(least, -60), most] }, y: { range: (_, least, most) => [0, most > 0 ? most * 1.12 : 1] } },
      axes: [
        { ...axis, size: 24, gap: 6, space: 70, values: (_, splits) => splits.map((split) => (split === 0 ? "now" : split % 60 === 0 ? `${split / 60} min` : `${split} s`)), grid: { show: false } },
        { ...axis, size: 52, gap: 4, space: 28, values: (_, splits) => splits.map((split) => `${figure(split)}${this.#unit}`) },
      ],
      series: [
        {},
        ...this.#lines.map(({ tone, isDashed }) => ({ stroke: colour(tone), width: 1.6, dash: isDashed ? [5, 4] : undefined, points: { show: false } })),
      ],
    };
  }
}
