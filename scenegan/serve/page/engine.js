// What predicts motions and writes full-size animations: here the server that `scenegan serve` is.

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

// A photo as the page shows it: { key, image, full }, image being what a canvas can draw, and full
// the [rows, columns] of the whole one.
export async function open(blob, name) {
  const told = await ask("photos", { method: "POST", body: blob,
    headers: { "X-Name": encodeURIComponent(name) } });
  const { photo, size } = await told.json();
  const image = await createImageBitmap(await (await ask(`photos/${photo}`)).blob());
  return { key: photo, image, full: size };
}

// wish: { photo, seed, strength, direction, still, moving }, moving being a PNG in base64 or null.
// Gives { fields, chances, frames, reach }.
export async function motion(wish) {
  const told = await (await send("motions", wish)).json();
  return { ...told, fields: decode(told.fields), chances: decode(told.chances) };
}

// The animation as a Blob. wish has format, size, fps, seconds, speed and loop as well.
export const film = async (wish) => (await send("films", wish)).blob();
