// From a photo to velocity fields: scenegan/animation/segmentation.py, dials.py and the velocity
// predictor, around the two networks.

import { map, resize, resizeLinear, roundEven } from "../../scenegan/serve/page/maps.js";
import { held, shares } from "../../scenegan/serve/page/masks.js";
import { gains } from "../../scenegan/serve/page/ramps.js";
import { AMOUNTS, CLASSES, CLEAR, FARTHEST, FEWEST, FLUID, LEAN, LOOKS, LUMA, MOST, MOVING, NOISE_SIZE, REACH,
  SMALLEST_SIDE, STRIDE, TURNS, WIDTH } from "../../scenegan/serve/page/numbers.js";
import { waterFalls } from "./falls.js";
import { Generator } from "./random.js";

const KINDS = MOVING.length;

// Probabilities of all classes. photo: map of 0 to 255. segment: from { photo } to { logits }.
export async function probabilities(photo, segment) {
  const [rows, columns] = workingSize(photo, Math.max(...LOOKS));
  const sum = map(rows, columns, CLASSES);
  for (const longer of LOOKS) {
    const look = resizeLinear(await oneLook(photo, workingSize(photo, longer), segment), rows, columns);
    look.data.forEach((chance, index) => { sum.data[index] += chance / LOOKS.length; });
  }
  return sum;
}

// The size with a longer side, [rows, columns].
function workingSize(photo, longer) {
  const scale = longer / Math.max(photo.rows, photo.columns);
  return [photo.rows, photo.columns].map((side) =>
    Math.max(SMALLEST_SIDE, roundEven((side * scale) / STRIDE) * STRIDE));
}

async function oneLook(photo, [rows, columns], segment) {
  const { logits } = await segment({ photo: [toFloat(resize(photo, rows, columns, true)), [1, rows, columns, 3]] });
  const [, height, width, classes] = logits.dims;
  return map(height, width, classes, softmax(logits.data, classes));
}

const toFloat = (photo) => Float32Array.from(photo.data, (level) => level / 127.5 - 1);

function softmax(logits, classes) {
  const chances = Float32Array.from(logits);
  for (let i = 0; i < chances.length; i += classes) {
    const pixel = chances.subarray(i, i + classes);
    const most = Math.max(...pixel);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += pixel[c] = Math.exp(pixel[c] - most);
    for (let c = 0; c < classes; c++) pixel[c] /= sum;
  }
  return chances;
}

// Only the first channels of a map.
export function firstChannels(from, channels) {
  const to = map(from.rows, from.columns, channels);
  for (let i = 0; i < from.rows * from.columns; i++) {
    for (let c = 0; c < channels; c++) to.data[i * channels + c] = from.data[i * from.channels + c];
  }
  return to;
}

// Velocity fields, { shape, data }. size: { height, width, channels } of the network. wish: as in
// the page's engine. generate: from the network's inputs to { fields }.
export async function velocities(photo, chances, wish, size, generate) {
  const masks = networkMasks(chances, wish, size);
  const drawn = draw(wish, photo, waterFalls(photo, chances));
  const look = resize(photo, 2 * size.height, 2 * size.width, true);
  const { fields } = await generate({
    photo: [toFloat(channelsOf(look, size.channels)), [1, 2 * size.height, 2 * size.width, size.channels]],
    masks: [masks.data, [1, size.height, size.width, KINDS]],
    noise: [drawn.noise, [1, NOISE_SIZE]], amount: [drawn.amount, [1, KINDS]],
    direction: [drawn.direction, [1, KINDS, 2]],
  });
  const told = { shape: fields.dims.slice(1), data: Float32Array.from(fields.data) };
  hasten(told, gains(masks));
  hold(told, wish.still);
  return wish.direction === null ? told : headed(told, chances, wish.direction);
}

function channelsOf(photo, channels) {
  return channels === photo.channels ? photo : firstChannels(photo, channels);
}

function networkMasks(chances, { still, moving }, { height, width }) {
  const large = resizeLinear(chances, 4 * height, 4 * width);
  const allowed = moving && resize(moving.mask(), 4 * height, 4 * width, true);
  return resize(held(shares(large, allowed), still), height, width);
}

// What the seed draws of a photo: noise, amounts and directions. For each of the photo's quarters two
// vectors of noise, mixed by its brightness. Water that falls goes down, unless a direction is asked for.
export function draw({ seed, strength, direction, still }, photo, falls = false) {
  const random = new Generator(BigInt(seed));
  const quarters = quartersOf(photo);
  const noise = new Float64Array(NOISE_SIZE);
  for (const bright of quarters) {
    const angle = 2 * Math.PI * TURNS * bright;
    for (const part of [Math.cos(angle), Math.sin(angle)]) {
      for (let i = 0; i < NOISE_SIZE; i++) noise[i] += (part * random.normal()) / Math.sqrt(quarters.length);
    }
  }
  const turned = 2 * TURNS * (quarters.reduce((sum, bright) => sum + bright, 0) / quarters.length);
  const amount = Float32Array.from(MOVING, (kind) => {
    const [low, high] = AMOUNTS[kind].map((pixels) => Math.log(pixels / WIDTH));
    const share = Math.abs(((2 * random.uniform() + turned) % 2) - 1);
    return still.includes(kind) ? 0 : Math.exp(low + (high - low) * share) * strength;
  });
  const lean = LEAN * (2 * random.uniform() - 1);
  const ways = MOVING.map((kind) => {
    if (direction !== null) return heading(direction);
    return falls && kind === "water" ? heading(lean - 90) : [0, 0];
  });
  return { noise: Float32Array.from(noise), amount, direction: Float32Array.from(ways.flat()) };
}

const heading = (degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), -Math.sin(angle)];
};

// Mean brightness of a photo's quarters, from 0 to 1.
export function quartersOf(photo) {
  const [middle, centre] = [photo.rows >> 1, photo.columns >> 1];
  const sums = [0, 0, 0, 0];
  for (let row = 0, i = 0; row < photo.rows; row++) {
    for (let column = 0; column < photo.columns; column++, i += 3) {
      const gray = LUMA[0] * photo.data[i] + LUMA[1] * photo.data[i + 1] + LUMA[2] * photo.data[i + 2];
      sums[2 * (row >= middle) + (column >= centre)] += gray;
    }
  }
  const [above, left] = [middle / photo.rows, centre / photo.columns];
  const shares = [above * left, above * (1 - left), (1 - above) * left, (1 - above) * (1 - left)];
  return sums.map((sum, i) => sum / (255 * shares[i] * photo.rows * photo.columns));
}

function hasten({ shape, data }, times) {
  const each = shape[3] * 2;
  for (let i = 0; i < data.length; i++) data[i] *= times[Math.floor(i / each) % KINDS];
}

function hold({ shape, data }, still) {
  const each = shape[3] * 2;
  MOVING.forEach((kind, c) => {
    if (!still.includes(kind)) return;
    for (let i = c * each; i < data.length; i += KINDS * each) data.fill(0, i, i + each);
  });
}

// Each flowing kind turned so that its mean goes one way, if it has a clear direction.
function headed(fields, chances, direction) {
  const [rows, columns, , terms] = fields.shape;
  const weights = resize(shares(chances, null), rows, columns);
  for (let kind = 0; kind < FLUID; kind++) {
    const [x, y, speed] = drift(fields, weights, kind);
    const length = Math.hypot(x, y);
    if (!speed || length <= CLEAR * speed) continue;
    const [u, v] = heading(direction);
    const [cosine, sine] = [(x * u + y * v) / length, (x * v - y * u) / length];
    for (let i = 0; i < rows * columns; i++) {
      for (let term = 0; term < terms; term++) {
        const at = ((i * KINDS + kind) * terms + term) * 2;
        const [a, b] = [fields.data[at], fields.data[at + 1]];
        fields.data[at] = a * cosine - b * sine;
        fields.data[at + 1] = a * sine + b * cosine;
      }
    }
  }
  return fields;
}

// Mean steady velocity and mean steady speed of one kind.
function drift({ shape: [rows, columns, , terms], data }, weights, kind) {
  let [x, y, speed, total] = [0, 0, 0, 0];
  for (let i = 0; i < rows * columns; i++) {
    const at = (i * KINDS + kind) * terms * 2;
    const weight = weights.data[i * KINDS + kind];
    x += weight * data[at];
    y += weight * data[at + 1];
    speed += weight * Math.hypot(data[at], data[at + 1]);
    total += weight;
  }
  const sum = Math.max(total, 1e-6);
  return [x / sum, y / sum, speed / sum];
}

// Frames that a motion is known for: as in VelocityMotion.
export function reach({ shape: [rows, columns, , terms], data }, chances, frames) {
  const weights = resize(shares(chances, null), rows, columns);
  const steady = [];
  for (let i = 0; i < rows * columns; i++) {
    let [x, y] = [0, 0];
    for (let kind = 0; kind < KINDS; kind++) {
      const at = (i * KINDS + kind) * terms * 2;
      x += weights.data[i * KINDS + kind] * data[at];
      y += weights.data[i * KINDS + kind] * data[at + 1];
    }
    if (x || y) steady.push(Math.hypot(x, y));
  }
  const fast = steady.length ? quantile(steady.sort((a, b) => a - b), MOST) : 0;
  return Math.min(REACH * frames, Math.max(FEWEST, FARTHEST / Math.max(fast, 1e-9)));
}

function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}
