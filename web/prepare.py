"""Write into web/prepared/ what web/build.mjs needs of Python: numbers, networks and examples.

python web/prepare.py [--generator FILE.onnx] [--segmenter FILE.onnx] [--examples FOLDER]
"""

import json
import shutil
import tempfile
from pathlib import Path

import click
import numpy as np

from scenegan.commands.cli import one_line_errors
from scenegan.errors import InputError

HERE = Path(__file__).parent
WIDTH = 960                                  # pixels of an example's longer side
DROPPED = 3                                  # binary digits of a float16 weight
FORMATS = ["mp4", "webm", "gif", "webp"]     # that web/src/film.js writes


@click.command()
@click.option("--generator", type=click.Path(path_type=Path), metavar="FILE",
              help="A generator, .keras or .onnx. Default: the shipped one.")
@click.option("--segmenter", type=click.Path(path_type=Path), metavar="FILE",
              help="The same. Default: the one beside the generator.")
@click.option("--examples", type=click.Path(path_type=Path), default=HERE.parent / "examples")
@click.option("--out", type=click.Path(path_type=Path), default=HERE / "prepared")
def main(generator, segmenter, examples, out):
    """Prepare the build of the page without a server."""
    with one_line_errors():
        prepare(generator, segmenter, examples, out)


def prepare(generator, segmenter, examples, out):
    """Write the folder anew.

    Raises:
        InputError: If a network is missing, or not of the kind that is needed.
    """
    from scenegan.animation.segmentation import LOOKS, SMALLEST_SIDE
    from scenegan.checkpoints import find
    from scenegan.scenery import CLASSES, STRIDE
    from scenegan.serve.numbers import javascript
    from scenegan.serve.server import LARGEST_PHOTO
    from scenegan.serve.studio import PIXELS
    generator = Path(find(generator))
    segmenter = segmenter or generator.with_name(f"segmenter{generator.suffix}")
    with tempfile.TemporaryDirectory() as folder:
        networks = [exported(path, Path(folder)) for path in (generator, segmenter)]
        size = network_size(networks[0])
        shutil.rmtree(out, ignore_errors=True)
        (out / "examples").mkdir(parents=True)
        for path, name in zip(networks, ("generator.onnx", "segmenter.onnx"), strict=True):
            (out / name).write_bytes(rounded(path))
    photos = sorted(examples.glob("*.jpg"))
    for photo in photos:
        shrink(photo, out / "examples" / photo.name)
    (out / "numbers.js").write_text(javascript(
        CLASSES=len(CLASSES), LOOKS=LOOKS, SMALLEST_SIDE=SMALLEST_SIDE, STRIDE=STRIDE))
    (out / "about.json").write_text(json.dumps({
        "examples": [photo.name for photo in photos], "formats": FORMATS, "network": size,
        "photoBytes": LARGEST_PHOTO, "photoPixels": PIXELS, "channels": size["channels"]}))


def exported(path, folder):
    """A network's .onnx file: itself, the one beside it, or one that is written into a folder."""
    light = path.with_suffix(".onnx")
    if light.is_file():
        return light
    from scenegan.commands.cli import import_keras
    import_keras()
    from scenegan.export.formats import write
    from scenegan.export.networks import prepare as prepared
    write(prepared(path), folder / light.name, "onnx")
    return folder / light.name


def shrink(photo, target):
    """Write an example as large as the page shows it."""
    from PIL import Image
    with Image.open(photo) as image:
        image.thumbnail((WIDTH, WIDTH))
        image.save(target, quality=85)


def rounded(path):
    """A network's bytes with float16 weights of as many digits as bfloat16 has.

    Compressed for the way to a browser it takes 15 % less.
    """
    import onnx
    from onnx import numpy_helper

    from scenegan.export.onnx_graph import halve
    model = onnx.load(path)
    halve(model)
    for weights in model.graph.initializer:
        if weights.data_type == onnx.TensorProto.FLOAT16:
            bits = numpy_helper.to_array(weights).view(np.uint16).astype(np.uint32)
            bits = (bits + (1 << DROPPED - 1)) >> DROPPED << DROPPED
            weights.CopyFrom(numpy_helper.from_array(bits.astype(np.uint16).view(np.float16),
                                                     weights.name))
    return model.SerializeToString()


def network_size(path):
    """Height, width, channels and frames of an exported velocity generator.

    Raises:
        InputError: If it is another network.
    """
    import onnxruntime
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        about = session.get_modelmeta().custom_metadata_map
    except Exception as error:                        # ONNX Runtime has a dozen kinds
        raise InputError(f"The page needs a network that scenegan export wrote. Received: '{path}' "
                         f"({str(error)[:120]}).") from error
    if about.get("kind") != "velocity":
        raise InputError("The page needs a generator that tells velocities. Received: "
                         f"'{path}', which is another network. Name one with --generator.")
    return {name: int(about[name]) for name in ("height", "width", "channels", "frames")}


if __name__ == "__main__":
    main()
