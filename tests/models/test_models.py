import numpy as np
import pytest
from tiny_stages import tiny_stage

from scenegan import pixels
from scenegan.models.discriminator import build_discriminator, build_motion_reader
from scenegan.models.generator import build_generator, fading_generator, motion_of
from scenegan.models.layers import ResizeClip, Shrink, SpaceTimeConv
from scenegan.models.motion import MotionHead, warp
from scenegan.models.scene_reference import (
    build_reference_discriminator,
    build_reference_generator_1,
    build_reference_generator_2,
)
from scenegan.presets import stage
from scenegan.specs import NOISE_SIZE

pytestmark = pytest.mark.slow          # Keras


def examples(spec, count=2, seed=0):
    random = np.random.default_rng(seed)
    photo = random.uniform(-1, 1, (count, *spec.shape[1:])).astype(np.float32)
    return photo, random.standard_normal((count, NOISE_SIZE)).astype(np.float32)


def shake(model, seed=0):
    """Give every weight, zeros included, a small random value, as training would."""
    random = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign_add(random.normal(0, 0.05, variable.shape))


@pytest.mark.parametrize(("number", "channels"), [(1, 3), (1, 1), (2, 3), (2, 1)])
def test_generators_make_clips_of_their_stage(number, channels):
    spec = stage(number, channels)
    previous = build_generator(stage(1, channels)) if number == 2 else None
    generator = build_generator(spec, previous)
    shake(generator)
    clip = np.asarray(generator([*examples(spec)]))
    assert clip.shape == (2, *spec.shape)
    assert np.isfinite(clip).all() and np.abs(clip).max() <= 1


def test_first_frame_is_the_photo(grown):
    for number, generator in enumerate(grown, 1):
        shake(generator)
        photo, noise = examples(tiny_stage(number))
        clip = np.asarray(generator([photo, noise]))
        np.testing.assert_array_equal(clip[:, 0], photo)
        assert np.abs(clip[:, -1] - photo).max() > 0.01


def test_noise_changes_the_motion(grown):
    photo, noise = examples(tiny_stage(2))
    clips = [np.asarray(grown[1]([photo, noise * sign])) for sign in (1, -1)]
    assert np.abs(clips[0] - clips[1]).mean() > 0.001


def test_at_alpha_0_stage_2_is_stage_1_resized(grown):
    first, second = grown
    shake(second)
    photo, noise = examples(tiny_stage(2))
    small = np.asarray(Shrink(12, 20)(photo))
    expected = np.asarray(ResizeClip(8, 23, 40)(first([small, noise])))
    faded = fading_generator(second)([photo, noise, np.zeros((2, 1))])[0]
    np.testing.assert_allclose(np.asarray(faded), expected, atol=1e-6)


def test_at_alpha_1_the_fading_generator_is_the_saved_one(grown):
    second = grown[1]
    shake(second)
    photo, noise = examples(tiny_stage(2))
    faded = fading_generator(second)([photo, noise, np.ones((2, 1))])[0]
    np.testing.assert_allclose(np.asarray(faded), np.asarray(second([photo, noise])), atol=1e-6)


def test_grown_generator_shares_the_weights_it_has_grown_from(grown):
    first, second = grown
    assert {id(v) for v in first.trainable_variables} < {id(v) for v in second.trainable_variables}


def test_a_third_stage_is_only_a_row(grown):
    from dataclasses import replace
    spec = replace(tiny_stage(2), number=3, starts_from=2, height=45, width=80)
    third = build_generator(spec, grown[1])
    photo, noise = examples(spec)
    assert third([photo, noise]).shape == (2, 8, 45, 80, 3)
    first = build_discriminator(tiny_stage(1))
    critic = build_discriminator(spec, build_discriminator(tiny_stage(2), first))
    assert critic([np.zeros((2, *spec.shape)), photo, np.ones((2, 1))]).shape[0] == 2


def test_motion_is_nothing_in_frame_1(grown):
    shake(grown[1])
    displacement, mask, change = motion_of(grown[1])([*examples(tiny_stage(2))])
    assert np.abs(displacement[:, 0]).max() == 0 and np.abs(mask[:, 0]).max() == 0
    assert np.min(mask) >= 0 and np.max(mask) <= 1
    assert np.abs(change).max() <= 4
    assert np.abs(displacement).max() <= tiny_stage(2).max_speed * 7 + 1e-6


def test_what_is_painted_leaves_the_light_of_every_frame_as_it_was():
    """One channel of one region gets brighter and brighter; the mask elsewhere takes it back."""
    random = np.random.default_rng(0)
    raw = random.normal(size=(2, 8, 12, 20, 6)).astype(np.float32)
    raw[:, 4:, :6, :, 3] += 3
    gate = random.normal(size=(2, 12, 20, 1)).astype(np.float32)
    _, mask, change = map(np.asarray, MotionHead(0.02)(raw, gate))
    painted = mask * change
    assert np.abs(painted[:, 4:, :6, :, 0]).mean() > 0.05
    np.testing.assert_allclose(painted.sum(axis=(2, 3)), 0, atol=1e-4)
    inside = change[:, 4:, :6, :, 0].mean() - change[:, 4:, 6:, :, 0].mean()
    assert inside > 1


def test_warp_moves_by_whole_and_half_pixels():
    photo = np.tile(np.array([0, 1, 4, 3], np.float32), (3, 1)).reshape(1, 3, 4, 1)
    displacement = np.zeros((1, 2, 3, 4, 2), np.float32)
    displacement[0, 0, ..., 0] = 1 / 4          # one pixel from the right
    displacement[0, 1, ..., 0] = 0.5 / 4
    upright = warp(photo.swapaxes(1, 2), displacement.swapaxes(2, 3)[..., ::-1])
    for clip in (np.asarray(warp(photo, displacement)), np.asarray(upright).swapaxes(2, 3)):
        np.testing.assert_allclose(clip[0, 0, 1, :, 0], [1, 4, 3, 3])
        # Catmull and Rom's spline in the middle, (9 (1 + 4) - 0 - 3) / 16; no bend at the edges
        np.testing.assert_allclose(clip[0, 1, 1, :, 0], [0.5 - 2 / 16, 42 / 16, 3.5 + 4 / 16, 3])


def test_warp_keeps_more_detail_than_a_straight_line():
    wave = np.sin(np.arange(40) * np.pi / 2).astype(np.float32)      # four pixels a period
    displacement = np.zeros((1, 1, 3, 40, 2), np.float32)
    displacement[..., 0] = 0.5 / 40
    photo = np.tile(wave, (3, 1)).reshape(1, 3, 40, 1)
    moved = np.asarray(warp(photo, displacement))[0, 0, 1, :, 0]
    line = (wave + np.roll(wave, -1)) / 2
    assert moved[2:-3].std() > 1.2 * line[2:-3].std()


def test_space_time_conv_is_one_convolution_over_space_and_one_over_time():
    conv = SpaceTimeConv(2, space_strides=2, time_strides=2)
    clip = np.random.default_rng(0).normal(size=(3, 4, 5, 6, 3)).astype(np.float32)
    result = np.asarray(conv(clip))
    assert result.shape == (3, 2, 3, 3, 2) == conv.compute_output_shape(clip.shape)
    space = np.stack([np.asarray(conv.space(clip[:, frame])) for frame in range(4)], axis=1)
    kernel, bias = np.asarray(conv.time.kernel)[:, 0], np.asarray(conv.time.bias)
    # 'same' for 4 frames, kernel 3, stride 2: one zero after the last frame
    padded = np.concatenate([space, np.zeros_like(space[:, :1])], axis=1)
    first = sum(padded[:, k] @ kernel[k] for k in range(3)) + bias
    np.testing.assert_allclose(result[:, 0], first, rtol=1e-4, atol=1e-5)


def test_shrink_is_the_area_average_of_the_data():
    clip = np.random.default_rng(0).uniform(-1, 1, (2, 3, 45, 80, 3)).astype(np.float32)
    expected = np.stack([pixels.resize(frame, 23, 40) for frame in clip.reshape(6, 45, 80, 3)])
    shrunk = np.asarray(Shrink(23, 40)(clip)).reshape(6, 23, 40, 3)
    np.testing.assert_allclose(shrunk, expected, atol=1e-5)


def test_discriminator_grows_from_alpha_0_to_1():
    first = build_discriminator(tiny_stage(1))
    second = build_discriminator(tiny_stage(2), first)
    spec = tiny_stage(2)
    photo, _ = examples(spec)
    clip = np.random.default_rng(1).uniform(-1, 1, (2, *spec.shape)).astype(np.float32)
    small = np.asarray(Shrink(12, 20)(clip))
    small_photo = np.asarray(Shrink(12, 20)(photo))
    ones = np.ones((2, 1), np.float32)
    coarse = np.asarray(first([small, small_photo, ones]))
    np.testing.assert_allclose(np.asarray(second([clip, photo, 0 * ones])), coarse, atol=1e-5)
    assert np.abs(np.asarray(second([clip, photo, ones])) - coarse).max() > 1e-4


def test_each_clip_is_scored_by_itself():
    spec = tiny_stage(1)
    critic = build_discriminator(spec)
    photo, _ = examples(spec, 3)
    clip = np.random.default_rng(1).uniform(-1, 1, (3, *spec.shape)).astype(np.float32)
    alpha = np.ones((3, 1), np.float32)
    together = np.asarray(critic([clip, photo, alpha]))
    alone = np.asarray(critic([clip[:1], photo[:1], alpha[:1]]))
    np.testing.assert_allclose(together[:1], alone, atol=1e-5)


def test_motion_reader_reads_a_posterior(spec):
    photo, _ = examples(spec)
    mean, log_variance = build_motion_reader(spec)([np.zeros((2, *spec.shape)), photo])
    assert mean.shape == log_variance.shape == (2, NOISE_SIZE)


def test_reference_networks_have_the_published_sizes():
    models = (build_reference_generator_1(), build_reference_discriminator(1),
              build_reference_generator_2(), build_reference_discriminator(2))
    assert [m.count_params() for m in models] == [298_673, 288_242, 1_188_145, 64_708]
    assert models[2].output_shape == (None, 45, 80, 32, 1)
