// What comes by itself: changes of the mesh, and flows if they are wanted. A page that nobody sees asks for nothing.

const RETRY_MILLIS = 1000;

export class Stream {
  #source = null;
  #filter = null;
  #timer = 0;
  #listener;

  /** @param listener has onMesh(change), onFlows(batch), onHello(hello), onState("live" | "away" | "paused") */
  constructor(listener) {
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.#open());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", () => this.#open());
  }

  /** Has flows come that match, or none if `filter` is null. */
  want(filter) {
    this.#filter = filter;
    this.#open();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #open() {
    this.#close();
    if (document.hidden) {
      this.#listener.onState("paused");
      return;
    }
    const query = this.#filter ? `?${new URLSearchParams({ flows: "1", ...this.#filter })}` : "";
    const source = new EventSource(`/api/stream${query}`);
    this.#source = source;
    source.addEventListener("hello", (event) => {
      this.#listener.onState("live");
      this.#listener.onHello(JSON.parse(event.data));
    });
    source.addEventListener("mesh", (event) => this.#listener.onMesh(JSON.parse(event.data)));
    source.addEventListener("flows", (event) => this.#listener.onFlows(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      // The browser's own attempts end with the first answer that is no stream.
      this.#close();
      this.#listener.onState("away");
      this.#timer = setTimeout(() => this.#open(), RETRY_MILLIS);
    });
  }
}
