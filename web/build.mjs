// Builds the page without a server into dist/: the modules of scenegan/serve/page with an engine that
// runs the networks in the browser. Needs what web/prepare.py wrote into prepared/, and Python: PYTHON
// names it, else it is python3.
//
// node build.mjs [PREPARED [DIST]]

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const page = join(here, "../scenegan/serve/page");
const [prepared = join(here, "prepared"), out = join(here, "dist")] = process.argv.slice(2);
const runtime = join(here, "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded");
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; "
  + "object-src 'none'; base-uri 'none'; form-action 'none'";
// Kept for later without a connection; what is only loaded when needed comes with it.
const LATER = /^examples\//;

// The page's own modules, but for the two that are of the server.
const swap = {
  name: "swap",
  setup({ onResolve }) {
    onResolve({ filter: /\/engine\.js$/ }, () => ({ path: join(here, "src/engine.js") }));
    onResolve({ filter: /\/numbers\.js$/ }, () => ({ path: join(prepared, "numbers.js") }));
  },
};

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/")).sort();
}

function html() {
  const text = readFileSync(join(page, "index.html"), "utf8");
  const head = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return text.replace('<meta charset="utf-8">', `<meta charset="utf-8">\n  ${head}`)
    .replace("</head>", '  <script type="module" src="offline.js"></script>\n</head>');
}

function worker() {
  const kept = files(out).filter((name) => !LATER.test(name) && name !== "worker.js");
  const hash = createHash("sha256");
  for (const name of kept) hash.update(name).update(readFileSync(join(out, name)));
  return readFileSync(join(here, "src/worker.js"), "utf8")
    .replace("VERSION", hash.digest("hex").slice(0, 16))
    .replace('["FILES"]', JSON.stringify(["./", ...kept]));
}

// Packs a file for src/engine.js.
function pack(file, name) {
  execFileSync(process.env.PYTHON || "python3", [join(here, "pack.py"), file, join(out, `${name}.xz`)]);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
await build({
  entryPoints: { app: join(page, "app.js"), offline: join(here, "src/offline.js") },
  bundle: true, format: "esm", splitting: true, minify: true, target: "es2022", outdir: out,
  mainFields: ["module", "browser", "main"],
  legalComments: "linked", nodePaths: [join(here, "node_modules")], plugins: [swap], logLevel: "warning",
});
for (const name of ["style.css", "icon.svg"]) cpSync(join(page, name), join(out, name));
for (const name of ["about.json", "examples"]) cpSync(join(prepared, name), join(out, name), { recursive: true });
cpSync(`${runtime}.mjs`, join(out, "ort.mjs"));
pack(`${runtime}.wasm`, "ort.wasm");
for (const name of ["generator.onnx", "segmenter.onnx"]) pack(join(prepared, name), name);
writeFileSync(join(out, "index.html"), html());
writeFileSync(join(out, "worker.js"), worker());
