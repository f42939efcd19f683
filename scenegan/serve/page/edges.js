// The segmenter's probabilities, enlarged along the edges of the photo: a guided filter. The same
// steps as scenegan/animation/masks.py.

import { boxMean, map, resize, resizeLinear, roundEven, workingSize } from "./maps.js";
import { FILTERED, MOVING, RADIUS, SMOOTHNESS } from "./numbers.js";

const KINDS = MOVING.length;

// Models that give the probabilities of a pixel from its colour, fitted in windows of the photo: a
// map of 12 channels, see below.
export function edgeFilter(chances, photo) {
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

// The probabilities of each pixel of a photo, at any size.
export function guidedChances(models, photo) {
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
