// A photo that moves on a canvas: what was predicted, what is asked for, and its renderer.

import { map } from "./maps.js";
import { fittedMasks, lookAt } from "./masks.js";
import { Renderer } from "./renderer.js";
import { schedule } from "./schedule.js";

// What a canvas can draw as a map of 0 to 255, three channels, at a size; gray where it has to be.
export function photoMap(image, [rows, columns], gray = false) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, columns, rows);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, columns, rows);
  const { data } = pen.getImageData(0, 0, columns, rows);
  const photo = map(rows, columns, 3);
  for (let i = 0; i < rows * columns; i++) {
    const [r, g, b] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    const luma = gray && Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    photo.data.set(gray ? [luma, luma, luma] : [r, g, b], 3 * i);
  }
  return photo;
}

export class Scene {
  // As a Renderer.
  constructor(drawing, copy) {
    this.renderer = new Renderer(drawing, copy);
    this.time = 0;
  }

  // photo: map. motion: as an engine gives it.
  show(photo, motion) {
    this.photo = photo;
    this.motion = motion;
    const { shape: [rows, columns, channels], data } = motion.chances;
    this.look = lookAt(photo, map(rows, columns, channels, data));
    this.renderer.setPhoto(photo);
    this.renderer.setFields(motion.fields);
  }

  // Another motion of the same photo.
  change(motion) {
    this.motion = motion;
    this.renderer.setFields(motion.fields);
  }

  // still: names of kinds. moving: a painted map, or null.
  mask(still, moving) {
    this.masks = fittedMasks(this.look, still, moving);
    this.renderer.setMasks(this.masks);
  }

  // timing: loop, seconds, speed. gain: times that the predicted velocities are multiplied.
  follow(timing, gain) {
    this.seconds = timing.seconds;
    this.renderer.follow(schedule({ ...timing, reach: this.motion.reach }), gain);
  }

  draw(time) {
    this.time = time % this.seconds;
    this.renderer.show(this.time);
  }
}
