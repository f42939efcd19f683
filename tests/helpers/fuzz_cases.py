"""Malformed videos, files of scenegan's own and command lines; see fuzz_photos for photos."""

import functools
import io
import json
import pickle
import tempfile
import time
import zipfile
from pathlib import Path

import click
import cv2
import numpy as np
from fuzz_photos import NAMES, SPECIAL_FILES, mutate, photo_cases, whole_photos
from sample_clips import VIDEO_LINES, record, write_clips
from sample_videos import panning, write_video

from scenegan.commands.cli import COMMANDS, main, one_line_errors
from scenegan.media.photos import read_photo

ROOT = Path(__file__).parents[2]
ANIMATE = ["animate", "--size", "32x32", "--seconds", "0.2", "--fps", "5", "--out", "out.gif"]
CLIPS = ["data", "clips", "--size", "32x18", "--frames", "8", "--max-camera-motion", "inf",
         "--workers", "1", "--out", "out"]
VALUES = ("", "-1", "nan", "inf", "1e999", "9" * 40, "x", "0x10", "1,5", "٣", "--", "a\nb", "🌊",
          "../..", "1e-320", "%s", "\udcff")
IDS = ("../../etc/passwd", "/etc/passwd", "a/b", "..", "", "x" * 99, "a\\u0000b", "con\\n", "é")


def cases(kind, count, seed=0):
    """Yield (name, function of a folder that gives the arguments of a command).

    Args:
        kind: "photos" (to be animated), "photo files" (to be read alone), "videos", "files"
            (checkpoints, states, manifests, shards, configurations) or "lines" (commands).
        count: Of cases.
        seed: Of all that is random in them.
    """
    return {"photos": functools.partial(_photos, ANIMATE),
            "photo files": functools.partial(_photos, ["fuzz_cases:read"]),
            "videos": _videos, "files": _files, "lines": _lines}[kind](count, seed)


def _photos(command, count, seed):
    for name, make in photo_cases(count, seed):
        yield name, functools.partial(_with_file, command, make)


def _with_file(command, make, folder):
    return [*command, make(folder)]


def _writer(name, content):
    def make(folder):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"./{name}" if name.startswith("-") else name
    return make


@functools.cache
def _whole_videos():
    """Dict from a suffix to a video of that container."""
    frames, found = panning(0, 40), {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix, code in {"mp4": "mp4v", "avi": "MJPG", "mkv": "mp4v", "mov": "mp4v",
                             "webm": "VP80"}.items():
            path = Path(folder) / f"v.{suffix}"
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*code), 15, (64, 36))
            for frame in frames:
                writer.write(frame)
            writer.release()
            if path.exists() and path.stat().st_size:
                found[suffix] = path.read_bytes()
    return found


def _videos(count, seed):
    random, whole, photos = np.random.default_rng(seed), _whole_videos(), whole_photos()
    specials = [(name[:20], _writer(name.replace(".png", ".mp4"), whole["mp4"])) for name in NAMES]
    specials += [(f"{suffix} named mp4", _writer("photo.mp4", photos[suffix]))
                 for suffix in photos]
    specials += [(name, make) for name, make in SPECIAL_FILES.items()]
    specials += [(f"empty {place}", _writer("v.mp4", content)) for place, content in
                 enumerate((b"", b"\0", bytes(5000), b"no video\n" * 99, b"#EXTM3U\nfile:///etc/"
                            b"passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n"))]
    order = random.permutation(len(specials))
    chosen = [specials[place] for place in order[:count // 3]]
    kinds = list(whole)
    for number in range(count - len(chosen)):
        suffix = kinds[number % len(kinds)]
        way, content = mutate(whole[suffix], random)
        chosen.append((f"{number} {suffix} {way}", _writer(f"v.{suffix}", content)))
    for number, (name, make) in enumerate(chosen):
        command = CLIPS if number % 2 else ["data", "add", "--out", "out"]
        yield f"{command[1]} {name}", functools.partial(_with_file, command, make)


def _files(count, seed):
    random = np.random.default_rng(seed)
    kinds = [_checkpoint, _state, _manifest, _shard, _config]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield f"{number} {kind.__name__[1:]}", functools.partial(kind, random, number // len(kinds))


def _zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@functools.cache
def _checkpoints():
    """Files that are no generator, and some of them are dangerous."""
    code = {"module": "keras.layers", "class_name": "Lambda", "config": {
        "name": "x", "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}}}
    model = {"module": "keras", "class_name": "Functional", "registered_name": "Functional",
             "config": {"name": "m", "layers": [code | {"name": "x", "inbound_nodes": []}],
                        "input_layers": [], "output_layers": []}}
    named = {"module": "os", "class_name": "system", "config": {}, "registered_name": "system"}
    whole = {"metadata.json": '{"keras_version": "3.10.0"}', "config.json": json.dumps(model)}
    return [b"", b"text", pickle.dumps(print), b"\x89HDF\r\n\x1a\n" + bytes(99), _zipped(),
            _zipped(**whole), _zipped(**whole | {"config.json": json.dumps(named)}),
            _zipped(**whole | {"config.json": "[" * 100_000}),
            _zipped(**whole | {"config.json": bytes(300_000_000)}),
            _zipped(**whole | {"model.weights.h5": bytes(1_100_000_000)}),
            _zipped(**whole | {"../../escape.txt": "x"}), _zipped(**{"config.json": "{}"})]


def _checkpoint(random, number, folder):
    files = _checkpoints()
    content = files[number] if number < len(files) else mutate(
        (ROOT / "checkpoints" / "stage1.keras").read_bytes(), random)[1]
    (folder / "n.keras").write_bytes(content)
    (folder / "photo.png").write_bytes(whole_photos()["png"])
    return [*ANIMATE, "photo.png", "--checkpoint", "n.keras"]


@click.command()
@click.argument("path")
def load_state(path):
    """Load a training's state into three variables."""
    from types import SimpleNamespace

    from scenegan.training.run.states import load_state
    variables = [SimpleNamespace(shape=(4, 5), assign=lambda value: None) for _ in range(3)]
    with one_line_errors():
        load_state(path, {"generator": variables}, ("step",))


@click.command()
@click.argument("path")
def read(path):
    """Read a photo as `scenegan animate` does first."""
    with one_line_errors():
        read_photo(path)


@click.command()
def wait():
    """Hang."""
    time.sleep(3600)


def _state(random, number, folder):
    file = io.BytesIO()
    arrays = {f"generator/{place}": np.ones((4, 5), np.float32) for place in range(3)}
    special = [{"step": np.array(print, object)}, {"step": -1}, {"step": np.nan},
               {"generator/2": np.full((4, 5), np.nan)}, {"generator/2": np.ones((5, 4))},
               {"../../x": np.ones(3)}, {"bomb": np.zeros(60_000_000, np.uint8)}]
    extra = special[number] if number < len(special) else {}
    np.savez_compressed(file, **{"step": 3} | arrays | extra)
    content = file.getvalue() if extra else mutate(file.getvalue(), random)[1]
    (folder / "state-3.npz").write_bytes(content)
    return ["fuzz_cases:load_state", "state-3.npz"]


def _manifest(random, number, folder):
    write_video(folder / "v.mp4", panning(0, 20))
    line = {"id": "local-v", "site": "local", "title": "t", "group": "g",
            "file": str(folder / "v.mp4")}
    if number < len(IDS):
        text = json.dumps(line | {"id": IDS[number]}).encode() + b"\n"
    else:
        text = mutate((json.dumps(line) + "\n").encode(), random)[1]
    (folder / "in").mkdir()
    (folder / "in" / "manifest.jsonl").write_bytes(text)
    return [*CLIPS, "in"]


def _shard(random, number, folder):
    write_clips(folder / "in", [record(place) for place in range(10)], VIDEO_LINES)
    name = ("clips-00000.npy", "clips.jsonl", "videos.jsonl")[number % 3]
    path = folder / "in" / name
    path.write_bytes(mutate(path.read_bytes(), random)[1])
    return ["data", "report", "in", "--out", "out"]


def _config(random, number, folder):
    text = ("[stage]\nnumber = 1\nheight = 12\nwidth = 20\nframes = 8\n\n[run]\nsteps = 2\n"
            "batch_size = 2\n\n[loss]\ngenerator_steps = 1\n")
    lines = text.splitlines()
    if number < len(VALUES):
        place = [1, 2, 4, 7, 8, 11][number % 6]
        lines[place] = f"{lines[place].split('=')[0]}= {VALUES[number]}"
        content = "\n".join(lines).encode("utf-8", "surrogateescape")
    else:
        content = mutate(text.encode(), random)[1]
    (folder / "c.ini").write_bytes(content)
    return ["train", "--config", "c.ini", "--data", "nowhere", "--run", "out"]


def _lines(count, seed):
    """Command lines with an option that is none, or a value that none should take."""
    random = np.random.default_rng(seed)
    pairs = [(words, option) for words, command in _commands(main, []) for option in command.params
             if isinstance(option, click.Option) and not option.is_flag]
    for number in range(count):
        words, option = pairs[int(random.integers(len(pairs)))]
        value, how = str(random.choice(VALUES)), number % 4
        given = {0: [f"--{'x' * int(random.integers(1, 9))}"], 1: [option.opts[0]],
                 2: [option.opts[0], value], 3: [option.opts[0], value]}[how]
        # An argument that is not there ends whatever the option lets pass.
        line = [*words, *given] if words[0] == "train" else [*words, "gone", *given]
        yield " ".join(map(repr, line)), functools.partial(_as_they_are, line)


def _as_they_are(line, folder):
    return line


def _commands(group, before):
    """Pairs of the words that call a command and the command, without those that use a network."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        words = [*before, name]
        if isinstance(command, click.Group) and name in COMMANDS:
            yield from _commands(command, words)
        if words[-1] not in ("search", "download", "serve", "data", "train"):
            yield words, command
