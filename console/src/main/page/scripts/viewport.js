// Moves and scales a picture within its frame: by dragging, by the wheel, by two fingers, by the arrow keys and buttons.

const LEAST = 0.05;
const MOST = 2;
/** As large as this, each text can be read. */
const LEGIBLE = 0.92;
/** From here on down, texts are too small to be read. */
const FAR = 0.52;
/** From here on down, even names in large letters are. */
const FARTHER = 0.3;
/** How far a pointer moves before it drags rather than clicks. */
const SLACK = 4;

export class Viewport {
  #frame;
  #world;
  #size = { width: 0, height: 0 };
  #at = { x: 0, y: 0, scale: 1 };
  #isFitted = true;
  #legible = LEGIBLE;
  #focus = null;
  #margins = { x: 0, y: 0 };
  #pointers = new Map();
  #wasDragged = false;

  constructor(frame, world) {
    this.#frame = frame;
    this.#world = world;
    frame.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#onDown(event));
    frame.addEventListener("pointermove", (event) => this.#onMove(event));
    frame.addEventListener("pointerup", (event) => this.#onUp(event));
    frame.addEventListener("pointercancel", (event) => this.#onUp(event));
    frame.addEventListener("click", (event) => this.#onClick(event), true);
    // To bring something into sight, the browser moves the frame. The world is moved instead, which knows no end at the left and the top.
    frame.addEventListener("scroll", () => this.#onScroll());
    world.addEventListener("focusin", ({ target }) => {
      if (target.matches(":focus-visible")) {
        this.reveal(this.#boxOf(target));
      }
    });
  }

  /**
   * @param margins how much room is left around it: x at the sides, y above and below
   * @param legible how small it may become by itself; 0 if it is shown as a whole, unless something is in focus
   */
  setSize(width, height, margins, legible) {
    this.#size = { width, height };
    this.#margins = margins;
    this.#legible = legible;
    if (this.#isFitted) {
      this.fit();
    }
  }

  onResize() {
    if (this.#isFitted) {
      this.fit();
    } else if (this.#focus) {
      this.reveal(this.#focus);
    }
  }

  /** Keeps `box`, in the measures of the world, in sight, or nothing in particular if null. */
  setFocus(box) {
    this.#focus = box;
    this.onResize();
  }

  /** Shows all of it, no larger than it is; but if it could not be read then, as much as there is room for. */
  fit() {
    this.#isFitted = true;
    this.#fitAt(Math.max(this.#whole(), this.#legible || (this.#focus ? LEGIBLE : 0)));
  }

  /** Shows all of it, however small. */
  fitWhole() {
    this.#isFitted = this.#whole() >= this.#legible;
    this.#fitAt(this.#whole());
  }

  #whole() {
    const { x, y } = this.#margins;
    const { clientWidth, clientHeight } = this.#frame;
    const { width, height } = this.#size;
    return Math.max(LEAST, Math.min(1.15, (clientWidth - 2 * x) / width, (clientHeight - 2 * y) / height));
  }

  #fitAt(scale) {
    const { clientWidth, clientHeight } = this.#frame;
    const { width, height } = this.#size;
    if (width === 0 || clientWidth === 0) {
      return;
    }
    const { x, y } = this.#margins;
    const focus = this.#focus;
    this.#at = {
      scale,
      x: begin(width * scale, clientWidth, x, focus && ((focus.left + focus.right) / 2) * scale),
      y: begin(height * scale, clientHeight, y, focus && ((focus.top + focus.bottom) / 2) * scale),
    };
    this.#show();
  }

  /** Moves as little as it takes to have `box`, in the measures of the world, in sight. */
  reveal(box) {
    const { x, y, scale } = this.#at;
    const margins = this.#margins;
    this.#at.x += nudge(x + box.left * scale, x + box.right * scale, margins.x, this.#frame.clientWidth - margins.x);
    this.#at.y += nudge(y + box.top * scale, y + box.bottom * scale, margins.y, this.#frame.clientHeight - margins.y);
    if (x !== this.#at.x || y !== this.#at.y) {
      this.#show();
    }
  }

  #boxOf(element) {
    const box = element.getBoundingClientRect();
    const world = this.#world.getBoundingClientRect();
    const { scale } = this.#at;
    const of = (value, start) => (value - start) / scale;
    return { left: of(box.left, world.left), right: of(box.right, world.left), top: of(box.top, world.top), bottom: of(box.bottom, world.top) };
  }

  #onScroll() {
    this.#at.x -= this.#frame.scrollLeft;
    this.#at.y -= this.#frame.scrollTop;
    this.#frame.scrollLeft = 0;
    this.#frame.scrollTop = 0;
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

  // On a small screen there is little but buttons, so what begins on one may become a drag as well.
  #onDown(event) {
    if (event.target.closest("button") && !this.#world.contains(event.target)) {
      return;
    }
    this.#wasDragged = false;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #onMove(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) {
      return;
    }
    if (event.buttons === 0) {
      // Let go of elsewhere.
      this.#onUp(event);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)[1];
      const box = this.#frame.getBoundingClientRect();
      const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y);
      this.#begin(event);
      this.#zoomAt(distance(now) / Math.max(1, distance(last)), (now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top);
    } else {
      const moved = Math.hypot(now.x - last.x, now.y - last.y);
      if (!this.#wasDragged && moved < SLACK) {
        return;
      }
      this.#begin(event);
      this.#isFitted = false;
      this.#frame.classList.add("is-dragged");
      this.#at.x += now.x - last.x;
      this.#at.y += now.y - last.y;
      this.#show();
    }
    this.#pointers.set(event.pointerId, now);
  }

  #begin(event) {
    this.#wasDragged = true;
    if (!this.#frame.hasPointerCapture(event.pointerId)) {
      this.#frame.setPointerCapture(event.pointerId);
    }
  }

  #onUp(event) {
    this.#pointers.delete(event.pointerId);
    this.#frame.classList.remove("is-dragged");
  }

  /** What ends a drag is no click. One by the keyboard has no place. */
  #onClick(event) {
    if (this.#wasDragged && event.detail > 0) {
      event.stopPropagation();
    }
    this.#wasDragged = false;
  }

  #show() {
    const { x, y, scale } = this.#at;
    this.#world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.#world.classList.toggle("is-far", scale < FAR);
    this.#world.classList.toggle("is-farther", scale < FARTHER);
  }
}

/** Where a picture of `length` begins in a frame with `room`: in its middle, or if it is longer, so that `focus` is near there, or at its beginning. */
function begin(length, room, margin, focus) {
  const spare = room - 2 * margin - length;
  if (spare >= 0) {
    return margin + spare / 2;
  }
  return focus ? Math.min(margin, Math.max(margin + spare, room / 2 - focus)) : margin;
}

/** How far to move what reaches from `from` to `to` so that it lies between `least` and `most`; if it is longer than that, its beginning. */
function nudge(from, to, least, most) {
  if (from < least || to - from > most - least) {
    return least - from;
  }
  return to > most ? most - to : 0;
}
