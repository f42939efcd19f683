// Maps: rows x columns x channels of numbers, resized and filtered as OpenCV does it, so that the
// page moves a photo as Python does.

export function map(rows, columns, channels, data = new Float32Array(rows * columns * channels)) {
  return { rows, columns, channels, data };
}

// Python's round: halves go to the even neighbour.
export function roundEven(x) {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}

// A size of the same proportions whose longer side has at most so many pixels: [rows, columns].
export function workingSize(height, width, longest) {
  const scale = Math.min(1, longest / Math.max(height, width));
  return [Math.max(2, roundEven(height * scale)), Math.max(2, roundEven(width * scale))];
}

export const smoothRise = (x) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x));

// Area average when it shrinks, bicubic when it grows. With `whole` results are those of uint8.
export function resize(from, rows, columns, whole = false) {
  if (from.rows === rows && from.columns === columns) return from;
  const shrinks = from.rows >= rows && from.columns >= columns;
  const to = resample(from, rows, columns, shrinks ? areaTaps : cubicTaps);
  if (whole) {
    for (let i = 0; i < to.data.length; i++) {
      to.data[i] = Math.min(255, Math.max(0, roundEven(to.data[i])));
    }
  }
  return to;
}

export const resizeLinear = (from, rows, columns) => resample(from, rows, columns, linearTaps);

// Separable: rows first, then columns. Taps are, for each place, the first index and its weights.
function resample(from, rows, columns, taps) {
  const { channels } = from;
  const lines = map(rows, from.columns, channels);
  const width = from.columns * channels;
  taps(from.rows, rows).forEach(([first, weights], row) => {
    weights.forEach((weight, k) => {
      const source = clamp(first + k, from.rows) * width;
      for (let i = 0; i < width; i++) lines.data[row * width + i] += weight * from.data[source + i];
    });
  });
  const to = map(rows, columns, channels);
  taps(from.columns, columns).forEach(([first, weights], column) => {
    weights.forEach((weight, k) => {
      const source = clamp(first + k, from.columns) * channels;
      for (let row = 0; row < rows; row++) {
        const a = (row * columns + column) * channels;
        const b = row * width + source;
        for (let c = 0; c < channels; c++) to.data[a + c] += weight * lines.data[b + c];
      }
    });
  });
  return to;
}

const clamp = (index, length) => Math.min(length - 1, Math.max(0, index));

const centres = (from, to) =>
  Array.from({ length: to }, (_, i) => ((i + 0.5) * from) / to - 0.5);

function linearTaps(from, to) {
  return centres(from, to).map((x) => {
    const first = Math.floor(x);
    return [first, [1 - (x - first), x - first]];
  });
}

function cubicTaps(from, to) {
  return centres(from, to).map((x) => {
    const first = Math.floor(x);
    return [first - 1, cubicWeights(x - first)];
  });
}

// OpenCV's cubic has A = -0.75.
export function cubicWeights(t) {
  const A = -0.75;
  const near = (x) => ((A + 2) * x - (A + 3)) * x * x + 1;
  const far = (x) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  const weights = [far(t + 1), near(t), near(1 - t)];
  return [...weights, 1 - weights[0] - weights[1] - weights[2]];
}

function areaTaps(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const start = i * scale;
    const end = Math.min(start + scale, from);
    const first = Math.floor(start + 1e-6);
    const weights = [];
    for (let k = first; k < end - 1e-6; k++) {
      weights.push(Math.min(k + 1, end) - Math.max(k, start));
    }
    const sum = weights.reduce((a, b) => a + b, 0);
    return [first, weights.map((weight) => weight / sum)];
  });
}

// Mean over a square window of an odd side; beyond the border the map is mirrored, edge included.
export function boxMean(from, side) {
  const { rows, columns, channels } = from;
  const lines = map(rows, columns, channels);
  const to = map(rows, columns, channels);
  runningMean(from.data, lines.data, columns, rows, channels, columns * channels, channels, side);
  runningMean(lines.data, to.data, rows, columns, columns * channels, channels, channels, side);
  return to;
}

function runningMean(from, to, length, lines, step, lineStep, channels, side) {
  const half = (side - 1) / 2;
  const mirror = Int32Array.from({ length: length + 2 * half }, (_, i) => {
    const period = 2 * length;
    const place = (((i - half) % period) + period) % period;
    return step * (place < length ? place : period - 1 - place);
  });
  for (let line = 0; line < lines; line++) {
    for (let c = 0; c < channels; c++) {
      const base = line * lineStep + c;
      let sum = 0;
      for (let i = 0; i < side - 1; i++) sum += from[base + mirror[i]];
      for (let i = 0; i < length; i++) {
        sum += from[base + mirror[i + side - 1]];
        to[base + i * step] = sum / side;
        sum -= from[base + mirror[i]];
      }
    }
  }
}
