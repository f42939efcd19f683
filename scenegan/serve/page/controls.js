// The form: what is asked for, and what each slider says.

const SAYS = {
  strength: (value) => `${value} ×`,
  speed: (value) => `${value} ×`,
  direction: (value) => (value < 0 ? "the seed's" : `${ARROWS[Math.round(value / 45) % 8]} ${value}°`),
  seed: (value) => value,
  seconds: (value) => `${value} s`,
  width: (value) => `${value} %`,
};
const ARROWS = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"];
export const PREDICTED = ["strength", "direction", "seed"];

export const by = (id) => document.getElementById(id);
const numberOf = (id) => Number(by(id).value);

// What the form asks for.
export function asked() {
  return {
    strength: numberOf("strength"), speed: numberOf("speed"), seed: numberOf("seed"),
    direction: numberOf("direction") < 0 ? null : numberOf("direction"),
    seconds: numberOf("seconds"), loop: by("loop").value,
    still: [...document.querySelectorAll("#still input:checked")].map((box) => box.value),
  };
}

// changed(id): called when something of the form is another one.
export function bind(changed) {
  for (const [id, says] of Object.entries(SAYS)) {
    const slider = by(id);
    const say = () => { slider.parentElement.querySelector("output").value = says(numberOf(id)); };
    slider.addEventListener("input", () => { say(); changed(id); });
    say();
  }
  by("loop").addEventListener("change", () => changed("loop"));
  for (const box of document.querySelectorAll("#still input")) {
    box.addEventListener("change", () => changed("still"));
  }
  by("controls").addEventListener("submit", (event) => event.preventDefault());
}

// Put away what means nothing to the generator: names of the form's parts.
export function lack(names) {
  for (const id of names) by(id).disabled = true;
  by("lacks").hidden = !names.length;
}

export function set(id, value) {
  if (by(id).disabled) return;
  by(id).value = value;
  by(id).dispatchEvent(new Event("input"));
}

export function press(id, on) {
  by(id).setAttribute("aria-pressed", String(on));
}

// A line under the picture. kind: "busy", "error" or nothing.
export function say(text, kind = "") {
  by("message").textContent = text;
  by("message").className = kind;
  document.body.dataset.state = kind || "ready";
}

// Widths that a download may have: [value, text].
export function offerSizes(shown, full) {
  const widths = [480, 640, 1280, 1920, 2560].filter((width) => width < full[1] && width !== shown[1]);
  const options = [...widths, shown[1]].sort((a, b) => a - b).map((width) => [width, `${width}`]);
  if (full[1] > shown[1]) options.push(["photo", `${full[1]}, the photo's`]);
  by("size").replaceChildren(...options.map(([value, text]) => new Option(text, value)));
  by("size").value = String(shown[1]);
}

export function offerFormats(formats, download) {
  by("formats").replaceChildren(...formats.map((format) => {
    const button = document.createElement("button");
    [button.type, button.textContent, button.id] = ["button", NAMES[format], `get-${format}`];
    button.addEventListener("click", () => download(format));
    return button;
  }));
}

const NAMES = { mp4: "MP4", webm: "WebM", gif: "GIF", webp: "WebP" };
