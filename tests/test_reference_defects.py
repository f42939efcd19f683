"""Defects of the published systems' own code, each with a test that would catch it here.

A score that was faded the wrong way round, a loader that gave zeros, a learning rate that decayed
to nothing, a contrast stretched clip by clip, noise that two updates shared. Batch statistics that
real and generated clips shared: tests/training/steps/test_clip_gan.py.
"""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from decoded_frames import decoded
from small_store import write_store

from scenegan.data.augmentation import Augmentation
from scenegan.data.batches import Batches
from scenegan.pixels import to_float
from scenegan.presets import PRESETS, stage

PUBLISHED = [(name, spec) for name, stages in PRESETS.items() for spec in stages.values()]


def to_square(**changes):
    return replace(stage(1, preset="vgan"), frames=16, height=16, width=16, features=2, **changes)


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    from scenegan.data.store import ClipStore
    return ClipStore(write_store(tmp_path_factory.mktemp("clips"), shape=(16, 16, 16, 3)))


def test_the_loader_gives_the_stored_pixels_of_every_clip(squares):
    batches = Batches(squares, to_square(), "train", 4, 0, augmentation=Augmentation(flip=False))
    for step in range(2):                                   # the 8 clips to train on
        stored = to_float(squares.clips(batches.indices(step)))
        np.testing.assert_allclose(batches[step]["clip"], stored, atol=1e-6)
        assert batches[step]["clip"].std(axis=(1, 2, 3, 4)).min() > 0.5     # of uniform noise
    seen = np.concatenate([batches.indices(step) for step in range(2)])
    assert sorted(seen) == list(squares.indices("train"))


@pytest.mark.slow
def test_noise_is_drawn_anew_for_each_update(squares):
    from scenegan.training.steps.inputs import feed
    spec = to_square()
    loss = replace(spec.losses["cross-entropy"], discriminator_steps=2, generator_steps=2)
    batches = Batches(squares, spec, "train", 2, 0)
    drawn = list(islice(feed(batches, loss, 0, 0, 2, lambda step: 1.0), 8))
    noise = np.concatenate([batch["noise"] for batch in drawn]).reshape(16, -1)
    distances = np.linalg.norm(noise[:, None] - noise[None], axis=-1) + 1e9 * np.eye(16)
    assert distances.min() > 5                              # of 100 numbers each, N(0, 1): 14
    assert abs(noise.mean()) < 0.1 and abs(noise.std() - 1) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "spec"), PUBLISHED, ids=lambda value: getattr(
    value, "size", value))
def test_learning_rates_do_not_decay_to_nothing(name, spec):
    """Constant where that was published; else they fall once, at the end, not update by update."""
    from scenegan.training.run.settings import Settings
    from scenegan.training.steps.optimizers import Rate
    settings = Settings(steps=spec.steps, schedule=spec.schedule, warmup=spec.warmup)
    for loss in spec.losses.values():
        for rate, updates in ((loss.generator_rate, loss.generator_steps),
                              (loss.discriminator_rate, max(1, loss.discriminator_steps))):
            follow = Rate(rate, updates, settings)
            first, half, last = (float(follow(int(share * spec.steps * updates) + offset))
                                 for share, offset in ((0, updates * spec.warmup), (0.5, 0),
                                                       (1, -1)))
            assert first == pytest.approx(rate)
            assert half > 0.4 * rate and last > 0
            if spec.schedule == "constant":
                assert last == pytest.approx(rate)


@pytest.mark.slow
def test_the_second_stage_fades_in_from_the_first_ones_score_and_clip():
    """At alpha 0 all is the first stage's, at 1 the second's, and between is their mix."""
    from scenegan.models.layers import Shrink
    from scenegan.training.steps.networks import NETWORKS
    kind = NETWORKS["scene-reference"]
    first, second = (replace(stage(number, preset="scene-reference"), features=1)
                     for number in (1, 2))
    random = np.random.default_rng(0)
    photo = random.uniform(-1, 1, (2, 45, 80, 1)).astype(np.float32)
    clip = random.uniform(-1, 1, (2, *second.shape)).astype(np.float32)
    coarse_maker, coarse_judge = kind.generator(first), kind.critics["discriminator"](first)
    maker = kind.generator(second, coarse_maker)
    judge = kind.critics["discriminator"](second, coarse_judge)

    def at(network, given, alpha):
        made = network([given, np.full((2, 1), alpha, np.float32)], training=False)
        return np.asarray(made["clip"] if isinstance(made, dict) else made)
    coarse = np.asarray(coarse_maker(Shrink(23, 40)(photo), training=False)["clip"])
    enlarged = coarse.repeat(2, axis=2).repeat(2, axis=3)[:, :, :-1]
    np.testing.assert_allclose(at(maker, photo, 0), enlarged, atol=1e-5)
    before = np.asarray(coarse_judge(Shrink(23, 40)(clip), training=False))
    np.testing.assert_allclose(at(judge, clip, 0), before, atol=1e-5)
    for network, given in ((maker, photo), (judge, clip)):
        old, new, mixed = (at(network, given, alpha) for alpha in (0, 1, 0.75))
        assert np.abs(new - old).max() > 1e-4
        np.testing.assert_allclose(mixed, 0.25 * old + 0.75 * new, atol=1e-5)


def flashing():
    """A dim clip, still but for a lamp that lights up in its middle; gray levels 40 to 60."""
    clip = np.full((16, 16, 16, 3), 40, np.uint8)
    clip[:, 4:] = 60
    clip[6:10, :2, :2] = 250
    return clip


@pytest.mark.parametrize("writer", ["generate", "samples"])
def test_written_clips_keep_their_gray_levels(writer, tmp_path):
    """No contrast is stretched, by clip or by frame: what is dim stays so, what is still, still."""
    if writer == "generate":
        from scenegan.commands.generate import write
        write(np.stack([flashing(), flashing() // 2]), tmp_path)
        shown, scale = decoded(tmp_path / "clip-0001.gif"), 1
        halved = decoded(tmp_path / "clip-0002.gif")
        assert abs(int(halved[0, 12, 8, 0]) - 30) <= 2
    else:
        from scenegan.training.run.samples import SCALE, write_samples
        write_samples(tmp_path, 1, flashing()[None], flashing()[None])
        shown, scale = decoded(tmp_path / "photo-1-step-000001.gif"), SCALE
    still = shown[:, 12 * scale, 8 * scale].astype(int)
    assert np.abs(still - 60).max() <= 2 and np.ptp(still) <= 1
    assert np.abs(shown[:, 3 * scale, 8 * scale].astype(int) - 40).max() <= 2
