// How motion slows down towards what stands still: ramps() in scenegan/animation/masks.py.

import { map, smoothRise } from "./maps.js";
import { FLUID, HORIZON, MOVING, RAMP, SWIFTEST } from "./numbers.js";

const KINDS = MOVING.length;

// How far each kind moves each pixel, slower beside what is of another kind: ramps() in masks.py.
export function slowed(share) {
  const { rows, columns } = share;
  const kinds = mostly(share);
  const loose = ramp(anyOf(share), rows, columns, RAMP);
  const to = map(rows, columns, KINDS, Float32Array.from(share.data));
  for (let kind = 0; kind < KINDS; kind++) {
    let speed = loose;
    if (kind < FLUID) {
      const free = kinds[kind].map((own, i) => Number(own || !kinds.some((of, k) => k < FLUID && of[i])));
      const far = ramp(free, rows, columns, HORIZON);
      speed = ramp(kinds[kind], rows, columns, RAMP).map((near, i) => near * far[i]);
    }
    for (let i = 0; i < speed.length; i++) to.data[i * KINDS + kind] *= speed[i];
  }
  return to;
}

// How much faster each kind goes where it may, so that its mean speed stays: gains() in masks.py.
export function gains(share) {
  const slow = slowed(share);
  return MOVING.map((_, kind) => {
    const [whole, left] = [share, slow].map(({ data }) =>
      data.reduce((sum, value, i) => sum + (i % KINDS === kind ? value : 0), 0));
    return Math.min(SWIFTEST, Math.max(1, whole / Math.max(left, 1e-6)));
  });
}

// For each kind where it is more than half of what moves.
function mostly({ rows, columns, data }) {
  const kinds = Array.from({ length: KINDS }, () => new Uint8Array(rows * columns));
  for (let i = 0; i < rows * columns; i++) {
    const half = (data[3 * i] + data[3 * i + 1] + data[3 * i + 2]) / 2;
    for (let c = 0; c < KINDS; c++) kinds[c][i] = Number(data[3 * i + c] > half);
  }
  return kinds;
}

// How fast each pixel moves for its distance from what is 0.
function ramp(loose, rows, columns, widths) {
  const speed = new Float32Array(loose.length).fill(1);
  if (loose.every(Boolean)) return speed;
  const distance = distances(loose, rows, columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const far = distance[(row + 3) * (columns + 6) + column + 3];
      speed[row * columns + column] = smoothRise((far - 1) / (widths * columns));
    }
  }
  return speed;
}

// Chamfer distances to what is 0, as OpenCV's DIST_MASK_5, of a picture whose border is repeated
// once; two further pixels around it are far.
function distances(loose, rows, columns) {
  const width = columns + 6;
  const to = new Float32Array(width * (rows + 6)).fill(1e6);
  const inside = (x, length) => Math.min(length - 1, Math.max(0, x));
  for (let y = 2; y < rows + 4; y++) {
    for (let x = 2; x < columns + 4; x++) {
      if (!loose[inside(y - 3, rows) * columns + inside(x - 3, columns)]) to[y * width + x] = 0;
    }
  }
  for (let y = 2; y < rows + 4; y++) {
    for (let x = 2; x < columns + 4; x++) nearer(to, y * width + x, width, 1);
  }
  for (let y = rows + 3; y >= 2; y--) {
    for (let x = columns + 3; x >= 2; x--) nearer(to, y * width + x, width, -1);
  }
  return to;
}

// Shorten a distance by those of its neighbours before it, or, with -1, behind it.
function nearer(to, place, width, sign) {
  if (to[place] === 0) return;
  const line = place - sign * width;
  const two = line - sign * width;
  to[place] = Math.min(to[place], Math.min(to[place - sign], to[line]) + 1,
    Math.min(to[line - 1], to[line + 1]) + 1.4,
    Math.min(to[line - 2], to[line + 2], to[two - 1], to[two + 1]) + 2.1969);
}

// Where anything moves, 0 or 1.
export function anyOf(masks) {
  const any = new Uint8Array(masks.rows * masks.columns);
  for (let i = 0; i < any.length; i++) {
    any[i] = Number(masks.data[3 * i] + masks.data[3 * i + 1] + masks.data[3 * i + 2] > 0);
  }
  return any;
}
