"""Seconds from a photo to its motion in the browser, and bytes over the wire, of the static page.

    npm ci --prefix web && python benchmarks/page.py [--photo examples/stream.jpg] [--rounds 5]

Chromium without a graphics card, on one core. "first" is with the networks' download from this
machine and their compilation; "photo" another photo, so both networks; "seed" the generator alone.
CPU seconds are those of the process that runs the networks, whose drawing is another one's.
"""

import functools
import gzip
import http.server
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
SEEN = "performance.getEntriesByName('motion').map((entry) => entry.duration / 1000)"


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *_):
        pass


def build(folder):
    """Build the page; returns its folder."""
    subprocess.run([sys.executable, ROOT / "web" / "prepare.py", "--out", folder / "prepared"],
                   check=True)
    subprocess.run(["node", ROOT / "web" / "build.mjs", folder / "prepared", folder / "dist"],
                   check=True, env=os.environ | {"PYTHON": sys.executable})
    return folder / "dist"


def compressed(folder):
    """MB of a folder's files but the examples, each by gzip."""
    return sum(len(gzip.compress(path.read_bytes())) for path in folder.iterdir()
               if path.is_file()) / 1e6


def cpu_seconds():
    """Of the processes that run pages."""
    used = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"--type=renderer" in path.read_bytes():
                fields = path.with_name("stat").read_text().rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
        except OSError:                                # it has ended
            continue
    return used / os.sysconf("SC_CLK_TCK")


def measure(address, photo, rounds):
    """Seconds of the first photo, of more, of seeds, and CPU seconds of one motion."""
    from browsers import Page, browser
    with browser() as chromium:
        page = Page(chromium, address)
        page.page.set_default_timeout(300_000)
        used = []
        for number in range(1 + rounds):
            before = cpu_seconds()
            page.give(f"{number}.jpg", photo)
            page.wait()
            used.append(cpu_seconds() - before)
            if not number:
                page.page.click("#play")               # nothing moves beside what is measured
        photos = page.page.evaluate(SEEN)[-1 - rounds:]
        for seed in range(1, 1 + rounds):
            page.page.eval_on_selector("#seed", """(slider, value) => {
                slider.value = value; slider.dispatchEvent(new Event("input")); }""", str(seed))
            page.page.wait_for_timeout(300)
            page.wait()
        seeds = page.page.evaluate(SEEN)[-rounds:]
    return photos[0], median(photos[1:]), median(seeds), median(used[1:])


@click.command()
@click.option("--photo", type=click.Path(path_type=Path), default=ROOT / "examples/stream.jpg")
@click.option("--rounds", default=5, show_default=True)
def main(photo, rounds):
    with tempfile.TemporaryDirectory() as folder:
        dist = build(Path(folder))
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        with http.server.ThreadingHTTPServer(
                ("127.0.0.1", 0), functools.partial(Quiet, directory=dist)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            first, another, seed, used = measure(f"http://127.0.0.1:{server.server_port}/",
                                                 photo.read_bytes(), rounds)
            server.shutdown()
        click.echo("| first, s | photo, s | seed, s | CPU seconds a photo, with its decoding "
                   "| MB by gzip |\n|---|---|---|---|---|\n"
                   f"| {first:.2f} | {another:.2f} | {seed:.2f} | {used:.2f} "
                   f"| {compressed(dist):.1f} |")


if __name__ == "__main__":
    main()
