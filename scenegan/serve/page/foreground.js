// What stands before the sky and is too small for the segmenter: the same steps as
// scenegan/animation/foreground.py, where the reasons for the numbers are.

import { map, roundEven } from "./maps.js";
import { BLOWN, DARK, DISC, FLUID, FULL, LONG, MOVING, SKYWARDS, THIN, TOUCH, WHOLE } from "./numbers.js";

const KINDS = MOVING.length;
const SKY = MOVING.indexOf("sky");

// 1 where something stands before the sky. photo: map of 0 to 255. masks: map of MOVING, of the same size.
export function beforeSky(photo, masks) {
  const fluid = new Uint8Array(photo.rows * photo.columns);
  const sky = new Uint8Array(fluid.length);
  for (let i = 0; i < fluid.length; i++) {
    let sum = 0;
    for (let kind = 0; kind < FLUID; kind++) sum += masks.data[KINDS * i + kind];
    fluid[i] = Number(sum > 0);
    sky[i] = Number(masks.data[KINDS * i + SKY] > sum / 2);
  }
  const stands = thin(photo, sky, fluid);
  sun(photo, sky).forEach((there, i) => { if (there) stands[i] = 1; });
  return stands;
}

// What is thin before the sky and begins at what does not flow.
function thin(photo, sky, fluid) {
  const { rows, columns, channels, data } = photo;
  const half = roundEven(THIN * columns);
  const closed = square(square(photo, half, Math.max), half, Math.min).data;
  const dark = fluid.map((flows, i) => {
    for (let c = channels * i; flows && c < channels * (i + 1); c++) if (closed[c] - data[c] > DARK) return 1;
    return 0;
  });
  const firm = map(rows, columns, 1, fluid.map((flows) => 1 - flows));
  const ground = square(firm, roundEven(TOUCH * columns), Math.max).data;
  for (const part of components(dark, rows, columns)) {
    const before = part.pixels.filter((i) => sky[i]).length / part.pixels.length;
    const kept = Math.max(part.width, part.height) >= LONG * columns && before >= SKYWARDS
      && part.pixels.some((i) => ground[i]);
    if (!kept) for (const i of part.pixels) dark[i] = 0;
  }
  return dark;
}

// The sun and as much around it as it is large.
function sun({ rows, columns, channels, data }, sky) {
  const bright = sky.map((there, i) =>
    Number(there && data.subarray(channels * i, channels * (i + 1)).every((level) => level >= BLOWN)));
  const disc = new Uint8Array(sky.length);
  const parts = components(bright, rows, columns);
  if (!parts.length) return disc;
  const size = ({ pixels }) => pixels.length;
  const largest = parts.reduce((best, part) => (size(part) > size(best) ? part : best));
  const side = Math.max(largest.width, largest.height);
  const all = parts.reduce((sum, part) => sum + size(part), 0);
  if (size(largest) < WHOLE * all || size(largest) < FULL * largest.width * largest.height
    || side > DISC * columns) return disc;
  for (const i of largest.pixels) disc[i] = 1;
  return square(map(rows, columns, 1, disc), roundEven(side / 2), Math.max).data;
}

// The largest or the smallest of the square around each pixel.
function square({ rows, columns, channels, data }, half, pick) {
  const across = along(data, columns, columns * channels, rows, channels, half, pick);
  return map(rows, columns, channels, along(across, rows, 0, 1, columns * channels, half, pick));
}

function along(data, length, lineStep, lines, step, half, pick) {
  const to = data.slice();
  for (let line = 0; line < lines; line++) {
    for (let place = 0; place < length; place++) {
      const last = Math.min(length - 1, place + half);
      for (let c = 0; c < step; c++) {
        const base = line * lineStep + c;
        let value = data[base + place * step];
        for (let near = Math.max(0, place - half); near <= last; near++) value = pick(value, data[base + near * step]);
        to[base + place * step] = value;
      }
    }
  }
  return to;
}

// Parts of what is 1, joined along sides and corners: { pixels, width, height } each.
function components(picture, rows, columns) {
  const left = Uint8Array.from(picture);
  const parts = [];
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue;
    left[start] = 0;
    const pixels = [start];
    let [west, east, south] = [columns, 0, 0];
    for (let next = 0; next < pixels.length; next++) {
      const [row, column] = [Math.floor(pixels[next] / columns), pixels[next] % columns];
      [west, east, south] = [Math.min(west, column), Math.max(east, column), Math.max(south, row)];
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          if (left[y * columns + x]) pixels.push(y * columns + x);
          left[y * columns + x] = 0;
        }
      }
    }
    parts.push({ pixels, width: east - west + 1, height: south - Math.floor(start / columns) + 1 });
  }
  return parts;
}
