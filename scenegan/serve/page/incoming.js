// Ways to a photo: drop, paste, choose, an example.

import { by } from "./controls.js";

// take(blob, name): called with each photo. fail(error): with what went wrong before.
export function listen(take) {
  const file = by("file");
  by("choose").addEventListener("click", () => file.click());
  by("another").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    if (file.files.length) take(file.files[0], file.files[0].name);
    file.value = "";
  });
  addEventListener("paste", (event) => {
    const [pasted] = event.clipboardData.files;
    if (pasted) take(pasted, pasted.name || "the pasted picture");
  });
  dropping(take);
}

function dropping(take) {
  const mark = (on) => document.body.classList.toggle("dragging", on);
  addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) take(dropped, dropped.name);
  });
}

// engine: has example and exampleAddress. choose(name): called with the one that is chosen.
export function offerExamples(names, address, choose) {
  by("examples").replaceChildren(...names.map((name) => {
    const button = document.createElement("button");
    const image = document.createElement("img");
    const title = name.replace(/\.\w+$/, "").replaceAll("-", " ");
    Object.assign(image, { src: address(name), alt: title, loading: "lazy" });
    Object.assign(button, { type: "button", title });
    button.append(image);
    button.addEventListener("click", () => choose(name));
    return button;
  }));
}
