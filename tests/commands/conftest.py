"""A generator, a folder to work in, and `scenegan animate`, called."""

import pytest
from click.testing import CliRunner
from PIL import Image

from scenegan.commands.cli import main
from scenegan.presets import stage


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    from scenegan.models.generator import build_generator
    path = tmp_path_factory.mktemp("run") / "stage1.keras"
    build_generator(stage(1)).save(path)
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with two photos."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("beach.jpg", "lake.png")):
        Image.linear_gradient("L").convert("RGB").rotate(90 * number).save(name)
    return tmp_path


@pytest.fixture
def animate(here, checkpoint):
    def call(*arguments):
        return CliRunner().invoke(main, ["animate", "--checkpoint", str(checkpoint), "--size",
                                         "network", *map(str, arguments)])
    return call
