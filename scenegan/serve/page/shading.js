// The colour of sky and of water as cubic polynomials of the place: scenegan/animation/shading.py.

import { map, resize, workingSize } from "./maps.js";
import { FLUID, LONGEST, POWERS } from "./numbers.js";

// photo: map of 0 to 255. share: map of how much each kind moves a pixel.
// Gives kinds, a map of how much of sky and water each pixel is, and factors: for each kind, for each
// power three numbers.
export function fitShading(photo, share) {
  const [rows, columns] = workingSize(photo.rows, photo.columns, LONGEST);
  const weights = resize(share, rows, columns);
  const colours = resize(photo, rows, columns, true);
  const kinds = map(rows, columns, FLUID);
  for (let i = 0; i < rows * columns; i++) {
    const sum = Math.max(1e-6, weights.data[3 * i] + weights.data[3 * i + 1] + weights.data[3 * i + 2]);
    for (let c = 0; c < FLUID; c++) kinds.data[FLUID * i + c] = weights.data[3 * i + c] / sum;
  }
  const factors = Array.from({ length: FLUID }, (_, kind) => fit(colours, weights, kind));
  return { kinds, factors: Float32Array.from(factors.flat()) };
}

// Weighted least squares by the normal equations; what nothing tells stays near 0.
function fit(colours, weights, kind) {
  const { rows, columns } = colours;
  const size = POWERS.length;
  const system = Array.from({ length: size }, () => new Float64Array(size + 3));
  for (let i = 0; i < rows * columns; i++) {
    const weight = weights.data[3 * i + kind];
    if (weight <= 0) continue;
    const basis = polynomial(((i % columns) + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) system[a][b] += weight * basis[a] * basis[b];
      for (let c = 0; c < 3; c++) system[a][size + c] += (weight * basis[a] * colours.data[3 * i + c]) / 255;
    }
  }
  const trace = system.reduce((sum, line, i) => sum + line[i], 0);
  system.forEach((line, i) => { line[i] += 1e-12 * trace + 1e-30; });
  return solve(system, size).flat();
}

const polynomial = (across, down) => {
  const [x, y] = [2 * across - 1, 2 * down - 1];
  return POWERS.map(([i, j]) => x ** i * y ** j);
};

// Gauss-Jordan elimination of a positive definite system with several right sides.
function solve(system, size) {
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const times = system[row][pivot] / system[pivot][pivot];
      for (let k = pivot; k < size + 3; k++) system[row][k] -= times * system[pivot][k];
    }
  }
  return system.map((line, i) => [0, 1, 2].map((c) => line[size + c] / line[i]));
}
