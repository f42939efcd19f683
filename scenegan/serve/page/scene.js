// A photo that moves on a canvas: what was predicted, what is asked for, and its renderer.

import { map } from "./maps.js";
import { fittedMasks, lookAt } from "./masks.js";
import { Renderer } from "./renderer.js";
import { schedule } from "./schedule.js";

// What a canvas can draw as a map of 0 to 255, three channels; gray where it has to be.
export function photoMap(image, gray = false) {
  const pixels = new Uint8ClampedArray(3 * image.width * image.height);
  const { data } = pixelsOf(image);
  for (let i = 0, k = 0; i < pixels.length; i += 3, k += 4) {
    for (let c = 0; c < 3; c++) {
      pixels[i + c] = gray ? 0.299 * data[k] + 0.587 * data[k + 1] + 0.114 * data[k + 2] : data[k + c];
    }
  }
  return map(image.height, image.width, 3, pixels);
}

// The pixels of what a canvas can draw, on white.
export function pixelsOf(image) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, image.width, image.height);
  pen.drawImage(image, 0, 0);
  return pen.getImageData(0, 0, image.width, image.height);
}

export class Scene {
  // As a Renderer.
  constructor(drawing, copy) {
    this.renderer = new Renderer(drawing, copy);
    this.time = 0;
  }

  // photo: map. motion: as an engine gives it. look: of another scene of the same photo.
  show(photo, motion, look = null) {
    this.photo = photo;
    this.motion = motion;
    const { shape: [rows, columns, channels], data } = motion.chances;
    this.look = look || lookAt(photo, map(rows, columns, channels, data));
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
