// Which moments of a motion are shown when; the same as scenegan/animation/looping.py.

import { roundEven, smoothRise } from "./maps.js";
import { FPS, PERIOD, TAKEOVER } from "./numbers.js";

// loop: "phases", "fade", "back" or "none". seconds: of the animation. speed: times that time runs faster.
// reach: frames that the motion is known for.
// Gives period, the earliest and latest moment, and at(seconds): pairs [moment, weight].
export function schedule({ loop, seconds, speed, reach }) {
  const length = seconds * speed * FPS;
  if (loop === "back") return back(seconds, length, reach);
  if (loop === "none" && length <= 3 * reach) {
    return { period: PERIOD, earliest: 0, latest: length,
      at: (time) => [[Math.min(time * speed * FPS, length), 1]] };
  }
  const span = loop === "none" ? reach : length / Math.ceil(length / reach - 1e-9);
  const whole = roundEven(span / PERIOD);
  return { period: whole ? span / whole : PERIOD, earliest: -span, latest: span,
    at: (time) => phases((time * speed * FPS) % span, span, TAKEOVER[loop] || TAKEOVER.phases) };
}

function phases(since, span, [start, end]) {
  const inside = Math.abs(since - span) < 1e-5 * span ? 0 : since;
  const share = smoothRise((inside / span - start) / (end - start));
  return [[inside, 1 - share], [inside - span, share]].filter(([, weight]) => weight > 0);
}

function back(seconds, length, reach) {
  const rounds = Math.ceil(length / 2 / reach - 1e-9);
  const farthest = length / 2 / rounds;
  return { period: PERIOD, earliest: 0, latest: farthest,
    at: (time) => [[farthest * (1 - Math.cos((2 * Math.PI * rounds * time) / seconds)) / 2, 1]] };
}
