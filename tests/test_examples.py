"""The example animations are what the shipped checkpoint makes of the example photos."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from scenegan import checkpoints, evaluation
from scenegan.animation.animate import animate
from scenegan.specs import FPS

EXAMPLES = Path(__file__).parent.parent / "examples"
PHOTOS = sorted(EXAMPLES.glob("*.jpg"))
ASKED = {"seed": 0, "size": 320, "seconds": 2}      # of examples/README.md


@pytest.fixture(scope="module")
def generator():
    return checkpoints.load_generator()


def test_there_are_examples_and_each_is_attributed():
    text = (EXAMPLES / "README.md").read_text()
    assert len(PHOTOS) >= 6
    assert all(photo.stem in text for photo in PHOTOS)


def test_examples_are_small():
    files = [path for path in EXAMPLES.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 6_000_000
    assert max(path.stat().st_size for path in files) < 1_000_000
    animations = [path for path in files if path.suffix in (".gif", ".webp")]
    assert len(animations) > len(PHOTOS)
    for path in animations:
        with Image.open(path) as animation:
            assert animation.width <= 480 and animation.n_frames > 1, path


def shown(path):
    """The frames of an animation as they are shown: WebP keeps equal ones once, for longer."""
    with Image.open(path) as animation:
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(animation)]
        times = []
        for index in range(animation.n_frames):
            animation.seek(index)
            animation.load()
            times.append(round(animation.info["duration"] * FPS / 1000))
    return np.repeat(np.stack([np.array(frame) for frame in frames]), times, axis=0)


@pytest.mark.slow
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.stem)
def test_example_can_be_made_again(photo, generator):
    made = shown(photo.with_suffix(".webp"))
    frames = animate(photo, generator=generator, **ASKED)
    assert made.shape == frames.shape
    assert evaluation.psnr(made, frames) > 28     # WebP keeps no exact colours


@pytest.mark.slow
def test_what_is_held_still_in_an_example_is(generator):
    mask = EXAMPLES / "clouds-mountains-moving.png"
    made = shown(EXAMPLES / "clouds-mountains-held.webp")
    photo = EXAMPLES / "clouds-mountains.jpg"
    frames = animate(photo, generator=generator, moving=mask, **ASKED)
    assert evaluation.psnr(made, frames) > 28
    assert (frames[:, 160:] == frames[:1, 160:]).all()       # the meadow
    assert (frames[:, :24] != frames[:1, :24]).any()         # the sky


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["", "gray"])
@pytest.mark.parametrize("number", [1, 2])
def test_shipped_generator_moves_and_stays_the_photo(number, folder):
    path = checkpoints.shipped(f"stage{number}")
    generator = checkpoints.load_generator(path.parent / folder / path.name)
    shape = checkpoints.clip_shape(generator)
    assert shape[-1] == (1 if folder else 3)
    clips = [animate(PHOTOS[0], seed=seed, generator=generator, size="network", loop="none")
             for seed in (0, 1)]
    photo = clips[0][0]
    assert clips[0].shape == shape
    assert evaluation.psnr(photo, clips[1][0]) == np.inf
    assert evaluation.motion(clips[0]) > 0.05
    assert evaluation.variety(*clips) > 0.3
    assert evaluation.photo_correlation(clips[0]) > 0.5
