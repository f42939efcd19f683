"""`scenegan generate` and `scenegan presets`."""

from dataclasses import replace

import imageio.v3 as imageio
import pytest
from click.testing import CliRunner

from scenegan.commands.cli import main
from scenegan.presets import PRESETS, stage


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_presets_lists_each_in_a_line():
    lines = run("presets").output.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.slow
def test_generate_writes_clips_and_a_sheet_by_seed(tmp_path):
    from scenegan.models.vgan import build_vgan_generator
    from scenegan.models.vgan_future import build_future_generator
    spec = replace(stage(1, preset="vgan"), frames=16, height=16, width=16, features=4)
    build_vgan_generator(spec).save(tmp_path / "vgan.keras")
    for name in ("a", "b"):
        done = run("generate", "--checkpoint", str(tmp_path / "vgan.keras"), "--count", "2",
                   "--seed", "1", "--out", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    first, second = (tmp_path / name for name in ("a", "b"))
    assert sorted(path.name for path in first.iterdir()) == [
        "clip-0001.gif", "clip-0002.gif", "sheet.png"]
    assert imageio.imread(first / "clip-0001.gif").shape == (16, 16, 16, 3)
    assert (first / "clip-0002.gif").read_bytes() == (second / "clip-0002.gif").read_bytes()
    build_future_generator(spec).save(tmp_path / "future.keras")
    refused = run("generate", "--checkpoint", str(tmp_path / "future.keras"), "--out",
                  str(tmp_path / "c"))
    assert refused.exit_code == 1 and "is given a photo" in refused.output
    assert not (tmp_path / "c").exists()
