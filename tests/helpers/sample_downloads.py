"""A manifest of Flickr's videos, and their download."""

from click.testing import CliRunner
from flickr_server import size

from scenegan.commands.cli import main
from scenegan.data.collect.download import download
from scenegan.data.collect.download_log import read_journal
from scenegan.data.collect.manifest import Video, add_videos
from scenegan.data.collect.transfer import Limits

HASTY = Limits(timeouts=(3, 3), window=3, slowest=2000, waits=(0.02,), resolving=20)


def note(folder, *numbers, **facts):
    """A manifest of Flickr's videos."""
    add_videos(folder, [Video(id=f"flickr-{number}", site="flickr", title=f"Title {number}",
                              group="g", **facts) for number in numbers])


def offer(server, number, *answers):
    """Let Flickr list a rendition for each answer, the smallest first."""
    server.sizes[number] = []
    for place, answer in enumerate(answers):
        path = f"/{number}-{place}.mp4"
        server.files[path] = answer
        server.sizes[number].append(size(f"{360 + place}p", server.url + path, 360 + place))


def run(*arguments):
    return CliRunner().invoke(main, ["data", "download", *map(str, arguments)])


def get(folder, **options):
    return download(folder, 45, **{"limits": HASTY, "workers": 2, **options})


def skipped(folder, number=1):
    """(reason, whether it is permanent) of a video that was skipped."""
    assert not list((folder / "videos").iterdir())
    entry = read_journal(folder)[f"flickr-{number}"]
    assert entry.status == "skipped"
    return entry.reason, entry.permanent
