// Four motions of one photo, side by side.

import { resize } from "./maps.js";
import { Scene } from "./scene.js";

const NUMBER = 4;
const LONGEST = 480;                                   // pixels of a side

export class Variations {
  // choose(seed): called with the one that a person takes.
  constructor(place, drawing, engine, choose) {
    Object.assign(this, { place, drawing, engine, choose, scenes: [], asked: 0 });
  }

  clear() {
    this.asked += 1;
    this.scenes.forEach(({ button }) => { button.hidden = true; });
    this.shown = [];
  }

  // Gives whether they are all there, and not already something else was asked for.
  async show(opened, wish) {
    const { photo } = opened;
    const number = (this.asked += 1);
    const scale = Math.min(1, LONGEST / Math.max(photo.rows, photo.columns));
    const small = resize(photo, Math.round(photo.rows * scale), Math.round(photo.columns * scale), true);
    this.shown = [];
    for (let k = 0; k < NUMBER; k++) {
      const seed = (wish.seed + k) % 256;
      const motion = await this.engine.motion(opened, { ...wish, seed });
      if (number !== this.asked) return false;
      const { scene, button } = this.cell(k);
      scene.show(small, motion, this.shown[0]?.look);
      scene.mask(wish.still, wish.moving && wish.moving.mask());
      scene.follow(wish, 1);
      scene.draw(0);
      button.hidden = false;
      button.querySelector("span").textContent = `Seed ${seed}`;
      button.onclick = () => this.choose(seed);
      this.shown.push(scene);
    }
    return true;
  }

  cell(k) {
    if (!this.scenes[k]) {
      const button = document.createElement("button");
      const [canvas, span] = ["canvas", "span"].map((name) => document.createElement(name));
      button.type = "button";
      button.append(canvas, span);
      this.place.append(button);
      this.scenes[k] = { button, scene: new Scene(this.drawing, canvas) };
    }
    return this.scenes[k];
  }

  draw(step) {
    for (const scene of this.shown) scene.draw(scene.time + step);
  }
}
