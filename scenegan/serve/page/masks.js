// Where a photo may move: from the segmenter's probabilities to masks that follow its edges. The
// same steps as scenegan/animation/masks.py, where the reasons for the numbers are.

import { boxMean, map, resize, resizeLinear, roundEven, smoothRise, workingSize } from "./maps.js";
import { FILTERED, FIRMEST, FLUID, FOLLOWED, HORIZON, LOOSEST, MARGIN, MOVING, RADIUS, RAMP,
  SMOOTHNESS, WORKING } from "./numbers.js";
import { fitShading } from "./shading.js";

const KINDS = MOVING.length;

// Everything that the renderer needs to know of what may move.
// photo: map of 0 to 255, three channels, at the shown size. chances: map of MOVING.
// moving: map of one channel, 0 to 255, at any size, or null.
export function fittedMasks(look, still, moving) {
  const { photo, work } = look;
  const share = motionMasks(look.workChances, still, fitted(moving, work));
  const speed = resize(slowed(share), ...workingSize(photo.rows, photo.columns, FOLLOWED));
  const picture = maskPicture(look.photoChances, still, fitted(moving, photo));
  const shading = fitShading(photo, share);
  return { speed, shading, picture, edge: picture.data.map((level) => (level > 0 ? 255 : 0)) };
}

// A photo with its probabilities at the sizes that masks are made at; found once a photo.
export function lookAt(photo, chances) {
  const models = edgeFilter(chances, photo);
  const work = resize(photo, ...workingSize(photo.rows, photo.columns, WORKING), true);
  const workChances = guidedChances(models, work);
  const photoChances = work === photo ? workChances : guidedChances(models, photo);
  return { photo, work, workChances, photoChances, chances };
}

const fitted = (picture, like) => picture && resize(picture, like.rows, like.columns, true);

function edgeFilter(chances, photo) {
  const [rows, columns] = workingSize(photo.rows, photo.columns, FILTERED);
  const colours = resize(photo, rows, columns, true);
  const values = resizeLinear(chances, rows, columns);
  const side = 2 * Math.max(2, roundEven(columns * RADIUS)) + 1;
  // 3 colours, 3 values, 9 products of colours, 9 of colours and values
  const products = map(rows, columns, 24);
  for (let i = 0; i < rows * columns; i++) {
    const out = products.data.subarray(24 * i, 24 * i + 24);
    for (let a = 0; a < 3; a++) {
      out[a] = colours.data[3 * i + a] / 255;
      out[3 + a] = values.data[3 * i + a];
    }
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        out[6 + 3 * a + b] = out[a] * out[b];
        out[15 + 3 * a + b] = out[a] * out[3 + b];
      }
    }
  }
  const means = boxMean(products, side);
  const models = map(rows, columns, 12);               // slopes of red, green, blue; offset
  for (let i = 0; i < rows * columns; i++) {
    solve(means.data.subarray(24 * i, 24 * i + 24), models.data.subarray(12 * i, 12 * i + 12));
  }
  return boxMean(models, side);
}

// Slopes and offsets of one pixel from the means of its window, by the inverse of a 3x3 matrix.
function solve(mean, model) {
  const spread = (a, b) => mean[6 + 3 * a + b] - mean[a] * mean[b] + (a === b ? SMOOTHNESS : 0);
  const [a, b, c, d, e, f] = [spread(0, 0), spread(0, 1), spread(0, 2), spread(1, 1),
    spread(1, 2), spread(2, 2)];
  const inverse = [d * f - e * e, c * e - b * f, b * e - c * d,
    c * e - b * f, a * f - c * c, b * c - a * e,
    b * e - c * d, b * c - a * e, a * d - b * b];
  const determinant = a * inverse[0] + b * inverse[1] + c * inverse[2];
  for (let kind = 0; kind < 3; kind++) {
    model[9 + kind] = mean[3 + kind];
    for (let row = 0; row < 3; row++) {
      let slope = 0;
      for (let k = 0; k < 3; k++) {
        slope += inverse[3 * row + k] * (mean[15 + 3 * k + kind] - mean[k] * mean[3 + kind]);
      }
      model[3 * row + kind] = slope / determinant;
      model[9 + kind] -= model[3 * row + kind] * mean[row];
    }
  }
}

function guidedChances(models, photo) {
  const { rows, columns } = photo;
  const to = map(rows, columns, KINDS);
  const across = places(models.columns, columns);
  const line = new Float32Array(models.columns * 12);
  places(models.rows, rows).forEach(([above, below, share], row) => {
    const [a, b] = [above * models.columns * 12, below * models.columns * 12];
    for (let i = 0; i < line.length; i++) {
      line[i] = (1 - share) * models.data[a + i] + share * models.data[b + i];
    }
    for (let column = 0; column < columns; column++) {
      model(to.data, photo.data, 3 * (row * columns + column), line, ...across[column]);
    }
  });
  return to;
}

// The probabilities of one pixel, by the model between two of a line.
function model(to, colours, i, line, left, right, part) {
  const red = colours[i] / 255;
  const green = colours[i + 1] / 255;
  const blue = colours[i + 2] / 255;
  const rest = 1 - part;
  for (let kind = 0; kind < KINDS; kind++) {
    const a = 12 * left + kind;
    const b = 12 * right + kind;
    const chance = red * (rest * line[a] + part * line[b])
      + green * (rest * line[a + 3] + part * line[b + 3])
      + blue * (rest * line[a + 6] + part * line[b + 6]) + rest * line[a + 9] + part * line[b + 9];
    to[i + kind] = chance < 0 ? 0 : chance > 1 ? 1 : chance;
  }
}

// For each place of an enlarged axis the two to mix and the second one's share.
function places(from, to) {
  return Array.from({ length: to }, (_, i) => {
    const x = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const first = Math.min(Math.floor(x), Math.max(from - 2, 0));
    return [first, Math.min(first + 1, from - 1), x - first];
  });
}

// How far each kind moves each pixel, into a new map; also what is loose before kinds are held.
export function shares(chances, moving) {
  const to = map(chances.rows, chances.columns, KINDS);
  const { data } = to;
  for (let i = 0, pixel = 0; i < data.length; i += KINDS, pixel++) {
    const sky = chances.data[i];
    const water = chances.data[i + 1];
    const plants = chances.data[i + 2];
    const total = sky + water + plants;
    const scale = 1 / Math.max(total, FIRMEST);
    const flows = rise(sky + water) * scale;
    data[i] = sky * flows;
    data[i + 1] = water * flows;
    data[i + 2] = plants * rise(total) * scale;
    if (moving) allow(data, chances.data, i, moving.data[pixel] / 255);
  }
  return to;
}

const rise = (probability) => smoothRise((probability - FIRMEST) / (LOOSEST - FIRMEST));

// A person's word counts more than what is likely.
function allow(masks, chances, i, moving) {
  const sum = masks[i] + masks[i + 1] + masks[i + 2];
  if (sum > 0) {
    for (let c = 0; c < KINDS; c++) masks[i + c] *= moving / Math.max(sum, 1e-6);
    return;
  }
  let likeliest = 0;
  for (let c = 1; c < KINDS; c++) if (chances[i + c] > chances[i + likeliest]) likeliest = c;
  masks[i + likeliest] = moving;
}

export function held(masks, still) {
  MOVING.forEach((kind, c) => {
    if (still.includes(kind)) for (let i = c; i < masks.data.length; i += KINDS) masks.data[i] = 0;
  });
  return masks;
}

function motionMasks(chances, still, moving) {
  const masks = shares(chances, moving);
  if (!moving) {
    const kept = withoutMargin(anyOf(masks), masks.rows, masks.columns);
    for (let i = 0; i < masks.data.length; i++) masks.data[i] *= kept[Math.floor(i / KINDS)];
  }
  return held(masks, still);
}

// What may move, as a map of one channel of 0 to 255.
function maskPicture(chances, still, moving) {
  const masks = shares(chances, moving);
  const { rows, columns } = masks;
  const kept = moving ? null : withoutMargin(anyOf(masks), rows, columns);
  held(masks, still);
  const picture = map(rows, columns, 1);
  for (let i = 0; i < picture.data.length; i++) {
    const sum = masks.data[3 * i] + masks.data[3 * i + 1] + masks.data[3 * i + 2];
    picture.data[i] = roundEven(255 * sum) * (kept ? kept[i] : 1);
  }
  return picture;
}

function anyOf(masks) {
  const any = new Uint8Array(masks.rows * masks.columns);
  for (let i = 0; i < any.length; i++) {
    any[i] = Number(masks.data[3 * i] + masks.data[3 * i + 1] + masks.data[3 * i + 2] > 0);
  }
  return any;
}

// Erosion by a square.
function withoutMargin(loose, rows, columns) {
  const half = roundEven(MARGIN * columns);
  const lines = new Uint8Array(loose.length);
  const to = new Uint8Array(loose.length);
  erode(loose, lines, columns, rows, 1, columns, half);
  erode(lines, to, rows, columns, columns, 1, half);
  return to;
}

function erode(from, to, length, lines, step, lineStep, half) {
  for (let line = 0; line < lines; line++) {
    const base = line * lineStep;
    let firm = -1 - half;                              // the last place that is 0
    const fresh = () => { firm = -1 - half; };
    for (let i = 0; i < Math.min(half, length); i++) if (!from[base + i * step]) firm = i;
    for (let i = 0; i < length; i++) {
      if (i + half < length && !from[base + (i + half) * step]) firm = i + half;
      to[base + i * step] = Number(firm < i - half);
    }
    fresh();
  }
}

// How far each kind moves each pixel, slower beside what is of another kind: ramps() in masks.py.
function slowed(share) {
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
