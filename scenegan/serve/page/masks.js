// Where a photo may move: from the segmenter's probabilities to masks that follow its edges. The
// same steps as scenegan/animation/masks.py, where the reasons for the numbers are.

import { edgeFilter, guidedChances } from "./edges.js";
import { beforeSky } from "./foreground.js";
import { map, resize, roundEven, smoothRise, workingSize } from "./maps.js";
import { FIRMEST, FOLLOWED, LOOSEST, MARGIN, MOVING, WORKING } from "./numbers.js";
import { anyOf, slowed } from "./ramps.js";
import { fitShading } from "./shading.js";

const KINDS = MOVING.length;

// Everything that the renderer needs to know of what may move.
// photo: map of 0 to 255, three channels, at the shown size. chances: map of MOVING.
// moving: map of one channel, 0 to 255, at any size, or null.
export function fittedMasks(look, still, moving) {
  const { photo, work } = look;
  const share = motionMasks(look.workChances, still, fitted(moving, work), look.stands);
  const speed = resize(slowed(share), ...workingSize(photo.rows, photo.columns, FOLLOWED));
  const picture = maskPicture(look.photoChances, still, fitted(moving, photo), look.stands);
  const shading = fitShading(photo, share);
  return { speed, shading, picture, edge: picture.data.map((level) => (level > 0 ? 255 : 0)) };
}

// A photo with its probabilities at the sizes that masks are made at; found once a photo.
export function lookAt(photo, chances) {
  const models = edgeFilter(chances, photo);
  const work = resize(photo, ...workingSize(photo.rows, photo.columns, WORKING), true);
  const workChances = guidedChances(models, work);
  const photoChances = work === photo ? workChances : guidedChances(models, photo);
  const stands = map(work.rows, work.columns, 1, beforeSky(work, shares(workChances, null)));
  return { photo, work, workChances, photoChances, chances, stands };
}

const fitted = (picture, like) => picture && resize(picture, like.rows, like.columns, true);

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

function motionMasks(chances, still, moving, stands) {
  const masks = shares(chances, moving);
  if (!moving) {
    clear(masks, stands);
    const kept = withoutMargin(anyOf(masks), masks.rows, masks.columns);
    for (let i = 0; i < masks.data.length; i++) masks.data[i] *= kept[Math.floor(i / KINDS)];
  }
  return held(masks, still);
}

// Nothing moves where something stands, which is told at a size of its own.
function clear(masks, stands) {
  const [high, wide] = [stands.rows / masks.rows, stands.columns / masks.columns];
  for (let row = 0, i = 0; row < masks.rows; row++) {
    const line = Math.floor(row * high) * stands.columns;
    for (let column = 0; column < masks.columns; column++, i += KINDS) {
      if (stands.data[line + Math.floor(column * wide)]) masks.data.fill(0, i, i + KINDS);
    }
  }
}

// What may move, as a map of one channel of 0 to 255.
function maskPicture(chances, still, moving, stands) {
  const masks = shares(chances, moving);
  if (!moving) clear(masks, stands);
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
