// Renders a motion over a photo in WebGL2: scenegan/animation/paths.py, rendering.py, blending.py.
//
// A pre-pass follows the velocities at a low resolution and keeps one displacement a frame; each
// drawing then moves the photo by them, in two phases where a loop has two.

import { context, Program, target, texture } from "./gl.js";
import { roundEven, workingSize } from "./maps.js";
import { COARSE, MEASURED, WINDOW } from "./numbers.js";
import * as shaders from "./shaders.js";

const TERMS = 7;

// A canvas with what draws on it: one for all that a page renders, as contexts are scarce.
export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = context(canvas);
    const made = (text) => new Program(this.gl, text);
    this.programs = { terms: made(shaders.TERMS), step: made(shaders.STEP),
      warp: made(shaders.WARP), share: made(shaders.SHARE), rows: made(shaders.ROWS),
      gain: made(shaders.GAIN), coarse: made(shaders.COARSE), blend: made(shaders.BLEND) };
  }

  resize([rows, columns]) {
    const { canvas } = this;
    if (canvas.width !== columns) canvas.width = columns;
    if (canvas.height !== rows) canvas.height = rows;
  }
}

export class Renderer {
  // drawing: a Drawing. copy: a canvas that what is drawn is copied to, or null.
  constructor(drawing, copy = null) {
    Object.assign(this, { drawing, copy, gl: drawing.gl, programs: drawing.programs });
    this.owned = { photo: [], masks: [], fields: [], path: [] };
  }

  // photo: map of 0 to 255, three channels.
  setPhoto(photo) {
    const { gl, copy } = this;
    this.free("photo", "masks", "fields", "path");
    if (copy) [copy.width, copy.height] = [photo.columns, photo.rows];
    const size = (this.size = [photo.rows, photo.columns]);
    const make = (format, shape, options) => this.texture("photo", format, shape, options);
    this.photo = make(gl.RGBA8, size, { data: rgba(photo) });
    this.phases = [0, 1].map(() => make(gl.RGBA8, size));
    this.captured = make(gl.RGBA8, size);
    this.step = Math.max(1, Math.floor(Math.max(...size) / MEASURED));
    this.measured = size.map((side) => Math.ceil(side / this.step));
    this.coarseSize = workingSize(...size, COARSE);
    this.sums = [make(gl.floats.four, this.measured), make(gl.floats.four, this.measured)];
    this.gain = make(gl.RGBA16F, this.measured, { smooth: true });
    this.coarse = make(gl.RGBA16F, this.coarseSize, { smooth: true });
    this.targets = { first: this.target("photo", this.phases[0]),
      second: this.target("photo", this.phases[1]), captured: this.target("photo", this.captured),
      sums: this.target("photo", ...this.sums), gain: this.target("photo", this.gain),
      coarse: this.target("photo", this.coarse) };
  }

  // As fittedMasks() gives them.
  setMasks({ share, edge }) {
    const { gl } = this;
    this.free("masks", "path");
    this.working = [share.rows, share.columns];
    const four = new Float32Array(share.rows * share.columns * 4);
    for (let i = 0; i < four.length / 4; i++) four.set(share.data.subarray(3 * i, 3 * i + 3), 4 * i);
    this.share = this.texture("masks", gl.RGBA32F, this.working, { data: four });
    this.edge = this.texture("masks", gl.R8, this.size, { data: Uint8Array.from(edge) });
    this.terms = [0, 1, 2, 3].map(() => this.texture("masks", gl.floats.four, this.working));
    this.termTarget = this.target("masks", ...this.terms);
    this.second = this.texture("masks", gl.RGBA16F, this.working, { smooth: true });
    this.targets.share = this.target("masks", this.second);
  }

  // fields: Float32Array of rows x columns x 3 kinds x 7 terms x (x, y).
  setFields({ shape: [rows, columns], data }) {
    this.free("fields", "path");
    const layers = new Float32Array(12 * rows * columns * 4);
    for (let kind = 0; kind < 3; kind++) {
      for (let term = 0; term < TERMS; term++) {
        const layer = (4 * kind + (term >> 1)) * rows * columns * 4 + 2 * (term & 1);
        for (let i = 0; i < rows * columns; i++) {
          const from = ((3 * i + kind) * TERMS + term) * 2;
          layers[layer + 4 * i] = data[from];
          layers[layer + 4 * i + 1] = data[from + 1];
        }
      }
    }
    this.fields = this.texture("fields", this.gl.RGBA32F, [rows, columns], { data: layers, layers: 12 });
  }

  // plan: as schedule() gives it. gain: times that the velocities are multiplied.
  follow(plan, gain = 1) {
    this.free("path");
    this.plan = plan;
    const { fields, working, programs } = this;
    programs.terms.draw(this.termTarget, working, { uFields: fields, uShare: this.share }, { uGain: gain });
    this.back = Math.ceil(-plan.earliest) + (plan.earliest < 0 ? 1 : 0);
    const ahead = Math.ceil(plan.latest) + 1;
    this.path = this.texture("path", this.gl.RG16F, working, { layers: this.back + ahead + 1, smooth: true });
    const pair = [0, 1].map(() => this.texture("path", this.gl.floats.two, working));
    this.walk(pair, 1, ahead);
    this.walk(pair, -1, this.back);
  }

  // Fill the layers of one sign of time from its first.
  walk(pair, sign, steps) {
    const { gl } = this;
    const [one, two, three, four] = this.terms;
    for (let index = -1; index < steps; index++) {
      const [from, to] = index % 2 ? pair : [pair[1], pair[0]];
      const basis = index < 0 ? new Float32Array(8) : this.basis((index + 0.5) * sign, sign);
      const layer = target(gl, to, [this.path, this.back + sign * (index + 1)]);
      this.programs.step.draw(layer, this.working,
        { uFirst: one, uSecond: two, uThird: three, uFourth: four, uBefore: index < 0 ? this.zero() : from },
        { "uBasis[0]": basis, uInflow: { int: Number(this.plan.earliest < 0) } });
      gl.deleteFramebuffer(layer);
    }
  }

  zero() {
    if (!this.nothing || this.nothing.size !== String(this.working)) {
      this.nothing = this.texture("masks", this.gl.RG32F, this.working,
        { data: new Float32Array(2 * this.working[0] * this.working[1]) });
      this.nothing.size = String(this.working);
    }
    return this.nothing;
  }

  basis(time, sign) {
    const values = new Float32Array(8);
    values[0] = sign;
    for (let k = 1; k <= 3; k++) {
      const angle = (2 * Math.PI * k * time) / this.plan.period;
      values[2 * k - 1] = sign * Math.cos(angle);
      values[2 * k] = sign * Math.sin(angle);
    }
    return values;
  }

  // Two layers of the path and the second one's share.
  layers(moment) {
    const below = Math.floor(moment);
    return [this.back + below, this.back + below + 1, moment - below];
  }

  // Show the moment of a time in seconds.
  show(time) {
    this.drawing.resize(this.size);
    this.draw(time);
    if (this.copy) this.copy.getContext("2d").drawImage(this.drawing.canvas, 0, 0);
  }

  draw(time, captured = false) {
    const final = captured ? this.targets.captured : null;
    const flip = { uFlip: { int: Number(!captured) } };
    const parts = this.plan.at(time);
    const at = parts.map(([moment]) => this.layers(moment));
    const warp = (to, when, numbers) => this.programs.warp.draw(to, this.size,
      { uPhoto: this.photo, uEdge: this.edge, uPath: this.path }, { uAt: when, ...numbers });
    if (parts.length === 1) return warp(final, at[0], flip);
    const upright = { uFlip: { int: 0 } };
    warp(this.targets.first, at[0], upright);
    warp(this.targets.second, at[1], upright);
    return this.blend(final, at, parts[1][1], flip);
  }

  blend(final, at, weight, flip) {
    const { programs, targets } = this;
    const [uOne, uTwo] = this.phases;
    const uShare = this.second;
    const half = { uHalf: { int: roundEven((WINDOW * this.measured[1]) / 2) } };
    programs.share.draw(targets.share, this.working, { uPath: this.path },
      { uAt: at[0], uOther: at[1], uWeight: weight });
    programs.rows.draw(targets.sums, this.measured, { uOne, uTwo }, { uStep: { int: this.step }, ...half });
    programs.gain.draw(targets.gain, this.measured,
      { uSums: this.sums[0], uProduct: this.sums[1], uShare }, half);
    programs.coarse.draw(targets.coarse, this.coarseSize, { uOne, uTwo, uShare },
      { uSize: [this.coarseSize[1], this.coarseSize[0]] });
    programs.blend.draw(final, this.size, { uOne, uTwo, uShare, uGain: this.gain,
      uCoarse: this.coarse, uEdge: this.edge }, flip);
  }

  // The pixels of a moment, RGBA from the top.
  pixels(time) {
    const { gl } = this;
    const [rows, columns] = this.size;
    this.draw(time, true);
    const pixels = new Uint8ClampedArray(rows * columns * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.targets.captured);
    gl.readPixels(0, 0, columns, rows, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(pixels.buffer));
    return pixels;
  }

  texture(owner, ...shape) {
    const made = texture(this.gl, ...shape);
    this.owned[owner].push(() => this.gl.deleteTexture(made.handle));
    return made;
  }

  target(owner, ...attachments) {
    const made = target(this.gl, ...attachments);
    this.owned[owner].push(() => this.gl.deleteFramebuffer(made));
    return made;
  }

  free(...owners) {
    for (const owner of owners) {
      this.owned[owner].forEach((free) => free());
      this.owned[owner] = [];
      if (owner === "masks") this.nothing = null;
    }
  }
}

function rgba(photo) {
  const pixels = new Uint8Array(photo.rows * photo.columns * 4).fill(255);
  for (let i = 0; i < pixels.length / 4; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = photo.data[3 * i + c];
  }
  return pixels;
}
