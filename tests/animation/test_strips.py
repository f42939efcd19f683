"""Maps enlarged a strip at a time are those that are enlarged at once."""

import cv2
import numpy as np
import pytest

from scenegan.animation import strips as module
from scenegan.animation.strips import strips


@pytest.mark.parametrize("pixels", [1, 500, 1 << 18])
@pytest.mark.parametrize(("height", "width", "channels"), [(90, 161, 2), (45, 80, 12), (400, 7, 1)])
def test_strips_are_the_enlarged_maps(monkeypatch, pixels, height, width, channels):
    monkeypatch.setattr(module, "PIXELS", pixels)
    maps = np.random.default_rng(0).normal(size=(23, 40, channels)).astype(np.float32)
    parts = list(strips(maps, height, width))
    assert [part.start for part, _ in parts] == [0, *[part.stop for part, _ in parts][:-1]]
    assert parts[-1][0].stop == height
    assert all(len(values) * width <= max(pixels, width) for _, values in parts)
    whole = np.stack([cv2.resize(maps[..., index], (width, height),
                                 interpolation=cv2.INTER_LINEAR) for index in range(channels)], -1)
    np.testing.assert_allclose(np.concatenate([values for _, values in parts]), whole, atol=1e-5)


def test_areas_are_where_something_moves(monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 20)         # strips of two rows
    monkeypatch.setattr(module, "GAP", 3)
    still = np.ones((6, 10), bool)
    still[1, 3] = still[0, 7] = still[5, 9] = still[4, 4] = False
    assert module.moving_areas(still, 6, 10) == [     # between 3 and 7 are 3 columns, 4 and 9 four
        (slice(0, 2), [slice(3, 8)]), (slice(4, 6), [slice(4, 5), slice(9, 10)])]
    assert module.moving_areas(None, 3, 10) == [
        (slice(0, 2), [slice(0, 10)]), (slice(2, 3), [slice(0, 10)])]
