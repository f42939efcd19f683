"""`scenegan evaluate` as people call it; its table, its folder and its one-line errors."""

import json
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from small_labels import write as write_labels
from tiny_stages import tiny_stage

from scenegan.commands.cli import main
from scenegan.data.procedural import ProceduralClips
from scenegan.data.store import ClipStore, ClipWriter
from scenegan.evaluation import comparison, labelled, output, table
from scenegan.evaluation.comparison import REAL, Result
from scenegan.evaluation.players import PAN, SHAKE, STILL
from scenegan.evaluation.scorecard import MEASURES

pytestmark = pytest.mark.slow          # Keras

COUNT = 16


def write_clips(place, shape=(8, 12, 20, 3), splits=("train", "validation"), groups=COUNT):
    """A folder of painted clips, the splits taking turns."""
    place.mkdir()
    frames, height, width, channels = shape
    scenes = ProceduralClips(COUNT, height=height, width=width, frames=frames, channels=channels)
    writer = ClipWriter(place)
    for index, clip in enumerate(scenes.clips(range(COUNT))):
        writer.add(clip, {
            "video": f"{index}.mp4", "group": str(index % groups), "start": 0.0, "fps": 15.0,
            "tags": [["sea", "sky"][index // 2 % 2]], "split": splits[index % len(splits)],
            "motion": 1.0})
    writer.close()
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a tiny checkpoint and tiny clips."""
    from scenegan.models.generator import build_generator
    place = tmp_path_factory.mktemp("place")
    first = build_generator(tiny_stage(1))
    first.save(place / "stage1.keras")
    write_clips(place / "clips")
    return place


def evaluate(place, *arguments, **changes):
    options = {"--checkpoint": place / "stage1.keras", "--data": place / "clips"} | changes
    words = [str(word) for pair in options.items() for word in pair] + list(map(str, arguments))
    return CliRunner().invoke(main, ["evaluate", *words])


def refused(place, *arguments, **changes):
    result = evaluate(place, *arguments, **changes)
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("Error: ")
    return result.stderr


def test_a_checkpoint_is_evaluated(place, tmp_path):
    out = tmp_path / "out"
    seed = 2 ** 64 - 1                                # the largest: libraries take 32 bits
    result = evaluate(place, "--quick", "--folds", 2, "--out", out, "--seed", seed)
    assert result.exit_code == 0, result.output
    assert f"8 validation clips of 8 groups, 20x12, seed {seed}." in result.stdout
    assert result.stdout.split("\n")[2].split()[5:9] == ["real", "clips", "|", "stage1.keras"]
    found = json.loads((out / output.FIGURES).read_text())
    assert found["measures"]["photo_psnr"]["figures"] == dict.fromkeys(
        (REAL, "stage1.keras", STILL, "cross-fade", "smooth warp", SHAKE, PAN), 99)
    assert STILL in found["measures"]["psnr_32"]["baselines_win"]
    assert table.FOOTNOTE in result.stdout and table.INTERVALS in result.stdout
    assert set(found["measures"]) == {row.key for rows in MEASURES.values() for row in rows}
    low, high = found["measures"]["energy"]["intervals"]["stage1.keras"]
    assert 0 < low < found["measures"]["energy"]["figures"]["stage1.keras"] < high
    assert found["clips_by_tag"] == {"sea": 4, "sky": 4} and found["settings"]["seed"] == seed
    assert Image.open(out / output.SHEET).width > 5 * 40
    assert {path.name for path in out.iterdir()} == {output.FIGURES, output.SHEET}


def test_quick_leaves_realism_out(place, tmp_path):
    clips = write_clips(tmp_path / "clips", groups=2)     # one to train, one to validate with
    result = evaluate(place, "--quick", "--no-baselines", "--out", tmp_path / "out",
                      **{"--data": clips})
    assert result.exit_code == 0, result.output
    assert "8 validation clips of 1 group, " in result.stdout and "[" not in result.stdout
    assert table.INTERVALS not in result.stdout
    found = json.loads((tmp_path / "out" / output.FIGURES).read_text())
    for row in MEASURES["realism"]:
        assert set(found["measures"][row.key]["figures"].values()) == {None}, row.key
        assert row.label not in result.stdout.replace("the same, with", "")
    assert "**realism**" not in result.stdout and "**flow**" in result.stdout


def test_realism_has_all_its_rows_but_for_pairs_of_one_place(place):
    from scenegan.checkpoints import load_generator
    settings = comparison.Settings(feature_steps=2, test=comparison.TestSettings(
        steps=2, folds=2, repeats=1), baselines=False)
    found = comparison.evaluate("it", load_generator(place / "stage1.keras"),
                             ClipStore(place / "clips"), settings)
    rows = {row.key for row in MEASURES["realism"]}
    assert rows <= found.figures["it"].keys()
    assert rows - found.figures[REAL].keys() == {row for row in rows if row.startswith("told")}
    assert {row for row in rows if row in found.intervals["it"]} == {
        "told_statistics", "told_statistics_pairs", "told_patterns", "told_patterns_pairs"}


def test_without_networks_statistics_alone_tell_also_of_references(place, tmp_path):
    others = [tmp_path / name / "stage1.keras" for name in ("mine", "yours")]
    for path in others:
        path.parent.mkdir()
        shutil.copy(place / "stage1.keras", path)
    result = evaluate(place, "--no-networks", "--no-baselines", "--folds", 2, "--repeats", 1,
                      "--out", tmp_path / "out", "--reference", others[0], "--reference", others[1])
    assert result.exit_code == 0, result.output
    measures = json.loads((tmp_path / "out" / output.FIGURES).read_text())["measures"]
    assert {"mine/stage1", "yours/stage1"} < measures["energy"]["figures"].keys()
    told = {row.key for row in MEASURES["realism"]
            if measures[row.key]["figures"]["stage1.keras"] is not None}
    assert told == {"told_statistics", "told_statistics_pairs", "told_patterns",
                    "told_patterns_pairs"}


def test_the_split_to_test_is_taken_where_asked_for(place, tmp_path):
    clips = write_clips(tmp_path / "clips", splits=("train", "test"))
    words = ("--quick", "--no-baselines", "--out", tmp_path / "out")
    assert "none of 16" in refused(place, *words, **{"--data": clips})
    result = evaluate(place, *words, "--split", "test", **{"--data": clips})
    assert "8 test clips of 8 groups" in result.stdout
    assert json.loads((tmp_path / "out" / output.FIGURES).read_text())["settings"][
        "split"] == "test"


def test_what_moves_on_labelled_photos(place, tmp_path):
    photos = write_labels(tmp_path / "scenes", {"a": ("test", ""), "b": ("test", "")})
    arguments = ["evaluate", "--checkpoint", str(place / "stage1.keras"), "--labels", str(photos),
                 "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "| labelled photos (2) " in result.stdout
    found = json.loads((tmp_path / "out" / output.FIGURES).read_text())
    assert found["data"] is None and found["labels"] == str(photos)
    assert set(found["labelled_photos"]["measures"]) == set(labelled.ROWS)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [output.FIGURES]
    (photos / "manifest.csv").write_text("id,suggested_split\na,train\n")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1 and "suggested_split 'test'. Received: none of 1" in result.stderr


def test_labelled_rows_that_a_still_or_a_shake_wins_are_marked():
    figures = {"it": (0.5, 0.4, 0.2), STILL: (1.0, np.nan, 0.0), SHAKE: (0.0, 1.0, 0.2),
               PAN: (0.0, 1.0, 0.1)}
    figures = {column: dict.fromkeys(labelled.ROWS, np.nan) | dict(zip(
        ("rigid_still", "rigid_speed", "fluid_speed"), values, strict=True))
        for column, values in figures.items()}
    found = labelled.LabelledResult(name="it", photos=9, figures=figures, intervals={"it": {
        "rigid_still": (0.25, 0.75)}})
    assert labelled.dull_wins(found) == {"rigid_still": [STILL], "fluid_speed": [SHAKE]}
    lines = labelled.as_table(found).splitlines()
    assert "0.5 [0.25, 0.75]" in lines[2] and "0.25 pixels*" in lines[2]
    assert lines[-1] == labelled.FOOTNOTE
    assert labelled.as_json(found)["measures"]["rigid_speed"]["figures"][STILL] is None


def test_what_cannot_be_evaluated_is_one_line(place, tmp_path):
    import keras
    inputs = keras.Input((4,))
    keras.Model(inputs, keras.layers.Dense(2)(inputs)).save(tmp_path / "dense.keras")
    out = ("--out", tmp_path / "out")
    assert "none.keras' does not exist" in refused(
        place, *out, **{"--checkpoint": tmp_path / "none.keras"})
    assert "must be a generator of scenegan" in refused(
        place, *out, **{"--checkpoint": tmp_path / "dense.keras"})
    assert "without it" in refused(place, *out, **{"--data": tmp_path})
    assert "A reference must take a photo" in refused(
        place, *out, "--reference", tmp_path / "dense.keras")
    assert "9 folds need clips of 9 groups of videos. Received: 8" in refused(
        place, *out, "--folds", 9)


@pytest.mark.parametrize(("changes", "says"), [
    ({"shape": (8, 10, 20, 3)}, "clips of at least 20x12. Received: 20x10"),
    ({"shape": (16, 12, 20, 3)}, "clips of 8 frames. Received: 16"),
    ({"splits": ("train",)}, "in the split 'validation'. Received: none of 16"),
    ({"splits": ("validation",)}, "in the split 'train'. Received: none of 16"),
    ({"groups": 2}, "3 folds need clips of 3 groups of videos. Received: 1"),
])
def test_clips_that_do_not_do_are_one_line(place, tmp_path, changes, says):
    clips = write_clips(tmp_path / "clips", **changes)
    assert says in refused(place, "--out", tmp_path / "out", **{"--data": clips})


def test_what_a_killed_evaluation_left_is_no_hindrance(tmp_path):
    for name in (".evaluation.part.json", ".sheet.part.png", "evaluation.json"):
        (tmp_path / name).touch()
    output.prepare(tmp_path)


def test_nothing_of_others_is_replaced(place, tmp_path):
    (tmp_path / "thesis.txt").touch()
    assert "holds 'thesis.txt'" in refused(place, "--out", tmp_path)
    assert "Received: the file" in refused(place, "--out", tmp_path / "thesis.txt")
    assert "can be written" in refused(place, "--out", "/proc/evaluation")


def result(**figures):
    """A result with figures for the real clips, the generator, a still copy and a shaken photo."""
    columns = {name: {key: values[place] for key, values in figures.items() if place < len(values)}
               for place, name in enumerate((REAL, "stage2", STILL, SHAKE))}
    clips = np.zeros((2, 8, 12, 20, 1), np.uint8)
    return Result(name="stage2", figures=columns, accuracy={},
                  spread={"stage2": {"told_apart": 1.5}},
                  by_tag={name: {"sea": (0.5, 2)} for name in columns},
                  spectra={name: np.zeros(2) for name in columns},
                  clips=dict.fromkeys(columns, clips), groups=["a", "b"])


def test_measures_that_a_still_copy_wins_are_marked():
    found = result(psnr_8=(99, 20, 22), ssim_8=(1, 0.8, 0.7), energy=(2.0, 1.5, 0),
                   flicker=(0.1, 0.5, 0), energy_ratio=(1, 1.2, 0), told_apart=(50, 70, 90),
                   flow_direction=(0, 10, np.nan), photo_psnr=(99, 99, 99),
                   tremble=(0.2, 0.5, np.nan, 0.4))
    assert table.dull_wins(found) == {"psnr_8": [STILL], "flicker": [STILL], "photo_psnr": [STILL],
                                      "tremble": [SHAKE]}
    lines = table.as_table(found).splitlines()
    assert any(line.startswith("| frame 8 against the real one, PSNR, dB* ") for line in lines)
    cells = next(line for line in lines if "new network" in line).split("|")
    assert [cell.strip() for cell in cells[2:6]] == ["50", "50", "70 ± 1.5", "90"]
    assert lines[-1] == table.FOOTNOTE


def test_a_folder_is_written_with_what_has_no_value(tmp_path):
    output.prepare(tmp_path / "a" / "b")
    output.write(result(energy=(1, 1, np.nan)), {"seed": 0}, tmp_path / "a" / "b")
    found = json.loads((tmp_path / "a" / "b" / output.FIGURES).read_text())
    assert found["measures"]["energy"]["figures"][STILL] is None and found["seed"] == 0
    output.prepare(tmp_path / "a" / "b")
