"""Manifests of videos, and `scenegan data add`, called."""

from click.testing import CliRunner

from scenegan.commands.cli import main
from scenegan.data.collect.manifest import Video


def video(number=1, **changes):
    return Video(**{"id": f"flickr-{number}", "site": "flickr", "title": "Sea", "group": "g",
                    **changes})


def write_file(folder, number, body=b"video"):
    path = folder / "videos" / f"flickr-{number}.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    return path


def add(out, *arguments):
    return CliRunner().invoke(main, ["data", "add", *map(str, arguments), "--out", str(out)])


def error_line(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr
