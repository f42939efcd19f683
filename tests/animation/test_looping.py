"""Which moments the frames of an animation show."""

import numpy as np
import pytest

from scenegan.animation.looping import LOOPS, as_loop, schedule
from scenegan.animation.timing import Timing
from scenegan.errors import InputError


class Known:
    """A motion that is known for 40 frames and was made for 32."""

    frames, reach, endless = 32, 40, False


def test_a_loop_of_four_seconds_is_two_rounds_of_two_phases():
    plan = schedule(60, 1.0, "phases", reach=40)
    assert plan.frames[0] == plan.frames[30] == [(0.0, 1.0)]
    assert plan.frames[15] == [(15.0, 0.5), (-15.0, 0.5)]
    assert plan.period == 30                           # what sways comes back with each round


@pytest.mark.parametrize(("number", "step", "loop", "rounds"), [
    (60, 1.0, "phases", 2), (96, 0.625, "fade", 2), (120, 1.0, "back", 2), (150, 1.3, "phases", 5),
    (61, 1.0, "phases", 1), (60, 1.0, "none", 1)])
def test_rounds_of_the_same_frames_are_known(number, step, loop, rounds):
    plan = schedule(number, step, loop, reach=40, endless=True)
    assert plan.rounds == rounds
    assert plan.once().frames * rounds == plan.frames and plan.once().period == plan.period


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("number", "step"), [(60, 1.0), (75, 1.0), (100, 0.6), (17, 0.3),
                                              (900, 0.25), (10, 15.0), (1, 1.0)])
def test_no_moment_is_beyond_what_is_known_and_weights_sum_to_one(loop, number, step):
    plan = schedule(number, step, loop, reach=40)
    assert len(plan.frames) == number and plan.frames[0] == [(0.0, 1.0)]
    for parts in plan.frames:
        assert all(-40 <= moment <= 40 for moment, _ in parts)
        assert sum(weight for _, weight in parts) == pytest.approx(1) and len(parts) in (1, 2)


@pytest.mark.parametrize("loop", ["phases", "fade"])
@pytest.mark.parametrize(("number", "step"), [(60, 1.0), (100, 0.6), (31, 1.7)])
def test_each_phase_runs_on_by_one_step_and_begins_and_ends_unseen(loop, number, step):
    """Phases by the round that they are the photo in: each moment follows the one before."""
    plan = schedule(number, step, loop, reach=40)
    rounds = {}
    for index, parts in enumerate(plan.frames * 2):
        for moment, weight in parts:
            rounds.setdefault(round(index * step - moment, 6), []).append((moment, weight))
    assert len(rounds) < 10
    for shown in list(rounds.values())[1:-1]:
        moments, weights = np.transpose(shown)
        np.testing.assert_allclose(np.diff(moments), step)
        assert weights.max() > 0.9 and np.abs(np.diff(weights)).max() < 0.35 * step


def test_back_goes_as_fast_in_the_mean_and_turns_gently():
    moments = np.array([parts[0][0] for parts in schedule(60, 1.0, "back", reach=40).frames])
    assert moments.max() == pytest.approx(30) and (moments >= 0).all()
    np.testing.assert_allclose(moments[1:], moments[:0:-1], atol=1e-9)
    steps = np.abs(np.diff(moments, append=moments[:1]))
    assert steps.mean() == pytest.approx(1) and steps[[0, 29, 30, 59]].max() < 0.1


def test_without_a_loop_the_motion_goes_on_as_long_as_it_is_known():
    def shown(number, **options):
        return schedule(number, 1.0, "none", reach=40, **options).frames
    assert shown(41) == [[(float(moment), 1.0)] for moment in range(41)]
    assert shown(60, endless=True)[-1] == [(59.0, 1.0)]
    assert shown(60)[40] == [(0.0, 1.0)]               # in rounds


def test_speed_and_frames_a_second_change_what_a_frame_shows_and_not_how_long_it_takes():
    asked = {"seconds": 4, "fps": 15, "speed": 1.0, "loop": "none"}

    def last(**changed):
        frames = Timing(**asked | changed).schedule(Known(), own=False).frames
        return len(frames), frames[1][0][0]
    assert last() == (60, 1.0)
    assert last(fps=30) == (120, 0.5) and last(fps=12.5) == (50, 1.2)
    assert last(speed=0.5) == (60, 0.5) and last(seconds=2) == (30, 1.0)
    assert len(Timing(**asked | {"seconds": None}).schedule(Known(), own=True).frames) == 32


@pytest.mark.parametrize(("name", "value"), [
    ("seconds", 0), ("seconds", 10_000), ("seconds", float("nan")), ("fps", 0), ("fps", 1000),
    ("speed", 0), ("speed", -1), ("speed", 11)])
def test_what_is_no_time_is_told_in_one_line(name, value):
    with pytest.raises(InputError, match=f"{name} must be a number from") as error:
        Timing(**{"seconds": 4, "fps": 15, "speed": 1.0, "loop": "none"} | {name: value})
    assert "\n" not in str(error.value)


def test_a_loop_has_a_name():
    assert [as_loop(loop) for loop in (*LOOPS, True, False)] == [*LOOPS, "phases", "none"]
    for loop in ("forth", None, 7):
        with pytest.raises(InputError, match="phases, fade, back, none"):
            as_loop(loop)
