// The page: a photo comes in, is predicted, moves, is painted over, and goes out as a file.

import * as engine from "./engine.js";
import { Brush } from "./brush.js";
import { asked, bind, by, lack, offerFormats, offerSizes, PREDICTED, press, say, set } from "./controls.js";
import { FilmScene } from "./film_scene.js";
import { listen, offerExamples } from "./incoming.js";
import { Drawing } from "./renderer.js";
import { Scene } from "./scene.js";
import { Variations } from "./variations.js";

export const state = { opened: null, predicted: null, playing: true, about: null, taken: 0 };
export let scene = null;
let brush = null;
let variations = null;
let latest = 0;                                        // of the predictions that were asked for
let waiting = null;
let stroke = 0;

async function start() {
  brush = new Brush(by("paint"), painted);
  bind(changed);
  buttons();
  listen(take);
  addEventListener("keydown", key);
  by("privacy").textContent = engine.privacy;
  state.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  state.about = await engine.about();
  offerFormats(state.about.formats, download);
  offerExamples(state.about.examples, engine.exampleAddress, (name) =>
    trying(async () => take(await engine.example(name), name)));
  if (state.about.rendered) scene = new FilmScene(by("view"), engine);
  else {
    const drawing = new Drawing(by("view"));
    scene = new Scene(drawing);
    variations = new Variations(by("variations"), drawing, engine, choose);
  }
  lack(state.about.lacks || []);
  playing(state.playing);
  requestAnimationFrame(tick);
  say("");
}

// Do something, and say what went wrong. Gives whether it went well.
async function trying(work) {
  try {
    await work();
    return true;
  } catch (error) {
    say(error.message, "error");
    return false;
  }
}

// A photo, from wherever it comes.
export async function take(blob, name) {
  const { photoBytes } = state.about;
  if (blob.size > photoBytes) {
    say(`A photo must have at most ${photoBytes >> 20} MB. ${name} has ${blob.size >> 20} MB. `
      + "Shrink it first.", "error");
    return;
  }
  const number = (latest += 1);
  say(`Reading ${name}`, "busy");
  await trying(async () => {
    const opened = await engine.open(blob, name, state.about.channels === 1);
    if (number !== latest) return;
    brush.reset();
    await predict({ ...opened, name: name.replace(/\.\w+$/, "") });
  });
  document.body.dataset.taken = (state.taken += 1);
}

// Ask for the motion that the form asks for, of the photo that is shown or of a new one.
async function predict(fresh = null) {
  const opened = fresh || state.opened;
  const number = (latest += 1);
  const wish = asked();
  say("Looking how it may move", "busy");
  const motion = await (scene.rendered ? scene.predict(opened, wished()) : engine.motion(opened, wished()));
  if (number !== latest) return;
  state.opened = opened;
  state.predicted = wish.strength;
  if (fresh) show(opened, motion);
  else scene.change(motion);
  refresh(fresh || !brush.mode);
  say("");
}

// What the form and the brush ask for.
const wished = () => ({ ...asked(), moving: brush.painted ? brush : null });

function show({ photo, full }, motion) {
  for (const id of ["welcome", "variations"]) by(id).hidden = true;
  for (const id of ["frame", "controls"]) by(id).hidden = false;
  press("compare", false);
  scene.show(photo, motion);
  scene.time = 0;
  offerSizes([photo.rows, photo.columns], full);
}

// Find masks and paths again.
function refresh(paint = true) {
  const wish = asked();
  scene.mask(wish.still, brush.mask());
  if (paint && !brush.painted) brush.show(scene.masks.picture);
  follow();
  brushButtons();
}

function follow() {
  const wish = asked();
  const gain = state.predicted ? wish.strength / state.predicted : 1;
  scene.follow(wish, gain);
  scene.draw(scene.time);
}

// Something of the form is another one: show it at once, and predict again where that is needed.
function changed(id) {
  if (id === "width") brush.width = Number(by("width").value);
  if (!state.opened || id === "width") return;
  trying(async () => {
    if (id === "still") refresh();
    else if (id !== "seed" && id !== "direction") follow();
    if (scene.rendered || PREDICTED.includes(id) || id === "still") soon();
  });
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => trying(predict), 150);
}

// The brush went over the mask; done: the stroke has ended.
function painted(done) {
  if (done) {
    trying(async () => refresh(false));
    soon();
  } else if (!stroke) {
    stroke = setTimeout(() => { stroke = 0; }, 200);
    requestAnimationFrame(() => trying(async () => { brushButtons(); }));
  }
}

function brushButtons() {
  by("undo").disabled = !brush.past.length;
  by("reset").disabled = !brush.painted;
}

function tool(mode) {
  const chosen = brush.mode === mode ? null : mode;
  brush.choose(chosen);
  press("freeze", chosen === "freeze");
  press("loosen", chosen === "loosen");
  if (chosen) by("paint").focus({ preventScroll: true });
}

function undo() {
  if (brush.past.length) brush.undo();
}

function reset() {
  brush.reset();
  refresh();
  soon();
}

function playing(on) {
  state.playing = on;
  if (scene?.rendered) scene.play(on);
  by("play").textContent = on ? "Pause" : "Play";
  press("play", on);
}

function choose(seed) {
  showVariations(false);
  set("seed", seed);
}

function showVariations(on) {
  press("compare", on);
  by("frame").hidden = on;
  by("variations").hidden = !on;
  if (!on) {
    variations.clear();
    return scene.draw(scene.time);
  }
  return trying(async () => {
    say("Four motions of the photo", "busy");
    if (await variations.show(state.opened, wished())) say("Choose one.");
  });
}

async function download(format) {
  const { name } = state.opened;
  const size = by("size").value;
  const wish = { ...wished(), format, fps: Number(by("fps").value), size: size === "photo" ? size : Number(size) };
  by("formats").inert = true;
  say(`Writing the ${format.toUpperCase()}`, "busy");
  await trying(async () => {
    const progress = (share) => say(`Writing the ${format.toUpperCase()}: ${Math.round(100 * share)} %`, "busy");
    const film = await engine.film(state.opened, wish, progress);
    save(film, `${name}.${format}`);
    say(`${name}.${format}: ${(film.size / 1e6).toFixed(1)} MB`);
  });
  by("formats").inert = false;
}

function save(blob, name) {
  const link = document.createElement("a");
  [link.href, link.download] = [URL.createObjectURL(blob), name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function buttons() {
  const actions = { play: () => playing(!state.playing), freeze: () => tool("freeze"),
    loosen: () => tool("loosen"), undo, reset, compare: () => showVariations(by("variations").hidden) };
  for (const [id, act] of Object.entries(actions)) by(id).addEventListener("click", act);
}

function key(event) {
  if (!state.opened || event.altKey) return;
  const typing = /^(INPUT|SELECT|BUTTON|TEXTAREA)$/.test(event.target.tagName);
  const named = event.ctrlKey || event.metaKey ? `ctrl ${event.key}` : event.key;
  const seed = Number(by("seed").value);
  const actions = { "ctrl z": undo, Escape: () => brush.mode && tool(brush.mode),
    f: () => tool("freeze"), m: () => tool("loosen"), v: () => by("compare").click(),
    ...(typing ? {} : { " ": () => playing(!state.playing),
      ArrowRight: () => set("seed", seed + 1), ArrowLeft: () => set("seed", seed - 1) }) };
  const act = actions[named];
  if (!act) return;
  event.preventDefault();
  act();
}

let before = 0;
function tick(now) {
  const step = Math.min(0.1, (now - before) / 1000);
  before = now;
  if (state.opened && state.playing && scene.masks) {
    if (by("variations").hidden) scene.draw(scene.time + step);
    else variations.draw(step);
  }
  requestAnimationFrame(tick);
}

export const started = trying(start);
