"""The page in a real browser: a photo comes in, moves as in Python, is painted over, goes out."""

import base64
import io
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from browsers import Page, browser
from decoded_frames import decoded
from even_predictor import EvenPredictor
from page_server import photo_bytes, running
from PIL import Image

from scenegan.animation.animate import frames

pytestmark = pytest.mark.slow          # a browser
PHOTO = photo_bytes(before_sky=True)
PIXELS = np.asarray(Image.open(io.BytesIO(PHOTO)))
SHOWN = (0, 5, 13, 40, 59)


@pytest.fixture(scope="module")
def chromium():
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    (folder / "calm-lake.jpg").write_bytes(photo_bytes(seed=1, format="JPEG"))
    with running(EvenPredictor(), folder) as server:
        yield server


@pytest.fixture(scope="module")
def page(chromium, server):
    """A page with a photo, which each test leaves as it found it."""
    page = Page(chromium, server.address)
    page.give("sea.png", PHOTO)
    page.wait()
    page.page.click("#play")           # drawing all the time takes all of a core
    yield page
    hosts = {urlsplit(address).netloc for address in page.requests
             if not address.startswith(("blob:", "data:"))}
    assert hosts == {f"127.0.0.1:{server.server_port}"}
    assert page.complaints == []


def expected(*numbers, **options):
    made = frames(PIXELS, generator=EvenPredictor(), **{"seed": 0} | options)
    wanted = dict.fromkeys(numbers)
    for number, frame in enumerate(made):
        if number in wanted:
            wanted[number] = frame
    return np.stack(list(wanted.values()))


def set_value(page, name, value):
    page.page.eval_on_selector(f"#{name}", """(slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event(slider.tagName === "SELECT" ? "change" : "input"));
    }""", str(value))
    page.page.wait_for_timeout(200)                    # predictions begin after 150 ms
    page.wait()


def assert_alike(got, wanted, most=0.4):
    difference = np.abs(got.astype(int) - wanted)
    assert difference.mean(axis=(1, 2, 3)).max() < most
    assert (difference > 12).mean() < 2e-3


def test_a_photo_moves_as_in_python(page):
    got, wanted = page.frames(*SHOWN), expected(*SHOWN)
    assert_alike(got, wanted)
    assert (got[0] == PIXELS).all()
    assert np.abs(wanted[2].astype(int) - wanted[0]).mean() > 2      # it does move
    assert (got[:, 90:] == PIXELS[90:]).all()          # what is rigid does not
    mast, sun = (slice(8, None), slice(100, 102)), (slice(10, 20), slice(40, 50))
    for standing in (mast, sun):
        assert (got[(slice(None), *standing)] == PIXELS[standing]).all()
        assert (wanted[(slice(None), *standing)] == PIXELS[standing]).all()


@pytest.mark.parametrize(("name", "value", "usual", "option"), [
    ("strength", 2, 1, {"strength": 2.0}), ("speed", 1.5, 1, {"speed": 1.5}),
    ("direction", 90, -15, {"direction": 90}), ("seed", 7, 0, {"seed": 7}),
    ("seconds", 3, 4, {"seconds": 3}), ("loop", "fade", "phases", {"loop": "fade"}),
    ("loop", "back", "phases", {"loop": "back"}), ("loop", "none", "phases", {"loop": "none"})])
def test_each_slider_does_what_the_option_does(page, name, value, usual, option):
    numbers = (9, 25)
    before = page.frames(*numbers)
    set_value(page, name, value)
    got = page.frames(*numbers)
    assert_alike(got, expected(*numbers, **option))
    if option != {"loop": "fade"}:                     # which is the same until its end
        assert (got != before).mean() > 0.05
    set_value(page, name, usual)
    assert (page.frames(*numbers) == before).all()


def test_a_kind_is_held(page):
    before = page.frames(13)
    page.page.check("#still input[value=sky]")
    page.page.wait_for_timeout(200)
    page.wait()
    got = page.frames(13)
    assert (got[0, :20] != before[0, :20]).mean() > 0.5
    assert_alike(got, expected(13, still=["sky"]))
    page.page.uncheck("#still input[value=sky]")
    page.page.wait_for_timeout(200)
    page.wait()


def test_the_brush_freezes_and_undo_frees(page):
    before = page.frames(13)
    assert (before[0, 10:30, 20:140] != PIXELS[10:30, 20:140]).mean() > 0.5
    page.page.click("#freeze")
    page.page.fill("#width", "30")
    box = page.page.locator("#paint").bounding_box()
    x, y = (lambda part: box["x"] + part * box["width"]), box["y"] + 0.2 * box["height"]
    page.page.mouse.move(x(0), y)
    page.page.mouse.down()
    page.page.mouse.move(x(0.5), y, steps=3)
    page.page.mouse.move(x(1), y, steps=3)
    page.page.mouse.up()
    page.page.wait_for_timeout(200)
    page.wait()
    frozen = page.frames(13)
    assert (frozen[0, 10:30] == PIXELS[10:30]).all()
    png = page.evaluate("() => document.getElementById('paint').toDataURL()")
    mask = np.asarray(Image.open(io.BytesIO(base64.b64decode(png.split(",")[1]))).convert("RGB"))
    assert_alike(frozen, expected(13, moving=mask))
    page.page.keyboard.press("Control+z")
    page.page.wait_for_timeout(200)
    page.wait()
    assert page.page.is_disabled("#undo") and (page.frames(13) == before).all()
    page.page.keyboard.press("Escape")
    assert page.page.get_attribute("#freeze", "aria-pressed") == "false"


def test_keys_play_and_choose_another_seed(page):
    page.page.locator("body").click(position={"x": 2, "y": 2})
    for key, seed in (("ArrowRight", "1"), ("ArrowLeft", "0")):
        page.page.keyboard.press(key)
        assert page.page.input_value("#seed") == seed
    page.page.wait_for_timeout(200)
    page.wait()
    for text, playing in (("Pause", True), ("Play", False)):
        page.page.keyboard.press("Space")
        assert page.page.inner_text("#play") == text
        assert page.evaluate("({ state }) => state.playing") == playing


def test_variations_are_four_seeds(page):
    page.page.click("#compare")
    page.page.wait_for_selector("#variations button:nth-child(4):visible")
    page.wait()
    assert page.page.locator("#variations span").all_inner_texts() == [
        "Seed 0", "Seed 1", "Seed 2", "Seed 3"]
    page.page.click("#variations button:nth-child(3)")
    assert page.page.input_value("#seed") == "2" and page.page.is_visible("#frame")
    set_value(page, "seed", 0)


@pytest.mark.parametrize("format", ["mp4", "gif", "webp", "webm"])
def test_each_format_is_downloaded_and_can_be_decoded(page, tmp_path, format):
    if not page.page.locator(f"#get-{format}").count():
        pytest.skip(f"{format} is not offered")
    set_value(page, "seconds", 1)
    path = page.download(format, tmp_path)
    set_value(page, "seconds", 4)
    assert path.name == f"sea.{format}"
    got = decoded(path)
    wanted = expected(*range(15), seconds=1)
    assert got.shape == wanted.shape
    assert apart(got, wanted) < 5 and (got[7] != got[0]).mean() > 0.3


def apart(first, second):
    """How far two clips are from each other without what a dither and coarse colours change."""
    first, second = (np.stack([cv2.blur(frame, (9, 9)) for frame in clip]).astype(int)
                     for clip in (first, second))
    return np.abs(first - second).mean()


@pytest.mark.parametrize(("name", "body", "said"), [
    ("page.jpg", b"<html><script>document.title = 'seen'</script>", "page.jpg"),
    ("large.png", bytes(70 << 20), "64 MB")])
def test_what_is_no_photo_is_told_and_the_page_goes_on(page, tmp_path, name, body, said):
    (tmp_path / name).write_bytes(body)
    page.page.set_input_files("#file", tmp_path / name)
    page.page.wait_for_selector("body[data-state=error]")
    assert said in page.message and page.page.title() == "scenegan"
    page.give("sea.png", PHOTO)
    page.wait()
    assert_alike(page.frames(13), expected(13))
    page.complaints[:] = [said for said in page.complaints if "400 (Bad Request)" not in said]


def test_a_photo_is_dropped(page):
    drop = """(text) => {
        const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
        dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    }"""
    with page.taking():
        page.page.evaluate(drop, base64.b64encode(photo_bytes(seed=5)).decode())
    page.wait()
    assert page.evaluate("({ state }) => state.opened.name") == "dropped"
    page.give("sea.png", PHOTO)
    page.wait()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_in_both_colours(chromium, server, scheme):
    page = Page(chromium, server.address, viewport={"width": 390, "height": 844},
                color_scheme=scheme, has_touch=True)
    with page.taking():
        page.page.click("#examples button")
    page.wait()
    wide = page.page.evaluate("document.documentElement.scrollWidth")
    ground = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert wide <= 390 and page.evaluate("({ state }) => state.opened.name") == "calm-lake"
    assert (sum(map(int, ground[4:-1].split(","))) > 382) == (scheme == "light")
    page.context.close()
