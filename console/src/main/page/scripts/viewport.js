// Moves and scales a picture within its frame: by dragging, by the wheel, by two fingers, by the arrow keys and buttons.

const LEAST = 0.05;
const MOST = 2;
const MARGIN = 24;
/** From here on down, texts are too small to be read. */
const FAR = 0.52;
/** From here on down, even names in large letters are. */
const FARTHER = 0.3;

export class Viewport {
  wasDragged = false;
  #frame;
  #world;
  #size = { width: 0, height: 0 };
  #at = { x: 0, y: 0, scale: 1 };
  #isFitted = true;
  #pointers = new Map();

  constructor(frame, world) {
    this.#frame = frame;
    this.#world = world;
    frame.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#onDown(event));
    frame.addEventListener("pointermove", (event) => this.#onMove(event));
    frame.addEventListener("pointerup", (event) => this.#onUp(event));
    frame.addEventListener("pointercancel", (event) => this.#onUp(event));
    // What has the focus may be out of sight, and the browser then moves the frame, which is not to be moved.
    frame.addEventListener("scroll", () => {
      frame.scrollTop = 0;
      frame.scrollLeft = 0;
    });
  }

  setSize(width, height) {
    this.#size = { width, height };
    if (this.#isFitted) {
      this.fit();
    }
  }

  onResize() {
    if (this.#isFitted) {
      this.fit();
    }
  }

  /** Shows all of it, no larger than it is. */
  fit() {
    this.#isFitted = true;
    const { clientWidth, clientHeight } = this.#frame;
    const { width, height } = this.#size;
    if (width === 0 || clientWidth === 0) {
      return;
    }
    const scale = Math.max(LEAST, Math.min(1.15, (clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height));
    this.#at = { scale, x: (clientWidth - width * scale) / 2, y: (clientHeight - height * scale) / 2 };
    this.#show();
  }

  /** Scales around the middle. */
  zoom(factor) {
    this.#zoomAt(factor, this.#frame.clientWidth / 2, this.#frame.clientHeight / 2);
  }

  #zoomAt(factor, x, y) {
    this.#isFitted = false;
    const scale = Math.max(LEAST, Math.min(MOST, this.#at.scale * factor));
    const change = scale / this.#at.scale;
    this.#at = { scale, x: x - (x - this.#at.x) * change, y: y - (y - this.#at.y) * change };
    this.#show();
  }

  #onWheel(event) {
    event.preventDefault();
    const box = this.#frame.getBoundingClientRect();
    this.#zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
  }

  #onDown(event) {
    if (event.target.closest("button")) {
      return;
    }
    this.wasDragged = false;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#frame.setPointerCapture(event.pointerId);
  }

  #onMove(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) {
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)[1];
      const box = this.#frame.getBoundingClientRect();
      const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y);
      this.#zoomAt(distance(now) / Math.max(1, distance(last)), (now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top);
    } else {
      const moved = Math.hypot(now.x - last.x, now.y - last.y);
      if (!this.wasDragged && moved < 4) {
        return;
      }
      this.wasDragged = true;
      this.#isFitted = false;
      this.#frame.classList.add("is-dragged");
      this.#at.x += now.x - last.x;
      this.#at.y += now.y - last.y;
      this.#show();
    }
    this.#pointers.set(event.pointerId, now);
  }

  #onUp(event) {
    this.#pointers.delete(event.pointerId);
    this.#frame.classList.remove("is-dragged");
  }

  #show() {
    const { x, y, scale } = this.#at;
    this.#world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.#world.classList.toggle("is-far", scale < FAR);
    this.#world.classList.toggle("is-farther", scale < FARTHER);
  }
}
