// Where all begins: the views and their addresses, the theme, and what the stream brings.

import { h, icon, refill, set, write } from "./dom.js";
import { rate } from "./format.js";
import { Model } from "./model.js";
import { Stream } from "./stream.js";
import { MeshView } from "./mesh-view.js";
import { MessagesView } from "./messages-view.js";
import { StoryView } from "./story-view.js";
import { TryView } from "./try-view.js";

const main = document.getElementById("main");
const model = new Model();
const page = { model, go, want: (filter) => stream.want(filter) };
const views = {
  mesh: new MeshView(page),
  messages: new MessagesView(page),
  story: new StoryView(page),
  try: new TryView(page),
};
let current = null;
let isWhole = true;

const stream = new Stream({
  onHello(hello) {
    isWhole = true;
    document.getElementById("mesh-name").textContent = hello.mesh;
  },
  onMesh(change) {
    model.apply(change, isWhole);
    isWhole = false;
    showTotals();
    current?.onMesh?.();
  },
  onFlows(batch) {
    current?.onFlows?.(batch);
  },
  onState(state) {
    const status = document.getElementById("status");
    set(status, "data-state", state);
    refill(status, { live: "Live", away: "Not connected", paused: "Paused" }[state]);
    showAway(state === "away");
    current?.onState?.(state);
  },
});

let since = null;

/** Says why nothing comes any more, which the stream itself is not told. */
async function showAway(isAway) {
  if (!isAway) {
    since = null;
    document.getElementById("away").hidden = true;
    return;
  }
  const began = (since ??= new Date());
  const why = await fetch("/api/mesh", { method: "HEAD" }).then(
    (answer) =>
      answer.status === 401
        ? "This page is served anew, with another token: open the address that was printed."
        : "This page is served still, but tells this tab nothing more: too many look on.",
    () => "Who served this page has ended, or cannot be reached. A demo takes its page along when it ends, unless it was begun with --stay.",
  );
  if (since === began) {
    const notice = document.getElementById("away");
    write(notice, `${why} What stands here was last seen at ${began.toLocaleTimeString()}. It goes on by itself when it can.`);
    notice.hidden = false;
  }
}

function showTotals() {
  const { up, gone, rate: perSecond, errorRate } = model.totals();
  refill(
    document.getElementById("totals"),
    h("span", {}, h("b", {}, String(up)), up === 1 ? " peer" : " peers", gone > 0 ? `, ${gone} gone` : ""),
    h("span", {}, h("b", {}, rate(perSecond)), " in all"),
    h("span", { class: errorRate > 0 ? "failing" : null }, h("b", {}, rate(errorRate)), " failing"),
  );
}

/** Goes to an address such as "messages?channel=orders/place" or "story/customer-1/12". */
function go(address) {
  location.hash = `#/${address}`;
}

function route() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const slash = path.indexOf("/");
  const name = slash < 0 ? path : path.slice(0, slash);
  const rest = slash < 0 ? "" : decodeURIComponent(path.slice(slash + 1));
  const view = views[name] ?? views.mesh;
  const parameters = Object.fromEntries(new URLSearchParams(query));
  for (const tab of document.querySelectorAll(".tabs a")) {
    set(tab, "aria-current", tab.hash === `#/${view.tab}` ? "page" : null);
  }
  if (view === current) {
    view.onAddress?.(rest, parameters);
    return;
  }
  page.isFirst = current === null;
  current?.hide?.();
  current = view;
  document.title = `${view.title} – Parley`;
  refill(main, view.element);
  view.show(rest, parameters);
}

const THEMES = ["auto", "light", "dark"];

function showTheme() {
  const theme = localStorage.getItem("parley-theme") ?? "auto";
  set(document.documentElement, "data-theme", theme === "auto" ? null : theme);
  const button = document.getElementById("theme");
  refill(button, icon({ auto: "both", light: "sun", dark: "moon" }[theme]));
  set(button, "aria-label", `Theme: ${theme}`);
  set(button, "title", `Theme: ${theme}`);
  current?.onTheme?.();
}

document.getElementById("theme").addEventListener("click", () => {
  const theme = localStorage.getItem("parley-theme") ?? "auto";
  localStorage.setItem("parley-theme", THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
  showTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => current?.onTheme?.());
addEventListener("hashchange", route);
showTheme();
route();
if (!current.wantsFlows) {
  stream.want(null);
}
