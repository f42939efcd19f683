"""Every command of the documents is checked, and run where it takes seconds and no network."""

import re
import shutil
from glob import glob

import click
import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from documents import ROOT, blocks, check, commands
from PIL import Image

from scenegan.commands.cli import main
from scenegan.errors import InputError

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "benchmarks/README.md",
                                  "checkpoints/README.md", "examples/README.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))
RUN = [page for page in PAGES if page.name == "README.md" and page.parent.name not in
       ("benchmarks", "checkpoints") or page.parent.name == "docs"]

# What is parsed (test_command_exists) but not run, by how it begins, and why.
NOT_RUN = {
    "python train_stage.py": "takes half an hour; tests/commands/test_train.py trains a tiny stage",
    "KERAS_BACKEND=jax python": "the same; tests/training/steps trains with JAX",
    "KERAS_BACKEND=torch python": "the same; tests/training/steps trains with PyTorch",
    "scenegan classify": "the same, and a training; tests/commands/test_classify.py",
    "python animate.py photo.jpg --checkpoint runs/vgan-future": "the same; "
                                                                 "tests/animation",
    "scenegan generate": "needs a training of hours; tests/commands/test_generate.py",
    "taskset": "the same",
    "scenegan train --config": "the same; tests/training/run/test_config.py reads what a run wrote",
    "scenegan train segmenter": "the same; tests/training/test_segmenter.py trains a tiny one",
    "scenegan data search": "needs the network, or a key; tests/data/collect",
    "scenegan data download": "needs the network; tests/data/collect",
    "scenegan export": "takes ten seconds each; tests/export",
    "scenegan evaluate": "trains for minutes; tests/commands/test_evaluate.py",
    "scenegan data clips /shared/": "needs a cluster; tests/data/clips/test_cluster.py",
    "scenegan data clips s3://": "needs a server; tests/data/clips/test_remote_videos.py",
    "dask": "serves until it is stopped",
    "python benchmarks/": "takes minutes to hours",
    "python3 -m venv": "needs the network to install", ".venv/bin/": "its environment is not made",
    "pip install": "needs the network",
    "tensorboard": "serves until it is stopped",
    "apt-get": "installs into the system", "npm": "needs the network to install",
    "python web/": "tests/serve/test_static.py",
    "scenegan serve": "serves until it is stopped; tests/serve",
    "export": "sets a variable of a shell", "source": "changes a shell",
    "pytest": "runs these tests", "ruff": "lints", ".ci/run": "runs these tests",
}
LOG = "step,adversarial,discriminator\n20,0.5,0.25\n40,0.4,0.3\n"


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A current folder that has the configuration files which the documents name."""
    files = {"my.ini": 1, "runs/default/stage1/config.ini": 1, "runs/default/stage2/config.ini": 2,
             "runs/mine/stage2/config.ini": 2}
    for name, number in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"[stage]\nnumber = {number}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def furnished(sandbox):
    """The same with all else that is named: photos, videos, networks, logs."""
    for name in ("checkpoints", "examples"):
        shutil.copytree(ROOT / name, sandbox / name)
    for number, name in enumerate(("photo.jpg", "lake.jpg")):
        Image.linear_gradient("L").convert("RGB").rotate(90 * number).save(sandbox / name)
    Image.linear_gradient("L").save(sandbox / "water.png")
    for name in ("holiday/a.mp4", "holiday/b.mp4", "VIDEOS/c.mp4", "VIDEOS/d.mp4", "beach.mov"):
        (sandbox / name).parent.mkdir(exist_ok=True)
        write_video(sandbox / name, seed=ord(name[-5]))
    for stage in sandbox.glob("runs/*/stage*"):
        for log in ("log.csv", "validation.csv"):
            (stage / log).write_text(LOG)
        shutil.copy(ROOT / "checkpoints" / f"{stage.name}.keras", stage.with_suffix(".keras"))
    run(["data", "add", "VIDEOS", "--out", "data/sea"])


def write_video(path, seed):
    """Four seconds of a moving sky over a still meadow."""
    noise = np.random.default_rng(seed).normal(size=(90, 160, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(np.tile(noise, (1, 2, 1)), (0, 0), 3)[:, 80:240]
    picture = np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 15, (160, 90))
    for step in range(60):
        writer.write(np.concatenate([np.roll(picture[:45], step, axis=1), picture[45:]]))
    writer.release()


def run(words):
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, f"{' '.join(words)}: {result.output} {result.exception!r}"


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def not_run(command):
    return any(" ".join(command).startswith(start) for start in NOT_RUN)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page, sandbox):
    found = commands(page)
    assert found or page.name in ("architecture.md", "experiments.md", "how-it-works.md")
    for command in found:
        try:
            check(command)
        except Exception as error:
            raise AssertionError(f"{page.name}: {' '.join(command)}: {error}") from error


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_commands_run(page, furnished):
    for command in commands(page):
        if not not_run(command):
            words = [word for part in command for word in sorted(glob(part)) or [part]]
            assert words[0] == "scenegan" or words[:2] == ["python", "animate.py"], command
            run(words[1:] if words[0] == "scenegan" else ["animate", *words[2:]])


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_python_runs(page, furnished):
    for text in blocks(page, "python"):
        exec(compile(text, str(page), "exec"), {})


def test_every_reason_not_to_run_is_needed():
    everything = [" ".join(command) for page in PAGES for command in commands(page)]
    for start in NOT_RUN:
        assert any(command.startswith(start) for command in everything), start


@pytest.mark.parametrize(("text", "found"), [
    ("```sh\npython animate.py a.jpg   # b.gif\npip install -e . && pytest\n```\n",
     [["python", "animate.py", "a.jpg"], ["pip", "install", "-e", "."], ["pytest"]]),
    ("Thus:\n\n    scenegan data clips a \\\n        --out b\n    clip = warp(photo)\n\n",
     [["scenegan", "data", "clips", "a", "--out", "b"]]),
])
def test_commands_of_a_page(tmp_path, text, found):
    (tmp_path / "page.md").write_text(text)
    assert commands(tmp_path / "page.md") == found


@pytest.mark.parametrize("text", [
    "python animate.py photo.jpg --sead 3", "python animate.py photo.jpg --width 9",
    "scenegan data clip videos", "scenegan train plots", "python train_stage.py --stage 4",
    "pip install -e '.[plots]'", "python benchmarks/memory.py --stages 1", "export NO_SUCH_KEY=1",
    "pytest tests/test_nothing.py", "nothing",
])
def test_a_wrong_command_is_seen(tmp_path, text, sandbox):
    (tmp_path / "page.md").write_text(f"```sh\n{text}\n```\n")
    command, = commands(tmp_path / "page.md")
    with pytest.raises((AssertionError, KeyError, InputError, click.ClickException)):
        check(command)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text().split()) < 770
