// A photo whose motion is no velocities: the server renders all of it, and what it wrote is played.

import { map } from "./maps.js";
import { FPS } from "./numbers.js";

const FORMATS = { mp4: 'video/mp4; codecs="avc1.640028"', webm: 'video/webm; codecs="vp9"' };

// As a Scene, but for what is predicted: a video.
export class FilmScene {
  rendered = true;

  constructor(canvas, engine) {
    Object.assign(this, { canvas, engine, pen: canvas.getContext("2d"), video: null, playing: false, time: 0 });
  }

  // What engine.motion() is to a Scene.
  async predict(opened, wish) {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, loop: true, playsInline: true });
    const format = Object.keys(FORMATS).find((name) => video.canPlayType(FORMATS[name]));
    if (!format) throw new Error("This browser plays neither MP4 nor WebM.");
    const film = await this.engine.film(opened, { ...wish, format, fps: FPS, size: opened.photo.columns });
    await new Promise((ready, fail) => {
      video.onloadeddata = ready;
      video.onerror = () => fail(new Error("This browser cannot play what the server wrote."));
      video.src = URL.createObjectURL(film);
    });
    return video;
  }

  show(photo, video) {
    this.photo = photo;
    [this.canvas.width, this.canvas.height] = [photo.columns, photo.rows];
    this.masks = { picture: map(photo.rows, photo.columns, 1, new Float32Array(photo.rows * photo.columns).fill(255)) };
    this.change(video);
  }

  change(video) {
    if (this.video) {
      this.video.pause();
      URL.revokeObjectURL(this.video.src);
    }
    this.video = video;
    this.play(this.playing);
  }

  play(on) {
    this.playing = on;
    if (!this.video) return;
    if (on) this.video.play();
    else this.video.pause();
  }

  mask() {}

  follow() {}

  draw() {
    this.pen.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
  }
}
