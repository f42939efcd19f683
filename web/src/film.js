// Animations as files: frames rendered one after the other, and written by the format's library.

import { Drawing } from "../../scenegan/serve/page/renderer.js";
import { Scene } from "../../scenegan/serve/page/scene.js";

const QUALITY = 0.9;                                   // of WebP

export async function film(photo, motion, wish, progress) {
  const drawing = new Drawing(document.createElement("canvas"));
  try {
    const scene = new Scene(drawing);
    scene.show(photo, motion);
    scene.mask(wish.still, wish.moving && wish.moving.mask());
    scene.follow(wish, 1);
    return await WRITERS[wish.format](frames(scene, wish, progress), wish, [photo.columns, photo.rows]);
  } finally {
    drawing.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

async function* frames(scene, { seconds, fps }, progress) {
  const number = Math.max(1, Math.round(seconds * fps));
  for (let index = 0; index < number; index++) {
    progress(index / number);
    yield scene.renderer.pixels(index / fps);
    await new Promise((done) => { setTimeout(done); });
  }
}

const WRITERS = {
  mp4: (shots, wish, size) => video(shots, wish, size, "Mp4OutputFormat", ["avc", "vp9", "av1"]),
  webm: (shots, wish, size) => video(shots, wish, size, "WebMOutputFormat", ["vp9", "vp8", "av1"]),
  gif, webp,
};

async function video(shots, { fps }, [width, height], format, codecs) {
  const bunny = await import("./media.js");
  const options = { width, height, bitrate: bunny.QUALITY_HIGH };
  const codec = await bunny.getFirstEncodableVideoCodec(codecs, options);
  if (!codec) throw new Error("This browser cannot write videos. Take a GIF or WebP.");
  const output = new bunny.Output({ format: new bunny[format](), target: new bunny.BufferTarget() });
  const source = new bunny.VideoSampleSource({ codec, bitrate: bunny.QUALITY_HIGH });
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  let index = 0;
  for await (const pixels of shots) {
    const sample = new bunny.VideoSample(pixels, { format: "RGBX", codedWidth: width, codedHeight: height,
      timestamp: index / fps, duration: 1 / fps });
    await source.add(sample);
    sample.close();
    index += 1;
  }
  await output.finalize();
  return new Blob([output.target.buffer], { type: output.format.mimeType });
}

// One palette for all frames, from some of them, so that what stands does not flicker.
async function gif(shots, { fps, loop }, [width, height]) {
  const { GIFEncoder, quantize, applyPalette } = await import("gifenc");
  const all = [];
  for await (const pixels of shots) all.push(pixels);
  const palette = quantize(sampled(all), 256);
  const encoder = GIFEncoder();
  all.forEach((pixels, index) => {
    const delay = Math.round(((index + 1) * 100) / fps) - Math.round((index * 100) / fps);
    encoder.writeFrame(applyPalette(pixels, palette), width, height, {
      palette: index ? undefined : palette, delay: 10 * delay, repeat: loop === "none" ? -1 : 0 });
  });
  encoder.finish();
  return new Blob([encoder.bytes()], { type: "image/gif" });
}

function sampled(all) {
  const pixels = all.filter((_, index) => index % 4 === 0);
  const step = Math.max(1, Math.floor((pixels.length * pixels[0].length) / 4 / 500_000));
  const found = [];
  for (const shot of pixels) {
    for (let i = 0; i < shot.length; i += 4 * step) found.push(shot[i], shot[i + 1], shot[i + 2], 255);
  }
  return Uint8ClampedArray.from(found);
}

// Still WebP pictures, which browsers write, as the frames of one that is animated.
// Reference: https://developers.google.com/speed/webp/docs/riff_container
async function webp(shots, { fps, loop }, [width, height]) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  const parts = [chunk("VP8X", [number(2, 4), number(width - 1, 3), number(height - 1, 3)]),
    chunk("ANIM", [number(0, 4), number(loop === "none" ? 1 : 0, 2)])];
  let index = 0;
  for await (const pixels of shots) {
    pen.putImageData(new ImageData(pixels, width, height), 0, 0);
    const still = await new Promise((done) => { canvas.toBlob(done, "image/webp", QUALITY); });
    if (still.type !== "image/webp") throw new Error("This browser cannot write WebP. Take a GIF.");
    const duration = Math.round(((index + 1) * 1000) / fps) - Math.round((index * 1000) / fps);
    parts.push(chunk("ANMF", [number(0, 6), number(width - 1, 3), number(height - 1, 3),
      number(duration, 3), number(2, 1), pictures(new Uint8Array(await still.arrayBuffer()))]));
    index += 1;
  }
  const body = joined(parts);
  return new Blob([text("RIFF"), number(body.length + 4, 4), text("WEBP"), body], { type: "image/webp" });
}

// The chunks of a still WebP that hold its picture.
function pictures(file) {
  const view = new DataView(file.buffer);
  const found = [];
  for (let at = 12; at + 8 <= file.length;) {
    const name = String.fromCharCode(...file.subarray(at, at + 4));
    const end = at + 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) % 2);
    if (["ALPH", "VP8 ", "VP8L"].includes(name)) found.push(file.subarray(at, end));
    at = end;
  }
  return joined(found);
}

const text = (name) => Uint8Array.from(name, (sign) => sign.charCodeAt(0));
const number = (value, bytes) => Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

function chunk(name, parts) {
  const body = joined(parts);
  return joined([text(name), number(body.length, 4), body, new Uint8Array(body.length % 2)]);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
