// What predicts motions and writes animations where there is no server: the networks run in the
// browser, by ONNX Runtime Web, and no photo leaves it.

import { map, resize, roundEven } from "../../scenegan/serve/page/maps.js";
import { MOVING } from "../../scenegan/serve/page/numbers.js";
import { pixelsOf } from "../../scenegan/serve/page/scene.js";
import { firstChannels, probabilities, reach, velocities } from "./predict.js";

const [WIDTH, TALLEST, LARGEST] = [960, 1920, 8192];   // pixels; scenegan/animation/sizes.py
let told = null;
let runtime = null;                            // of ONNX, unpacked once
const networks = new Map();

export const privacy = "It stays on this device: nothing is uploaded.";
export const about = async () => (told = told || (await (await get("about.json")).json()));
export const example = async (name) => (await get(`examples/${name}`)).blob();
export const exampleAddress = (name) => `examples/${name}`;

async function get(path) {
  const answer = await fetch(path).catch(() => null);
  if (!answer || !answer.ok) throw new Error(`${path} cannot be loaded. Is there a connection?`);
  return answer;
}

// A network's session, loaded once.
function network(name) {
  if (!networks.has(name)) {
    networks.set(name, load(name).catch((error) => {
      networks.delete(name);
      runtime = null;
      throw error;
    }));
  }
  return networks.get(name);
}

async function load(name) {
  const { InferenceSession, Tensor, env } = await import("onnxruntime-web/wasm");
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = { mjs: new URL("ort.mjs", document.baseURI).href };
  const [bytes, code] = await Promise.all([unpacked(name), runtime ||= unpacked("ort.wasm")]);
  env.wasm.wasmBinary = code;
  const session = await InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  return (inputs) => session.run(Object.fromEntries(Object.entries(inputs).map(
    ([input, [data, shape]]) => [input, new Tensor("float32", data, shape)])));
}

// The bytes of a file that the build has packed: of ONNX Runtime xz leaves 1.7 MB, gzip 2.9.
async function unpacked(name) {
  const { XzReadableStream } = (await import("xz-decompress")).default;      // a CommonJS module
  const { body } = await get(`${name}.xz`);
  return new Uint8Array(await new Response(new XzReadableStream(body)).arrayBuffer());
}

// A photo as the page shows it: { photo, full, whole }, whole being a map of all its pixels.
export async function open(blob, name, gray) {
  const image = await createImageBitmap(blob, { colorSpaceConversion: "none" }).catch(() => {
    throw new Error(`A photo must be an image that this browser can read. Received: ${name}.`);
  });
  const { photoPixels } = told;
  if (image.width * image.height > photoPixels) {
    throw new Error(`A photo must have at most ${photoPixels / 1e6} megapixels. Shrink it first.`);
  }
  if (Math.min(image.width, image.height) < 16) throw new Error("A photo must have at least 16x16 pixels.");
  const shown = Math.min(WIDTH, image.width, (TALLEST * image.width) / image.height);
  const width = even(shown);
  const height = even((width * image.height) / image.width);
  const whole = cropped(pixelsOf(image), width / height, gray);
  return { photo: resize(whole, height, width, true), full: [image.height, image.width], whole, looks: null };
}

const even = (side) => Math.min(LARGEST, Math.max(16, 2 * roundEven(side / 2)));

// The middle of a picture in an aspect, as a map of three channels.
function cropped({ width, height, data }, aspect, gray) {
  const columns = width > height * aspect ? Math.max(1, roundEven(height * aspect)) : width;
  const rows = columns < width ? height : Math.max(1, roundEven(width / aspect));
  const [left, top] = [Math.floor((width - columns) / 2), Math.floor((height - rows) / 2)];
  const pixels = new Uint8ClampedArray(3 * rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 4 * ((row + top) * width + left), end = k + 4 * columns; k < end; k += 4, i += 3) {
      const luma = 0.299 * data[k] + 0.587 * data[k + 1] + 0.114 * data[k + 2];
      for (let c = 0; c < 3; c++) pixels[i + c] = gray ? luma : data[k + c];
    }
  }
  return map(rows, columns, 3, pixels);
}

// wish: { seed, strength, direction, still, moving }; see the page's engine. How long it takes, the
// browser's tools show as "motion".
export async function motion(opened, wish) {
  const { network: size } = told;
  const start = performance.now();
  opened.looks = opened.looks || firstChannels(
    await probabilities(opened.whole, await network("segmenter.onnx")), MOVING.length);
  const fields = await velocities(opened.whole, opened.looks, wish, size, await network("generator.onnx"));
  performance.measure("motion", { start });
  const { rows, columns, channels, data } = opened.looks;
  return { fields, chances: { shape: [rows, columns, channels], data }, frames: size.frames,
    reach: reach(fields, opened.looks, size.frames) };
}

// The animation as a Blob.
export async function film(opened, wish, progress) {
  const { film: write } = await import("./film.js");
  const [rows, columns] = opened.full;
  const width = even(wish.size === "photo" ? columns : wish.size);
  const height = even((width * rows) / columns);
  const photo = resize(opened.whole, height, width, true);
  return write(photo, await motion(opened, wish), wish, progress);
}
