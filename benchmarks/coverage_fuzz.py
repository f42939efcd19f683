"""Give the readers of files bytes that reach new lines of them, and count what they do not refuse.

    pip install atheris && python benchmarks/coverage_fuzz.py [--target photo] [--seconds 600]

atheris (libFuzzer for Python; it has wheels for Python 3.11 on Linux) mutates whole files and keeps
what reaches another branch of scenegan, Pillow, NumPy's readers, zipfile or configparser. Each
target is a process of its own. Right is a result or an `InputError`; anything else raised, over 60
seconds or 2 GB ends the target, whose input is left in --corpus for a test.
"""

import contextlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

INSTRUMENTED = ["scenegan", "PIL", "numpy.lib", "zipfile", "configparser", "json"]
FAULTS = ("crash", "timeout", "oom")
LINE = (b'{"id": "local-v", "site": "local", "title": "t", "group": "g", "file": "/v.mp4", "tags": '
        b'["sea"], "licence": {"name": "cc-by", "url": null}, "seconds": 3.5}\n')
CLIP = (b'{"shard": "clips-00000.npy", "index": 0, "video": "0.mp4", "id": "id-0", "group": "0", '
        b'"tags": ["sea"], "start": 0.0, "shot": 0, "fps": 15.0, "motion": 0.5, "split": '
        b'"train"}\n')
EVENT = (b'{"id": "flickr-1", "status": "done", "file": "videos/flickr-1.mp4", "bytes": 5, '
         b'"sha256": "0f", "seconds": 3.5, "reason": null, "when": "2026-01-01T00:00:00+00:00"}\n')
CONFIG = (b"[stage]\nnumber = 1\nheight = 12\nwidth = 20\nframes = 8\nchannels = 3\n\n[run]\n"
          b"steps = 2\nbatch_size = 2\nloss = mse\nseed = 1\nprecision = float32\ntensorboard = "
          b"no\n\n[augmentation]\ncrop = 0.8\nflip = yes\n\n[loss]\ngenerator_steps = 1\n\n"
          b"[weights]\ncontent = 20.0\n\n[began]\nclips = a\nfade_until = 0\n")


def photo(path):
    from scenegan.media.photos import read_photo
    pixels = read_photo(path)
    assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3


def manifest(path):
    from scenegan.data.collect.manifest import FILE, read_manifest, to_record
    path = path.rename(path.with_name(FILE))
    for video in read_manifest(path.parent).values():
        to_record(video)


def journal(path):
    from scenegan.data.collect.download_log import FILE, read_journal
    path.rename(path.with_name(FILE))
    read_journal(path.parent)


def clips(path):
    from scenegan.data.store import SPLITS, ClipStore
    path.rename(path.with_name("clips.jsonl"))
    (path.parent / "clips-00000.npy").write_bytes(shard_file())
    store = ClipStore(path.parent)
    for split in SPLITS:
        store.clips(store.indices(split))


def shard(path):
    from scenegan.data.store import ClipStore
    path.rename(path.with_name("clips-00000.npy"))
    (path.parent / "clips.jsonl").write_bytes(CLIP)
    ClipStore(path.parent).clips([0])


def config(path):
    from scenegan.training.run.config import describe, read
    describe({}, read(path))


def state(path):
    from scenegan.training.run.states import load_state
    variables = [SimpleNamespace(shape=(4, 5), assign=lambda value: None) for _ in range(3)]
    load_state(path, {"generator": variables}, ("step",))


def checkpoint(path):
    from scenegan.checkpoints.model_files import check_file
    check_file(path)


def shard_file():
    file = io.BytesIO()
    np.save(file, np.zeros((1, 2, 3, 4, 3), np.uint8))
    return file.getvalue()


def state_file(save):
    file = io.BytesIO()
    save(file, step=3, course=0, **{f"generator/{place}": np.ones((4, 5), np.float32)
                                    for place in range(3)})
    return file.getvalue()


def checkpoint_file():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(20))
    return file.getvalue()


def whole_photo_files():
    from fuzz_photos import whole_photos
    return whole_photos().values()


TARGETS = {photo: whole_photo_files, manifest: lambda: [LINE], journal: lambda: [EVENT],
           clips: lambda: [CLIP], shard: lambda: [shard_file()], config: lambda: [CONFIG],
           state: lambda: [state_file(np.savez), state_file(np.savez_compressed)],
           checkpoint: lambda: [checkpoint_file()]}
NAMES = {target.__name__: target for target in TARGETS}


def fuzz(name, arguments):
    """Fuzz one target in this process, which ends with it; `arguments` are libFuzzer's."""
    import atheris
    with atheris.instrument_imports(include=INSTRUMENTED):
        from scenegan.errors import InputError
        warm_up(name)

    def give(content):
        with tempfile.TemporaryDirectory(dir=shared_memory()) as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            with contextlib.suppress(InputError):
                NAMES[name](path)

    atheris.Setup([name, *arguments], give)
    atheris.Fuzz()


def warm_up(name):
    """Import what a target imports, by its whole files."""
    from PIL import Image
    Image.init()
    for content in TARGETS[NAMES[name]]():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            NAMES[name](path)


def shared_memory():
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def run(name, seconds, corpus):
    """A row of the table: what libFuzzer says at its end of a target in a process of its own."""
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(TARGETS[NAMES[name]]()):
        (folder / f"whole-{number}").write_bytes(content)
    done = subprocess.run(
        [sys.executable, __file__, "--target", name, "--inside", "--", str(folder),
         f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=2048", "-max_len=20000",
         f"-artifact_prefix={corpus}/{name}-", "-print_final_stats=1"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace", check=False)
    (corpus / f"{name}.log").write_text(done.stderr)
    stats = dict(line.removeprefix("stat::").split(":") for line in done.stderr.splitlines()
                 if line.startswith("stat::"))
    kept = len(list(folder.iterdir()))
    found = sum(len(list(corpus.glob(f"{name}-{fault}-*"))) for fault in FAULTS)
    return (f"| {name} | {int(stats.get('number_of_executed_units', 0)):,} | {kept} | {found} | "
            f"{stats.get('peak_rss_mb', '?').strip()} |")


@click.command(help=__doc__)
@click.option("--target", type=click.Choice(list(NAMES)), multiple=True, help="Default: all.")
@click.option("--seconds", default=600, show_default=True, help="For each target.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder to keep; default: none.")
@click.option("--inside", is_flag=True, hidden=True)
@click.argument("arguments", nargs=-1)
def main(target, seconds, corpus, inside, arguments):
    if inside:
        fuzz(target[0], list(arguments))
    with tempfile.TemporaryDirectory() as folder:
        click.echo("| reader | inputs | that reached something new | wrong | most, MB |\n"
                   "|---|---|---|---|---|")
        for name in target or NAMES:
            click.echo(run(name, seconds, corpus or Path(folder)))


if __name__ == "__main__":
    main()
