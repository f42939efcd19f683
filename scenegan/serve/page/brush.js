// The brush: a mask that is painted over, with undo. White may move.

import { map } from "./maps.js";

const KEPT = 20;                                       // strokes that can be undone

export class Brush {
  // canvas: lies over the photo. changed: called after each stroke, and now and then during one.
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.pen = canvas.getContext("2d", { willReadFrequently: true });
    this.mode = null;                                  // "freeze", "loosen" or none
    this.width = 8;                                    // percent of the photo's width
    this.past = [];
    this.painted = false;
    canvas.addEventListener("pointerdown", (event) => this.start(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => this.stop());
    }
  }

  choose(mode) {
    this.mode = mode;
    this.canvas.classList.toggle("active", Boolean(mode));
  }

  // Begin again with the mask that was found: map of one channel, 0 to 255.
  reset(found) {
    this.past = [];
    this.painted = false;
    if (found) this.show(found);
  }

  show(mask) {
    [this.canvas.width, this.canvas.height] = [mask.columns, mask.rows];
    const pixels = this.pen.createImageData(mask.columns, mask.rows);
    for (let i = 0; i < mask.data.length; i++) {
      pixels.data.fill(mask.data[i], 4 * i, 4 * i + 3);
      pixels.data[4 * i + 3] = 255;
    }
    this.pen.putImageData(pixels, 0, 0);
  }

  // What was painted, as a map, or null where nothing was.
  mask() {
    if (!this.painted) return null;
    const { width, height } = this.canvas;
    const { data } = this.pen.getImageData(0, 0, width, height);
    return map(height, width, 1, Float32Array.from({ length: width * height }, (_, i) => data[4 * i]));
  }

  // The same as a PNG in base64.
  png() {
    return this.canvas.toDataURL("image/png").split(",")[1];
  }

  start(event) {
    if (!this.mode || event.button) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.keep();
    this.last = this.place(event);
    this.line(this.last);
  }

  go(event) {
    if (!this.last) return;
    const place = this.place(event);
    this.line(place);
    this.last = place;
  }

  stop() {
    if (!this.last) return;
    this.last = null;
    this.changed(true);
  }

  line([x, y]) {
    const { pen, canvas } = this;
    pen.strokeStyle = this.mode === "freeze" ? "#000" : "#fff";
    [pen.lineCap, pen.lineJoin] = ["round", "round"];
    pen.lineWidth = Math.max(1, (this.width / 100) * canvas.width);
    pen.beginPath();
    pen.moveTo(...this.last);
    pen.lineTo(x + 0.01, y);
    pen.stroke();
    this.painted = true;
    this.changed(false);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.canvas.width,
      ((event.clientY - box.top) / box.height) * this.canvas.height];
  }

  keep() {
    const { width, height } = this.canvas;
    this.past.push({ painted: this.painted, pixels: this.pen.getImageData(0, 0, width, height) });
    if (this.past.length > KEPT) this.past.shift();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.pen.putImageData(before.pixels, 0, 0);
    this.painted = before.painted;
    this.changed(true);
  }
}
