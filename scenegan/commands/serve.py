"""`scenegan serve`: the page on which photos are animated."""

import contextlib
import errno
import sysconfig
import webbrowser
from pathlib import Path

import click

from scenegan.commands.cli import import_keras
from scenegan.commands.options import HELP
from scenegan.errors import InputError
from scenegan.presets import SHIPPED

PORT = 8765


@click.command(context_settings=HELP)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
              metavar="N", help="0 for one that is free.")
@click.option("--checkpoint", type=click.Path(), metavar="FILE",
              help="Generator to use: a .keras or .onnx file, or one that ships with scenegan: "
                   f"{', '.join(SHIPPED)}. Default: {next(iter(SHIPPED))}.")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
def serve(port, checkpoint, browser):
    """Animate photos on a page in the browser, on this machine alone. Ctrl-C ends it."""
    from scenegan.animation.predictors import find_checked
    path = find_checked(checkpoint)
    server = _server(port, path)
    click.echo(f"The page is at {server.address} (Ctrl-C ends it)")
    if browser:
        webbrowser.open(server.address)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.2)
    click.echo("Ended.")


def _server(port, path):
    """A `Server` that has loaded its network; the port is asked for first, as it is quick."""
    from scenegan.serve.server import Server
    try:
        server = Server(None, port=port, examples=_examples())
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise InputError(f"Port {port} is taken or not allowed. Choose another one with --port, or "
                         "--port 0 for one that is free.") from None
    try:
        server.studio = _studio(path)
    except BaseException:
        server.server_close()
        raise
    return server


def _studio(path):
    from scenegan.animation.animate import load_predictor
    from scenegan.serve.studio import Studio
    click.echo("Loading the network ...", err=True)
    if Path(path).suffix.lower() != ".onnx":
        import_keras()
    return Studio(load_predictor(path))


def _examples():
    """Folder of the example photos: in a clone, or where they were installed; None of none."""
    folders = (Path(__file__).parents[2] / "examples",
               Path(sysconfig.get_path("data")) / "share" / "scenegan" / "examples")
    return next((folder for folder in folders if folder.is_dir()), None)
