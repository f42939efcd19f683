"""Sizes as people ask for them."""

import numpy as np
import pytest

from scenegan.animation.sizes import enough, fitted_size, parse_size
from scenegan.errors import InputError


def photo(width, height):
    return np.broadcast_to(np.uint8(0), (height, width, 3))


@pytest.mark.parametrize(("asked", "shape", "size"), [
    (None, (4000, 3000), (960, 720)), (None, (3000, 4000), (960, 1280)),
    (None, (401, 301), (400, 300)), (None, (1000, 9000), (214, 1920)),
    ("1920", (4000, 3001), (1920, 1440)), (1001, (4000, 3000), (1001, 750)),
    ((300, 301), (4000, 3000), (300, 301)), ("1920x1080", (40, 30), (1920, 1080)),
    ("photo", (401, 301), (401, 301)), ("network", (401, 301), (80, 45))])
def test_a_size_is_in_the_photos_aspect_or_as_it_is_asked_for(asked, shape, size):
    assert fitted_size(parse_size(asked), photo(*shape), (80, 45)) == size


@pytest.mark.parametrize("size", [
    0, 7, 100_000, (0, 9), (80, 1), (80.5, 45), (80, 45, 3), (), "0", "7x7", "100000", "80x", "x45",
    "80x45x3", "big", "-80x45", "80.5x45", "1e3", True, float("nan"), {80: 45}])
def test_what_is_no_size_is_told_in_one_line(size):
    with pytest.raises(InputError, match="A size must be WIDTHxHEIGHT") as error:
        parse_size(size)
    assert "\n" not in str(error.value)


def test_a_photo_larger_than_any_animation_is_refused():
    with pytest.raises(InputError, match="9000x3000"):
        fitted_size("photo", photo(9000, 3000), (80, 45))


def test_of_a_photo_as_much_is_read_as_a_size_needs():
    assert [enough(size) for size in (None, "network", 500, 2000, (1080, 1920), "photo")] == [
        960, 960, 960, 2000, 1920, None]
