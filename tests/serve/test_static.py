"""The page without a server: the same result as Python, downloads, and no connection."""

import functools
import gzip
import http.server
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from browsers import Page, browser
from decoded_frames import decoded
from page_server import photo_bytes
from PIL import Image

from scenegan.animation.animate import frames

pytestmark = pytest.mark.slow          # a browser
WEB = Path(__file__).parents[2] / "web"
LARGEST = 2e6        # bytes over the wire, without the networks and the examples


def beach():
    """A photo whose sky is blue, whose water is green, whose ground is red."""
    photo = np.asarray(Image.open(io.BytesIO(photo_bytes(128, 80)))).astype(float)
    colours = np.repeat([[60, 90, 250], [60, 250, 60], [250, 80, 60]], [30, 30, 20], axis=0)
    photo = np.clip(0.25 * (photo - 128) + colours[:, None], 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "PNG")
    return photo, stream.getvalue()


def waterfall():
    """The same photo, all of it water that has upright streaks."""
    photo = beach()[0].astype(float)
    streaks = photo.mean(axis=(0, 2)) - photo.mean() + 60 * np.sin(np.arange(128))
    photo = np.clip(0.1 * (photo - 128) + streaks[:, None] + [60, 230, 60], 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "PNG")
    return photo, stream.getvalue()


PIXELS, PHOTO = beach()


class Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, format, *values):
        pass


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    pytest.importorskip("scenegan.animation.onnx_predictor")
    tiny_onnx = pytest.importorskip("tiny_onnx", reason="needs onnx: [dev]")
    return tiny_onnx.write_networks(tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="module")
def site(generator, tmp_path_factory):
    """The folder that the build makes."""
    if shutil.which("node") is None or not (WEB / "node_modules").is_dir():
        pytest.skip("needs Node.js and its packages: npm ci --prefix web")
    folder = tmp_path_factory.mktemp("page")
    (folder / "examples").mkdir()
    (folder / "examples" / "sea.jpg").write_bytes(photo_bytes(format="JPEG"))
    spec = importlib.util.spec_from_file_location("prepare", WEB / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.prepare(generator, None, folder / "examples", folder / "prepared")
    subprocess.run(["node", WEB / "build.mjs", folder / "prepared", folder / "dist"], check=True,
                   env=os.environ | {"PYTHON": sys.executable})
    return folder / "dist"


@pytest.fixture(scope="module")
def server(site):
    handler = functools.partial(Files, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page(server):
    with browser() as chromium:
        page = Page(chromium, f"http://127.0.0.1:{server.server_port}/")
        page.give("sea.png", PHOTO)
        page.wait()
        page.page.click("#play")
        yield page
        hosts = {urlsplit(address).netloc for address in page.requests
                 if not address.startswith(("blob:", "data:"))}
        assert hosts == {f"127.0.0.1:{server.server_port}"}


def set_value(page, name, value):
    page.page.eval_on_selector(f"#{name}", """(slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event("input"));
    }""", str(value))
    page.page.wait_for_timeout(200)
    page.wait()


@pytest.mark.parametrize("values", [{}, {"seed": 255}, {"direction": 90, "strength": 2}])
def test_a_photo_and_a_seed_give_what_python_gives(page, generator, values):
    for name, value in values.items():
        set_value(page, name, value)
    got = page.frames(13, 37)                         # no frame at which a round begins
    for name, value in {"seed": 0, "direction": -15, "strength": 1}.items():
        if name in values:
            set_value(page, name, value)
    wanted = frames(PIXELS, generator=generator, **{"seed": 0} | values).array()[[13, 37]]
    assert np.abs(got.astype(int) - wanted).mean(axis=(1, 2, 3)).max() < 0.4
    assert (np.abs(wanted.astype(int) - PIXELS).mean(axis=(1, 2, 3)) > 1).all()      # it moves


def test_water_falls_in_the_page_where_it_does_in_python(page, generator):
    pixels, photo = waterfall()
    page.give("fall.png", photo)
    page.wait()
    got = page.frames(13)
    page.give("sea.png", PHOTO)
    page.wait()
    wanted = frames(pixels, generator=generator, seed=0).array()[[13]]
    assert np.abs(got.astype(int) - wanted).mean() < 0.4
    assert np.abs(wanted.astype(int) - pixels).mean() > 1


@pytest.mark.parametrize("format", ["mp4", "webm", "gif", "webp"])
def test_each_format_is_written_in_the_browser(page, tmp_path, format):
    set_value(page, "seconds", 1)
    path = page.download(format, tmp_path)
    wanted, got = page.frames(*range(15)), decoded(path)
    set_value(page, "seconds", 4)
    assert got.shape == wanted.shape
    for one, other in zip(got, wanted, strict=True):
        assert np.abs(cv2.blur(one, (5, 5)).astype(int) - cv2.blur(other, (5, 5))).mean() < 8


def test_what_is_no_photo_is_told(page):
    page.give("page.jpg", b"<html></html>")
    page.wait("error")
    assert "page.jpg" in page.message
    page.give("sea.png", PHOTO)
    page.wait()


def test_it_is_small_and_works_without_a_connection(page, server, site):
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in site.iterdir()
             if path.is_file() and not path.name.endswith(".onnx.xz")}
    assert "ort.wasm.xz" in sizes and sum(sizes.values()) < LARGEST
    before = page.frames(13)
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.context.set_offline(True)
    page.page.reload()
    page.wait()
    page.give("sea.png", PHOTO)
    page.wait()
    assert (page.frames(13) == before).all()
    page.context.set_offline(False)
