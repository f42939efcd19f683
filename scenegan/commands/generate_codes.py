"""Codes for an autoencoder to make clips of: drawn from a mixture that is kept beside it."""

from pathlib import Path

import click
import numpy as np

from scenegan.errors import InputError
from scenegan.progress import progress_bar

MIXTURE = "mixture.npz"      # in the folder of the stage: fitted where it is missing
AT_ONCE = 8                  # clips that are encoded together


def decoder_of(autoencoder):
    """The part of an autoencoder that makes a clip of a code, a Keras model."""
    return autoencoder.get_layer("vgan_generator")


def open_mixture(autoencoder, path, data=None):
    """The mixture of the codes of the clips that an autoencoder was trained on.

    It is read from a file beside the checkpoint; if that is missing, damaged or of other weights,
    or `data` is named, it is fitted and written.

    Args:
        autoencoder: Keras model from clip to clip, with a layer "code".
        path: Its `.keras` file.
        data: Folder of clips; None for those that the run's config.ini names.

    Raises:
        InputError: If there are no such clips, or scikit-learn is not installed.
    """
    from scenegan.evaluation import code_mixture
    from scenegan.training.run.folder import RunFolder
    spec, used = describe(path)
    size = autoencoder.get_layer("code").output.shape[-1]
    fingerprint = RunFolder(Path(path).parent, spec).fingerprint()
    kept = Path(path).with_suffix("") / MIXTURE
    mixture = None if data else code_mixture.load(kept, fingerprint, size)
    if mixture is None:
        from scenegan.extras import need
        need("sklearn")
        mixture = code_mixture.fit(encode(autoencoder, spec, data or used))
        code_mixture.save(mixture, kept, fingerprint)
        click.echo(f"Fitted a mixture of {len(mixture.shares)} normal distributions: {kept}")
    return mixture


def describe(path):
    """The stage that a checkpoint was trained as, and its clips, as its config.ini says."""
    from scenegan.training.run import config
    found = Path(path).with_suffix("") / "config.ini"
    if not found.is_file():
        raise InputError("An autoencoder makes clips of codes like those of its training, which "
                         f"'{found}' names. Received: '{path}' without it. Put that back.")
    spec, settings = config.describe({}, config.read(found))
    return spec, settings.data


def encode(autoencoder, spec, data):
    """Codes of the clips to train on, float32 `(n, numbers)`."""
    import keras

    from scenegan.commands.train import open_clips
    from scenegan.data.batches import whole_clips
    store = open_clips(data, spec)
    encoder = keras.Model(autoencoder.inputs[0], autoencoder.get_layer("code").output)
    indices = store.indices("train")
    if len(indices) < 2:
        raise InputError(f"A mixture needs two clips to train on. Received: {len(indices)} in "
                         f"'{data}'. Name others with --data.")
    codes = []
    with progress_bar("Encoding") as bar:
        task = bar.add_task("", total=len(indices), note="")
        for start in range(0, len(indices), AT_ONCE):
            clips = whole_clips(store, spec, indices[start:start + AT_ONCE])
            codes.append(np.asarray(encoder.predict_on_batch(clips)))
            bar.update(task, advance=len(clips))
    return np.concatenate(codes)
