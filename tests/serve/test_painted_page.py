"""The page with a generator of clips: it plays what the server renders."""

import io

import numpy as np
import pytest
from browsers import Page, browser
from decoded_frames import decoded
from even_predictor import PaintingPredictor
from page_server import photo_bytes, running
from PIL import Image

from scenegan.animation.animate import frames

pytestmark = pytest.mark.slow          # a browser
PHOTO = photo_bytes()
PIXELS = np.asarray(Image.open(io.BytesIO(PHOTO)))
SHOW = """async ({ scene }, time) => {
    const { video, canvas, pen } = scene;
    video.pause();
    const seeked = new Promise((done) => { video.onseeked = done; });
    video.currentTime = time;
    await seeked;
    scene.draw();
    return [...pen.getImageData(0, 0, canvas.width, canvas.height).data];
}"""


@pytest.fixture(scope="module")
def page():
    with browser() as chromium, running(PaintingPredictor()) as server:
        page = Page(chromium, server.address)
        page.give("sea.png", PHOTO)
        page.wait()
        yield page
        assert page.complaints == []


def shown(page, number):
    """The pixels of a frame, of 15 a second."""
    data = page.evaluate(SHOW, (number + 0.5) / 15)
    return np.array(data, np.uint8).reshape(*PIXELS.shape[:2], 4)[..., :3].astype(int)


def test_the_painted_clip_is_played_over_the_photo(page):
    wanted = frames(PIXELS, generator=PaintingPredictor(), seed=0).array()
    assert np.abs(shown(page, 0) - PIXELS).mean() < 4                    # H.264, or VP9
    assert np.abs(shown(page, 20) - wanted[20]).mean() < 4
    assert np.abs(wanted[20].astype(int) - PIXELS)[:, :60].mean() > 10


def test_what_means_nothing_is_off_and_what_does_is_rendered_anew(page):
    for name in ("seed", "direction", "still", "compare"):
        assert page.evaluate("(app, name) => document.getElementById(name).disabled", name)
    assert page.page.is_visible("#lacks") and page.page.is_enabled("#strength")
    before = shown(page, 20)
    page.page.eval_on_selector("#strength", """(slider) => {
        slider.value = 0;
        slider.dispatchEvent(new Event("input")); }""")
    page.page.wait_for_timeout(300)
    page.wait()
    after = shown(page, 20)
    assert np.abs(after - PIXELS).mean() < 4 < np.abs(before - after).mean()


def test_it_is_downloaded(page, tmp_path):
    got = decoded(page.download("mp4", tmp_path))
    assert got.shape == (60, *PIXELS.shape)
