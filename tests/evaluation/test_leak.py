"""What moves on labelled photos, and how far figures spread over places."""

import numpy as np
import pytest
from known_motion import STILL, drift, jitter, moved

from scenegan.data.labels import CLASSES, PLANTS, RIGID, SKY, UNKNOWN, WATER
from scenegan.evaluation.intervals import intervals
from scenegan.evaluation.leak import describe_leak, leak_figures

HALF = 22


def scene(top=SKY, bottom=RIGID):
    """Shares of classes: `top` in the upper rows, `bottom` in the lower ones."""
    shares = np.zeros((45, 80, len(CLASSES)), np.float32)
    shares[:HALF, :, top] = 1
    shares[HALF:, :, bottom] = 1
    return shares


def over(sky, ground):
    """A clip with the upper rows of one and the lower rows of another."""
    return np.concatenate([sky[:, :HALF], ground[:, HALF:]], axis=1)


def figures(*clips, shares=None):
    return leak_figures([describe_leak(clip, scene() if shares is None else shares)
                         for clip in clips])


def test_a_rigid_half_below_a_drifting_sky():
    found = figures(over(moved(drift(0.3)), STILL))
    assert found["rigid_still"] == 1
    assert found["rigid_speed"] == 0
    assert found["sky_speed"] == pytest.approx(0.3, abs=0.04)
    assert found["fluid_speed"] == found["sky_speed"]
    assert np.isnan(found["water_speed"]) and np.isnan(found["plants_speed"])


def test_a_slow_drift_of_what_is_rigid_is_seen_at_its_end():
    sky = moved(drift(0.3))
    within = figures(over(sky, moved(drift(0.2 / 31))))
    beyond = figures(over(sky, moved(drift(0.3 / 31))))
    assert within["rigid_still"] > 0.8
    assert beyond["rigid_still"] < 0.2


def test_a_shake_that_comes_back_is_seen_though_it_ends_in_place():
    path = drift(0)
    path = np.where(np.arange(len(path))[:, None] == 9, (1.0, 0.0), path)
    assert figures(moved(path))["rigid_still"] < 0.05


def test_a_shake_moves_what_is_rigid_as_fast_as_the_sky():
    found = figures(moved(jitter(0.3)))
    assert found["rigid_still"] < 0.05
    assert found["rigid_speed"] == pytest.approx(1, abs=0.1)


def test_photos_count_by_their_rigid_pixels_and_speeds_by_photo():
    mixed = scene()
    mixed[HALF:, 40:] = 0
    mixed[HALF:, 40:, UNKNOWN] = 1                   # half as much that is rigid
    whole = describe_leak(STILL, scene())
    half = describe_leak(moved(drift(0.3)), mixed)
    assert half.pixels["rigid"] == pytest.approx(whole.pixels["rigid"] / 2, rel=0.1)
    assert leak_figures([whole, half])["rigid_still"] == pytest.approx(2 / 3, abs=0.03)
    assert leak_figures([whole, half])["sky_speed"] == pytest.approx(0.15, abs=0.03)


def test_what_has_no_texture_or_class_says_nothing():
    flat = np.full((32, 45, 80, 1), 99, np.uint8)
    assert all(np.isnan(value) for value in figures(flat).values())
    unknown = figures(moved(drift(0.3)), shares=scene(UNKNOWN, UNKNOWN))
    assert all(np.isnan(value) for value in unknown.values())


def test_each_kind_has_its_speed():
    clip = over(moved(drift(0.4)), moved(drift(0.2)))
    found = figures(clip, shares=scene(WATER, PLANTS))
    assert found["water_speed"] == pytest.approx(0.4, abs=0.05)
    assert found["plants_speed"] == pytest.approx(0.2, abs=0.03)
    assert np.isnan(found["rigid_still"]) and np.isnan(found["rigid_speed"])


def test_an_interval_is_of_places_not_of_clips():
    values = np.repeat([0.0, 1.0], 50)                # two places of 50 clips each
    mean = lambda indices: {"mean": values[indices].mean()}        # noqa: E731
    assert intervals(mean, np.repeat(["a", "b"], 50), draws=200)["mean"] == (0, 1)
    assert intervals(mean, ["a"] * 100, draws=200) == {}              # one place tells of no other
    low, high = intervals(mean, np.arange(100), draws=200)["mean"]
    assert 0.35 < low < 0.45 and 0.55 < high < 0.65             # 0.5 -+ 1.96 sqrt(0.25 / 100)


def test_an_interval_leaves_out_what_most_draws_do_not_have():
    def statistic(indices):
        return {"never": np.nan, "often": np.nan if 0 in indices else 1.0}

    found = intervals(statistic, np.arange(2), seed=1, draws=400)
    assert found == {}                                # of 2 places, 0 is in 3 of 4 draws
    assert intervals(lambda indices: {"always": 2.0}, [0, 1], draws=9)["always"] == (2, 2)
