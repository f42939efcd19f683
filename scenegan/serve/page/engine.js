// What predicts motions and writes full-size animations: here the server that `scenegan serve` is.

import { photoMap } from "./scene.js";

const decode = ({ shape, data }) => ({ shape,
  data: new Float32Array(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)).buffer) });

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer. Is scenegan serve still running?");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error || `The server answered ${answer.status}.`);
}

const send = (path, wish) => ask(path, { method: "POST", body: JSON.stringify(wish) });

export const privacy = "It stays on this machine.";

// { examples: names, formats, photoBytes, photoPixels, channels }
export const about = async () => (await ask("about.json")).json();

export const example = async (name) => (await ask(`examples/${name}`)).blob();
export const exampleAddress = (name) => `examples/${name}`;

// A photo as the page shows it: { key, photo, full }, photo being a map, and full the
// [rows, columns] of the whole one.
export async function open(blob, name, gray) {
  const told = await ask("photos", { method: "POST", body: blob,
    headers: { "X-Name": encodeURIComponent(name) } });
  const { photo: key, size } = await told.json();
  const image = await createImageBitmap(await (await ask(`photos/${key}`)).blob());
  return { key, photo: photoMap(image, gray), full: size };
}

// wish: { seed, strength, direction, still, moving }, moving being a Brush that painted, or null.
// Gives { fields, chances, frames, reach }.
export async function motion(opened, wish) {
  const told = await (await send("motions", asJson(opened, wish))).json();
  return { ...told, fields: decode(told.fields), chances: decode(told.chances) };
}

// The animation as a Blob. wish has format, size, fps, seconds, speed and loop as well.
export const film = async (opened, wish) => (await send("films", asJson(opened, wish))).blob();

const asJson = (opened, wish) => ({ ...wish, photo: opened.key, moving: wish.moving && wish.moving.png() });
