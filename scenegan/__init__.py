"""One photo of scenery in, a short animation out.

`import scenegan` is cheap: Keras is imported by the first function that needs it. As soon as
Keras is imported, by whomever, the layers of scenegan are registered with it, so that
`keras.saving.load_model` reads the checkpoints.
"""

import importlib
from typing import TYPE_CHECKING

from scenegan.after_import import after_import

if TYPE_CHECKING:
    from scenegan.animation.animate import animate, frames
    from scenegan.checkpoints import load_generator

__all__ = ["animate", "frames", "load_generator"]
__version__ = "0.1.0"

# Public functions and their modules, each imported when it is first asked for.
_MODULES = {"animate": "scenegan.animation.animate", "frames": "scenegan.animation.animate",
            "load_generator": "scenegan.checkpoints"}

after_import("keras", lambda: importlib.import_module("scenegan.models"))


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})            # so that help(scenegan) shows them
