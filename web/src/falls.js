// Whether a photo's water falls, by its upright streaks: scenegan/animation/falls.py.

import { map, resize, resizeLinear, roundEven, workingSize } from "../../scenegan/serve/page/maps.js";
import { FIRMEST, LITTLE, LUMA, MOVING, SHORE, STREAKS, UPRIGHT } from "../../scenegan/serve/page/numbers.js";

// photo: map of 0 to 255. chances: of all classes, as probabilities() gives them.
export function waterFalls(photo, chances) {
  const [rows, columns] = workingSize(photo.rows, photo.columns, STREAKS);
  const water = inner(likely(chances, rows, columns), rows, columns);
  const gray = brightness(resize(photo, rows, columns, true));
  let [pixels, across, down] = [0, 0, 0];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      if (!water[i]) continue;
      const at = (y, x) => gray[mirrored(row + y, rows) * columns + mirrored(column + x, columns)];
      const [corners, others] = [at(1, 1) - at(-1, -1), at(-1, 1) - at(1, -1)];
      pixels++;
      across += (corners + others + 2 * (at(0, 1) - at(0, -1))) ** 2;        // Sobel's slopes
      down += (corners - others + 2 * (at(1, 0) - at(-1, 0))) ** 2;
    }
  }
  return pixels >= LITTLE && across > UPRIGHT * (across + down);
}

const mirrored = (i, length) => (i < 0 ? -i : i < length ? i : 2 * length - 2 - i);

function likely(chances, rows, columns) {
  const one = map(chances.rows, chances.columns, 1);
  const [kinds, water] = [chances.channels, MOVING.indexOf("water")];
  for (let i = 0; i < one.data.length; i++) one.data[i] = chances.data[i * kinds + water];
  return Uint8Array.from(resizeLinear(one, rows, columns).data, (chance) => chance > FIRMEST);
}

// Of ones all that have ones around them, in a square of SHORE pixels.
function inner(ones, rows, columns) {
  const half = SHORE >> 1;
  return ones.map((_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    for (let y = Math.max(0, row - half); y <= Math.min(rows - 1, row + half); y++) {
      for (let x = Math.max(0, column - half); x <= Math.min(columns - 1, column + half); x++) {
        if (!ones[y * columns + x]) return 0;
      }
    }
    return 1;
  });
}

const brightness = ({ data }) => Float32Array.from({ length: data.length / 3 }, (_, i) =>
  roundEven(LUMA[0] * data[3 * i] + LUMA[1] * data[3 * i + 1] + LUMA[2] * data[3 * i + 2]));
