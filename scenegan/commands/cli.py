"""The command line: one click command a file, imported only when it is called.

A command raises InputError (or lets an OSError pass) and never catches either: the group
prints them as one line and exits with status 1.
"""

import codecs
import errno
import importlib
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import click

from scenegan import __version__
from scenegan.commands.options import HELP
from scenegan.errors import InputError
from scenegan.extras import missing, need
from scenegan.files.atomic import FULL
from scenegan.quiet import quiet_stderr

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")    # read when TensorFlow is imported

# Name of a command: (its module, what `scenegan --help` says). The function has the same name.
COMMANDS = {
    "animate": ("scenegan.commands.animate", "Turn photos into short animations."),
    "classify": ("scenegan.commands.classify", "Recognise tags by a discriminator's features."),
    "data": ("scenegan.commands.data", "Make clips for training from videos."),
    "evaluate": ("scenegan.commands.evaluate", "Measure how good a trained generator is."),
    "generate": ("scenegan.commands.generate", "Make clips from noise, of a trained vgan."),
    "presets": ("scenegan.commands.presets", "List the models that can be trained."),
    "serve": ("scenegan.commands.serve", "Animate photos on a page in the browser."),
    "export": ("scenegan.commands.export", "Write networks for other runtimes."),
    "train": ("scenegan.commands.train", "Train one stage of the GAN."),
}


class Ended(KeyboardInterrupt):
    """Ctrl-C's exception, raised for another signal, whose `number` it has."""

    def __init__(self, number):
        super().__init__()
        self.number = number


@contextmanager
def interrupts():
    """Take SIGTERM and SIGHUP (a closed terminal) as Ctrl-C, so that nothing half done is left.

    A signal that is ignored, as by nohup, or that has a handler, stays as it is.
    """
    def end(number, _):
        raise Ended(number)
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []                                  # only there handlers can be set
    numbers = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def one_line_errors():
    """Turn what goes wrong into one line on stderr and an exit status.

    That is 1, or as shells have it 128 and the number of the signal that interrupted.
    """
    try:
        yield
    except InputError as error:
        _fail(error)
    except KeyboardInterrupt as error:
        click.echo("Interrupted.", err=True)
        raise click.exceptions.Exit(128 + getattr(error, "number", signal.SIGINT)) from None
    except ModuleNotFoundError as error:
        if missing(error) is None:
            raise
        _fail(missing(error))
    except OSError as error:
        if error.errno == errno.EPIPE:                # the reader has left: click knows what to do
            raise
        if error.errno in FULL:
            reason = "" if error.errno == errno.ENOSPC else f" ({error.strerror})"
            _fail(f"There is no room left on the disk{reason}. Make room and give the same command "
                  "again.")
        where = f": '{error.filename}'" if error.filename else ""
        _fail(f"{error.strerror}{where}." if error.strerror else error)


def echo_error(error):
    """Print an error as one line on stderr."""
    click.echo(f"Error: {' '.join(str(error).split())}", err=True)


def _fail(error):
    echo_error(error)
    raise click.exceptions.Exit(1) from None


def need_keras():
    """Raise InputError, before anything is read or begun, where Keras is not installed."""
    need("keras")
    need(os.environ.get("KERAS_BACKEND", ""))


def import_keras():
    """Import Keras without what TensorFlow's native code tells stderr, whatever the log level.

    Raises:
        InputError: If the backend that KERAS_BACKEND names is none, or is not installed.
    """
    try:
        with quiet_stderr():
            import keras
            import numpy as np
            keras.saving.serialize_keras_object(np.float32(0))   # with JAX imports TensorFlow
        return keras
    except (ImportError, ValueError) as error:
        if missing(error):
            raise InputError(missing(error)) from error
        backend = os.environ.get("KERAS_BACKEND", "tensorflow")
        raise InputError("Keras needs a backend that is installed, tensorflow, jax or torch. "
                         f"Received: {backend} ({error}). Install it or set KERAS_BACKEND."
                         ) from error


def print_any_name():
    """Let stdout take names of files that are no text in its encoding.

    Bytes of a name that are no UTF-8 are printed as they are, other signs as `\\xNN`. A stdout
    that has been given another way to treat them keeps it.
    """
    codecs.register_error("names", _encode_name)
    if getattr(sys.stdout, "errors", None) == "strict" and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="names")


def _encode_name(error):
    """Handler of an encoding error, see `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign = ord(error.object[error.start])
    if 0xDC80 <= sign <= 0xDCFF:                      # a byte that Python could not decode
        return bytes([sign - 0xDC00]), error.start + 1
    return codecs.backslashreplace_errors(UnicodeEncodeError(
        error.encoding, error.object, error.start, error.start + 1, error.reason))


class LazyGroup(click.Group):
    """A group that imports a command when it is called, not when it is listed."""

    def __init__(self, *args, table, **options):
        super().__init__(*args, **options)
        self.table = table

    def list_commands(self, ctx):
        return sorted(self.table)

    def get_command(self, ctx, cmd_name):
        if cmd_name not in self.table:
            return None
        module = self.table[cmd_name][0]
        return getattr(importlib.import_module(module), module.rpartition(".")[2])

    def format_commands(self, ctx, formatter):
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name][1]) for name in sorted(self.table)])

    def main(self, *args, **options):
        print_any_name()
        return super().main(*args, **options)

    def invoke(self, ctx):
        with one_line_errors(), interrupts():
            return super().invoke(ctx)


@click.group(cls=LazyGroup, table=COMMANDS, context_settings=HELP)
@click.version_option(__version__, package_name="scenegan", prog_name="scenegan")
def main():
    """One photo of scenery in, a short animation out."""


def run(name):
    """Run one command as a program of its own, such as `animate.py`.

    Args:
        name: Key of COMMANDS. Usage lines show the program's name in its place.
    """
    program = Path(sys.argv[0]).name
    LazyGroup(table={program: COMMANDS[name]}, context_settings=HELP).main(
        [program, *sys.argv[1:]], prog_name="")
