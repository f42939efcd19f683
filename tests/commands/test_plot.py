"""`scenegan train plot` as people call it."""

import pytest
from click.testing import CliRunner
from PIL import Image
from train_command import refused

from scenegan.commands.cli import main
from scenegan.training.run import curves


@pytest.fixture
def run(tmp_path):
    """The part of a run that is drawn: logs of a few steps, by hand."""
    stage = tmp_path / "run" / "stage1"
    stage.mkdir(parents=True)
    (stage / "log.csv").write_text(
        "step,adversarial,discriminator,content,energy,generator_gradient\n"
        "20,0.5,0.4,0.05,0.01,3\n40,0.4,0.3,0.04,0.009,2\n")
    (stage / "validation.csv").write_text(
        "step,adversarial,discriminator,content,motion,variety\n40,0.45,0.35,0.05,1,0.5\n")
    return tmp_path / "run"


def test_plot_draws_a_run(run):
    pytest.importorskip("matplotlib")
    result = CliRunner().invoke(main, ["train", "plot", str(run)])
    assert result.exit_code == 0, result.output
    with Image.open(run / "curves.png") as image:
        assert image.height > 200


def test_plot_draws_lines_for_training_and_dots_for_validation(run):
    figure = pytest.importorskip("matplotlib.figure").Figure()
    axes = figure.subplots(1, curves.COLUMNS)
    logs = (curves.read(run / "stage1" / name) for name in ("log.csv", "validation.csv"))
    curves.draw_stage(axes, "stage1", *logs)
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes[0].lines}
    assert drawn == {"generator": [0.5, 0.4], "generator, validation": [0.45],
                     "discriminator": [0.4, 0.3], "discriminator, validation": [0.35]}


def test_plot_draws_every_term_of_the_loss(run):
    """Of whatever networks: velocities, displacements or published ones."""
    axes = pytest.importorskip("matplotlib.figure").Figure().subplots(1, curves.COLUMNS)
    terms = {"flow": [0.5], "first_frame": [0.4], "reconstruction": [0.3], "content": [0.2]}
    curves.draw_stage(axes, "stage1", {"step": [20]} | terms, {})
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes[1].lines}
    assert drawn == {name.replace("_", " "): values for name, values in terms.items()}


def test_plot_without_a_log(tmp_path):
    code, line = refused("plot", str(tmp_path))
    assert code == 1 and "log.csv" in line


def test_plot_leaves_out_a_line_that_is_being_written(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("step,adversarial\n20,0.5\n40,0.4\n60,0.")
    assert curves.read(log) == {"step": [20, 40], "adversarial": [0.5, 0.4]}


@pytest.mark.parametrize(("log", "out", "says"), [
    (b"\xff\xfe\x00", "curves.png", "CSV file of numbers"),
    (b"step,adversarial\n20,none\n", "curves.png", "CSV file of numbers"),
    (b"step,adversarial\n20,0.5\n", "curves.txt", "must end in .png"),
    (b"step,adversarial\n20,0.5\n", "gone/curves.png", "gone/curves.png")])
def test_plot_says_in_one_line_what_is_wrong(tmp_path, log, out, says):
    (tmp_path / "stage1").mkdir()
    (tmp_path / "stage1" / "log.csv").write_bytes(log)
    code, line = refused("plot", str(tmp_path), "--out", str(tmp_path / out))
    assert code == 1 and says in line
