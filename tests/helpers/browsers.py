"""A headless Chromium of this system, driven by Playwright, that draws without a graphics card."""

import shutil
from contextlib import contextmanager

import pytest

OPTIONS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
           "--disable-gpu-vsync"]
CHROMIUM = next(filter(None, map(shutil.which, (
    "chromium", "chromium-browser", "google-chrome", "chrome"))), None)


@contextmanager
def browser():
    """A browser, or a test that is skipped: there may be none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: [dev]")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield made
        made.close()


class Page:
    """A page of a site that is open, with what it asked for and what it complained of.

    Attributes:
        requests: Addresses of all requests.
        complaints: Errors and uncaught exceptions.
    """

    def __init__(self, browser, address, **options):
        options = {"viewport": {"width": 1280, "height": 900}, "accept_downloads": True} | options
        self.context = browser.new_context(**options)
        self.requests, self.complaints = [], []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(
            said.text))
        self.page.goto(address)
        self.wait()

    def wait(self, state="ready"):
        """Until nothing is being done any more; it must have ended in a state."""
        self.page.wait_for_selector("body[data-state]:not([data-state=busy])")
        assert self.page.get_attribute("body", "data-state") == state, self.message

    def evaluate(self, code, value=None):
        """What a JavaScript function gives, with the page's module `app` and its argument."""
        return self.page.evaluate(
            f"async (value) => {{ const app = await import(new URL('app.js', document.baseURI));"
            f" return ({code})(app, value); }}", value)

    @property
    def message(self):
        return self.page.inner_text("#message")

    def give(self, name, body):
        """Choose a photo, and wait until it moves or was refused."""
        with self.taking():
            self.page.set_input_files("#file", {"name": name, "mimeType": "image/png",
                                                "buffer": body})

    @contextmanager
    def taking(self):
        """Do something that gives the page a photo; wait until it is dealt with."""
        before = int(self.page.get_attribute("body", "data-taken") or 0)
        yield
        self.page.wait_for_selector(f"body[data-taken='{before + 1}']")

    def download(self, format, folder):
        """Download the animation in a format; the path of its file in a folder."""
        with self.page.expect_download() as download:
            self.page.click(f"#get-{format}")
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        self.wait()
        return path

    def frames(self, *numbers, fps=15):
        """Frames as they are drawn, uint8 `(number, height, width, 3)`."""
        import base64

        import numpy as np
        height, width, texts = self.evaluate("""({ scene }, times) => {
            const texts = times.map((time) => {
                let text = "";
                for (const level of scene.renderer.pixels(time)) text += String.fromCharCode(level);
                return btoa(text);
            });
            return [...scene.renderer.size, texts];
        }""", [number / fps for number in numbers])
        return np.stack([np.frombuffer(base64.b64decode(text), np.uint8).reshape(
            height, width, 4)[..., :3] for text in texts])
