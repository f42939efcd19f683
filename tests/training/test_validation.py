"""Looks at clips that are not trained on."""

from dataclasses import replace

import pytest
from run_files import rows
from tiny_stages import tiny_stage, train_tiny

pytestmark = pytest.mark.slow          # Keras


def test_validation_is_of_videos_held_out_and_always_the_same(tmp_path, clips):
    frozen = replace(tiny_stage(1).losses["mse"], generator_rate=0.0, discriminator_rate=0.0)
    train_tiny(1, tmp_path, clips, steps=4, validate_every=1,
               spec=replace(tiny_stage(1), losses={"mse": frozen}))
    first, *others = rows(tmp_path / "stage1" / "validation.csv")
    assert {"generator", "discriminator", "content", "energy", "variety"} <= first.keys()
    assert len(others) == 3
    for other in others:
        # the average of equal weights is rounded, which may turn a pixel by one gray level
        assert other | {"step": 1} == pytest.approx(first, rel=1e-4)
