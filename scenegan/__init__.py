"""scenegan: one photo of scenery in, a short animation out.

`import scenegan` is cheap: Keras is imported by the first function that needs it. As soon as
Keras is imported, by whomever, the layers of scenegan are registered with it, so that
`keras.saving.load_model` reads the checkpoints.
"""

import importlib

import wrapt

__version__ = "0.1.0"

wrapt.register_post_import_hook(lambda _: importlib.import_module("scenegan.models"), "keras")


def animate(photo, seed=None, **options):
    """Animate one photo: an array. See `scenegan.animation.animate.animate`."""
    from scenegan.animation.animate import animate
    return animate(photo, seed=seed, **options)


def frames(photo, seed=None, **options):
    """The same, frame by frame: an iterable. See `scenegan.animation.animate.frames`."""
    from scenegan.animation.animate import frames
    return frames(photo, seed=seed, **options)


def load_generator(path=None):
    """Load a stage's generator. See `scenegan.checkpoints.load_generator`."""
    from scenegan.checkpoints import load_generator
    return load_generator(path)
