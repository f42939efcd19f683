"""The commands that `kills.py` kills: what each one needs, and where its files are."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

TRAIN = """
import sys
from tiny_stages import train_tiny
from scenegan.data.procedural import ProceduralClips
clips = ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)
train_tiny(1, sys.argv[1], clips, steps=60, save_every=3, validate_every=10)
"""
DOWNLOAD = """
import sys, flickrapi
from scenegan.data.collect import flickr_api
flickrapi.FlickrAPI.REST_URL, flickr_api.REQUESTS_AN_HOUR = sys.argv.pop(1), 1e9
from scenegan.commands.cli import main
main()
"""


@dataclass(frozen=True)
class Activity:
    """A command that is killed.

    Attributes:
        prepare: Context manager of a folder that gives the command as words.
        signs: Patterns of files in the folder, one of which is drawn for each kill; "": none. See
            `kill_once`.
        result: Folder in which its outputs are.
    """

    prepare: object
    signs: tuple
    result: str


@contextlib.contextmanager
def training(folder):
    yield [sys.executable, "-c", TRAIN, str(folder / "run")]


@contextlib.contextmanager
def cut(folder):
    write_videos(folder / "videos", 12, 150)
    yield [sys.executable, "-m", "scenegan", "data", "clips", str(folder / "videos"), "--size",
           "64x36", "--max-camera-motion", "inf", "--workers", "2", "--out", str(folder / "clips")]


@contextlib.contextmanager
def download(folder):
    import flickr_server
    from sample_downloads import note, offer
    write_videos(folder / "videos", 12, 60)
    with flickr_server.serve() as server:
        note(folder / "sea", *range(12))
        for number in range(12):
            body = (folder / "videos" / f"{number}.mp4").read_bytes()
            offer(server, number, flickr_server.slow(body, 0.3))
        os.environ |= {"FLICKR_API_KEY": flickr_server.KEY,
                       "FLICKR_API_SECRET": flickr_server.SECRET}
        yield [sys.executable, "-c", DOWNLOAD, server.rest, "data", "download",
               str(folder / "sea")]


@contextlib.contextmanager
def animations(folder):
    from PIL import Image
    (folder / "photos").mkdir(exist_ok=True)
    for number in range(8):
        Image.linear_gradient("L").convert("RGB").rotate(45 * number).save(
            folder / "photos" / f"{number}.png")
    yield [sys.executable, str(ROOT / "animate.py"), str(folder / "photos"), "--size", "64",
           "--seconds", "1", "--format", "gif", "--overwrite", "--out", str(folder / "moving")]


@contextlib.contextmanager
def export(folder):
    (folder / "exported").mkdir(exist_ok=True)
    yield [sys.executable, "-m", "scenegan", "export", str(ROOT / "checkpoints" / "stage2.keras"),
           "--overwrite", "--out", str(folder / "exported" / "stage2.onnx")]


ACTIVITIES = {"training": Activity(training, ("", "run/stage1/.state-*", "run/stage1/state-*.npz",
                                              "run/stage1/samples/.*", "run/.stage1.*"), "run"),
              "cut": Activity(cut, ("", ".clips.parts/*.json"), "clips"),
              "download": Activity(download, ("", "sea/videos/*.mp4"), "sea"),
              "export": Activity(export, ("", "", "exported/.*"), "exported"),
              "animations": Activity(animations, ("", "moving/*.gif", "moving/.*"), "moving")}


def write_videos(folder, count, frames):
    from sample_videos import panning, write_video
    if not folder.exists():
        folder.mkdir()
        for number in range(count):
            write_video(folder / f"{number}.mp4", panning(number, frames))
