"""The published video GANs: their sizes, and what they give."""

from dataclasses import replace

import numpy as np
import pytest

from scenegan.presets import stage
from scenegan.seeds import seed_keras
from scenegan.training.steps.networks import NETWORKS

pytestmark = pytest.mark.slow          # Keras
SMALL = {"frames": 16, "height": 16, "width": 16, "features": 4}


def build(preset, **changes):
    """(generator, discriminator or None) of a preset's first stage."""
    channels = stage(1, preset=preset, channels=None).channels
    spec = replace(stage(1, channels, preset), **changes)
    kind = NETWORKS[spec.network]
    return kind.generator(spec), *(make(spec) for make in kind.critics.values())


@pytest.mark.parametrize(("preset", "millions"), [
    ("vgan-future", [68.2, 44.1]), ("vgan", [16.2, 11.1]), ("ivgan", [12.7, 11.0])])
def test_published_networks_have_the_published_sizes(preset, millions):
    sizes = [sum(np.prod(weight.shape) for weight in network.trainable_weights)
             for network in build(preset)]
    assert [round(size / 1e6, 1) for size in sizes] == millions


@pytest.mark.parametrize("changes", [{}, {"factorised": True}])
@pytest.mark.parametrize("preset", ["vgan-future", "vgan", "ivgan", "summary", "autoencoder"])
def test_networks_give_a_clip_of_the_stage_and_a_mask(preset, changes):
    generator, *critics = build(preset, **SMALL, **changes)
    assert generator.output["clip"].shape == (None, 16, 16, 16, 3)
    assert ("mask" in generator.output) == (preset != "ivgan")
    for critic in critics:
        assert critic.output.shape == (None, 2 if preset.startswith("vgan") else 1)


@pytest.mark.parametrize("preset", ["vgan-future", "vgan", "ivgan", "summary", "autoencoder"])
def test_clips_may_have_other_proportions_and_lengths(preset):
    sizes = {"frames": 32, "height": 16, "width": 48, "features": 1}
    generator, *critics = build(preset, **sizes)
    assert generator.output["clip"].shape == (None, 32, 16, 48, 3)
    assert all(critic.inputs[0].shape == (None, 32, 16, 48, 3) for critic in critics)


def test_first_weights_are_drawn_by_the_seed():
    """Generator and discriminator have a kernel of one shape each; the two differ."""
    def drawn(seed):
        seed_keras(seed)
        return {network.name: [np.asarray(weight) for weight in network.trainable_weights
                               if weight.shape == (4, 4, 4, 8, 16)]
                for network in build("vgan", **SMALL | {"features": 4})}
    first, again, other = drawn(0), drawn(0), drawn(1)
    assert len(first) == 2 and [len(kernels) for kernels in first.values()] == [1, 1]
    (made,), (judged,) = first.values()
    assert abs(made.std() - 0.02) < 0.002 and not np.array_equal(made, judged)
    for name, kernels in first.items():
        np.testing.assert_array_equal(kernels, again[name])
        assert not np.array_equal(kernels, other[name])


def test_a_factorised_network_has_fewer_weights():
    plain, factorised = (build("vgan", **SMALL, factorised=fast) for fast in (False, True))
    assert factorised[1].count_params() < 0.25 * plain[1].count_params()


def test_one_stream_has_no_mask_and_one_photo_gives_one_clip():
    assert list(build("vgan", **SMALL, streams=1)[0].output) == ["clip"]
    generator, _ = build("vgan-future", **SMALL)
    photos = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    clips, alone = (np.asarray(generator(some)["clip"]) for some in (photos, photos[:1]))
    assert np.abs(clips).max() <= 1
    np.testing.assert_allclose(clips[:1], alone, atol=1e-5)     # no batch statistics in use
