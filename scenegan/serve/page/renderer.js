// Renders a motion over a photo in WebGL2: scenegan/animation/paths.py, rendering.py, blending.py.
//
// A pre-pass follows the velocities at a low resolution and keeps one displacement a frame. What two
// phases are mixed by is found at that resolution, too; one pass of the full size does the rest.

import * as eachFrame from "./frame_shaders.js";
import { context, Program, target, texture } from "./gl.js";
import { boxMean, map, resize, roundEven, workingSize } from "./maps.js";
import { COARSE, LARGE, WINDOW } from "./numbers.js";
import * as once from "./path_shaders.js";

const TERMS = 7;

// A canvas with what draws on it: one for all that a page renders, as contexts are scarce.
export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = context(canvas);
    const made = (text) => new Program(this.gl, text);
    this.programs = { terms: made(once.TERMS), step: made(once.STEP), finer: made(once.FINER),
      light: made(eachFrame.LIGHT), pick: made(eachFrame.PICK), rows: made(eachFrame.ROWS),
      mix: made(eachFrame.MIX), frame: made(eachFrame.FRAME) };
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
    this.photo = this.texture("photo", gl.RGBA8, size, { data: rgba(photo) });
    this.source = photo.rows * photo.columns > LARGE ? this.photo : this.finer();
    const mean = mirrored(resize(photo, ...workingSize(...size, COARSE), true));
    this.mean = this.texture("photo", gl.RGBA16F, [mean.rows, mean.columns],
      { data: four(mean, 1 / 255), smooth: true });
    this.captured = this.target("photo", this.texture("photo", gl.RGBA8, size));
  }

  // The photo with a pixel between each two of its own.
  finer() {
    const { gl, size: [rows, columns] } = this;
    const [wide, whole] = [[rows, 2 * columns], [2 * rows, 2 * columns]].map((size) =>
      this.texture("photo", gl.RGBA8, size));
    const { finer } = this.programs;
    finer.draw(this.target("photo", wide), [rows, 2 * columns], { uFrom: this.photo }, { uAxis: { ints: [1, 0] } });
    finer.draw(this.target("photo", whole), [2 * rows, 2 * columns], { uFrom: wide }, { uAxis: { ints: [0, 1] } });
    return whole;
  }

  // As fittedMasks() gives them.
  setMasks({ speed, edge, shading }) {
    const { gl } = this;
    this.free("masks", "path");
    const make = (format, shape, options) => this.texture("masks", format, shape, options);
    const working = (this.working = [speed.rows, speed.columns]);
    this.share = make(gl.RGBA32F, working, { data: four(speed) });
    this.edge = make(gl.R8, this.size, { data: Uint8Array.from(edge) });
    this.terms = [0, 1, 2, 3].map(() => make(gl.floats.four, working));
    this.nothing = make(gl.RG32F, working, { data: new Float32Array(2 * working[0] * working[1]) });
    this.lightSize = [shading.kinds.rows, shading.kinds.columns];
    this.kinds = make(gl.RGBA32F, this.lightSize, { data: four(shading.kinds) });
    this.factors = shading.factors;
    this.light = make(gl.RGBA16F, this.lightSize, { smooth: true });
    this.picked = make(gl.floats.four, working);
    this.sums = [make(gl.floats.four, working), make(gl.floats.four, working)];
    this.mixed = [make(gl.RGBA16F, working, { smooth: true }), make(gl.RGBA16F, working, { smooth: true })];
    this.targets = Object.fromEntries(Object.entries({ terms: this.terms, light: [this.light],
      picked: [this.picked], sums: this.sums, mixed: this.mixed,
    }).map(([name, textures]) => [name, this.target("masks", ...textures)]));
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
    programs.terms.draw(this.targets.terms, working, { uFields: fields, uShare: this.share }, { uGain: gain });
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
    const [uFirst, uSecond, uThird, uFourth] = this.terms;
    for (let index = -1; index < steps; index++) {
      const [from, to] = index % 2 ? pair : [pair[1], pair[0]];
      const basis = index < 0 ? new Float32Array(8) : this.basis((index + 0.5) * sign, sign);
      const layer = target(gl, to, [this.path, this.back + sign * (index + 1)]);
      this.programs.step.draw(layer, this.working,
        { uFirst, uSecond, uThird, uFourth, uBefore: index < 0 ? this.nothing : from },
        { "uBasis[0]": basis });
      gl.deleteFramebuffer(layer);
    }
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
    const { programs, targets } = this;
    const parts = this.plan.at(time);
    const [uAt, uOther] = [parts[0], parts.at(-1)].map(([moment]) => this.layers(moment));
    const when = { uAt, uOther, uWeight: parts.length > 1 ? parts[1][1] : 0 };
    programs.light.draw(targets.light, this.lightSize, { uPath: this.path, uKinds: this.kinds },
      { ...when, uSize: [...this.lightSize].reverse(), "uFactors[0]": { threes: this.factors } });
    if (parts.length > 1) this.mix(when);
    const added = parts.length > 1 ? this.mixed[1] : this.light;
    programs.frame.draw(captured ? this.captured : null, this.size,
      { uPhoto: this.photo, uSource: this.source, uEdge: this.edge, uPath: this.path,
        uWeights: this.mixed[0], uAdded: added },
      { uAt, uOther, uTwo: { int: Number(parts.length > 1) }, uFlip: { int: Number(!captured) } });
  }

  // What two phases are mixed by.
  mix({ uAt, uOther, uWeight }) {
    const { programs, targets, working } = this;
    const half = { uHalf: { int: roundEven((WINDOW * working[1]) / 2) } };
    const uPath = this.path;
    programs.pick.draw(targets.picked, working, { uPath, uPhoto: this.photo }, { uAt, uOther, uWeight });
    programs.rows.draw(targets.sums, working, { uPicked: this.picked }, half);
    programs.mix.draw(targets.mixed, working,
      { uSums: this.sums[0], uProduct: this.sums[1], uPicked: this.picked, uMean: this.mean,
        uLight: this.light, uPath }, { uAt, uOther, ...half });
  }

  // The pixels of a moment, RGBA from the top.
  pixels(time) {
    const { gl } = this;
    const [rows, columns] = this.size;
    this.draw(time, true);
    const pixels = new Uint8ClampedArray(rows * columns * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.captured);
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
    }
  }
}

function rgba(photo) {
  return Uint8Array.from(four(photo, 1, 255));
}

// A map of three channels or less as one of four.
function four({ data, channels }, times = 1, rest = 0) {
  const pixels = new Float32Array((data.length / channels) * 4).fill(rest);
  for (let i = 0, k = 0; i < data.length; i += channels, k += 4) {
    for (let c = 0; c < channels; c++) pixels[k + c] = times * data[i + c];
  }
  return pixels;
}

// The mean of 3x3 pixels, mirrored at the border without its edge, in whole numbers.
function mirrored(from) {
  const wide = map(from.rows + 2, from.columns + 2, from.channels);
  const inside = (x, length) => (x < 0 ? Math.min(1, length - 1) : x >= length ? Math.max(0, length - 2) : x);
  for (let row = 0; row < wide.rows; row++) {
    for (let column = 0; column < wide.columns; column++) {
      const at = inside(row - 1, from.rows) * from.columns + inside(column - 1, from.columns);
      for (let c = 0; c < 3; c++) wide.data[3 * (row * wide.columns + column) + c] = from.data[3 * at + c];
    }
  }
  const means = boxMean(wide, 3);
  const to = map(from.rows, from.columns, from.channels);
  for (let row = 0; row < from.rows; row++) {
    for (let i = 0; i < 3 * from.columns; i++) {
      to.data[row * 3 * from.columns + i] = roundEven(means.data[(row + 1) * 3 * wide.columns + 3 + i]);
    }
  }
  return to;
}
