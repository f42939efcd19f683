"""Where networks are: those that ship with scenegan, by name, and others by their paths."""

import os
from itertools import chain
from pathlib import Path

from scenegan.errors import InputError
from scenegan.presets import SHIPPED

SEGMENTER_FILE = "segmenter.keras"     # in checkpoints/, as the next
ENCODER_FILE = "encoder.npz"           # the segmenter's encoder as ImageNet taught it


def shipped(name=None):
    """Path of a generator that ships with scenegan.

    Args:
        name: Key of SHIPPED. None: the largest RGB one.

    Raises:
        InputError: If it is not there.
    """
    return _shipped_file([SHIPPED[name] for name in ([name] if name else SHIPPED)],
                         "Train one with train_stage.py and name it with --checkpoint.")


def shipped_segmenter():
    """Path of the segmenter that ships with scenegan; InputError if it is not there."""
    return _shipped_file([SEGMENTER_FILE], "Train one: scenegan train segmenter --data FOLDER.")


def shipped_encoder():
    """Path of ImageNet's encoder that ships with scenegan; InputError if it is not there."""
    return _shipped_file([ENCODER_FILE], "Write it with checkpoints/convert_encoder.py, or begin "
                                         "with a segmenter: --from FILE.")


def find(name=None):
    """Path of a generator, from what a person calls it.

    Args:
        name: A path, or a key of SHIPPED (a file of that name comes first). None: the shipped one.

    Raises:
        InputError: If there is none.
    """
    if name is None:
        return shipped()
    if str(name) in SHIPPED and not Path(name).is_file():
        return shipped(str(name))
    if not os.path.lexists(name):
        raise InputError(f"'{name}' does not exist. Name a .keras or .onnx file, such as "
                         "runs/x/stage2.keras, or one that ships with scenegan: "
                         f"{', '.join(SHIPPED)}.")
    return Path(name)


def find_animating(name=None):
    """Path of the generator that animates, from what a person calls it.

    As `find`, but of a generator that ships its `.onnx` file, where there is one.
    """
    path = find(name)
    light = path.with_suffix(".onnx")
    is_name = name is None or (str(name) in SHIPPED and not Path(name).is_file())
    return light if is_name and light.is_file() else path


def segmenters(generator):
    """Iterate the paths where a generator's segmenter may be, the one to take first, first."""
    for folder in chain([Path(generator).parent], _shipped_folders()):
        yield folder / Path(SEGMENTER_FILE).with_suffix(".onnx")
        yield folder / SEGMENTER_FILE


def ships(path):
    """Whether a path is in one of the folders of what ships with scenegan."""
    path = Path(path).resolve()
    return any(folder.resolve() in path.parents for folder in _shipped_folders())


def find_run(name):
    """Folder of a run, from what a person calls it: a path, or 'checkpoints' for the shipped one.

    A folder of that name comes first. What belongs to the shipped one may follow, as in
    'checkpoints/gray'.
    """
    first, *inner = Path(name).parts or ("",)
    if first != "checkpoints" or Path(name).exists():
        return Path(name)
    folders = (folder.joinpath(*inner) for folder in _shipped_folders())
    return next((folder for folder in folders if folder.is_dir()), Path(name))


def _shipped_file(files, advice):
    """Path of the first file that is there, by its name in checkpoints/."""
    for file in files:
        for folder in _shipped_folders():
            if (folder / file).is_file():
                return folder / file
    raise InputError(f"None of the folders {list(map(str, _shipped_folders()))} has the "
                     f"checkpoint. {advice}")


def _shipped_folders():
    """Iterate where the shipped networks may be: a clone, an environment, a person's packages."""
    yield Path(__file__).parents[2] / "checkpoints"
    import sysconfig  # reads a file: not if the clone has them
    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        yield Path(sysconfig.get_path("data", scheme)) / "share" / "scenegan" / "checkpoints"
