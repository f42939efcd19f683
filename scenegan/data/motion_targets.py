"""What a training needs to know of each clip beside its pixels: how it moves, what it shows.

A folder of clips holds it in `targets/`: for each shard two arrays with a row for each of its
clips, `clips-00000.motion-KEY.npy` (of `motion_type`) and `clips-00000.content-KEY.npy` (of
`content_type`); on FINE_GRID they are called motion160 and content160. The keys follow from the
clips and from the segmenter: of changed ones they are made again.
"""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenegan.data.clip_motion import GRID, ClipMotion, measure_motion
from scenegan.data.shards import open_shard
from scenegan.data.still_camera import rigid_speed, stands_still
from scenegan.data.store import TARGETS
from scenegan.files.atomic import replacing, writable_folder
from scenegan.files.locks import locked_folder
from scenegan.pixels import resize, to_channels
from scenegan.processes import map_in_processes
from scenegan.progress import progress_bar
from scenegan.scenery import CLASSES, TERMS

VERSION = 1                # to be raised when the same clips would give other targets
ADVICE = "Give fewer workers if memory is short; what is measured so far is kept."


def motion_type(grid):
    """The dtype of a clip's motion on a grid."""
    return np.dtype([("flow", "<f2", (*grid, TERMS, 2)),         # frame widths a frame
                     ("weight", "u1", grid),                     # 255: fully trusted
                     ("textured", "?", grid)])


def content_type(grid):
    """The dtype of what a clip shows on a grid."""
    return np.dtype([("probabilities", "u1", (*grid, len(CLASSES))),     # 255: certain
                     ("shares", "<f4", len(CLASSES)),     # of the picture, mean probabilities
                     ("rigid_speed", "<f4")])             # see `rigid_speed`


@dataclass(frozen=True)
class Target:
    """What is known of one clip, on a grid."""

    flow: np.ndarray           # float32 (*grid, TERMS, 2), frame widths a frame
    weight: np.ndarray         # float32 (*grid,), 0 to 1: how far the flow can be trusted
    probabilities: np.ndarray  # float32 (*grid, len(CLASSES))

    @classmethod
    def of(cls, motion, content):
        """The target of a row of `motion_type` and one of `content_type`."""
        return cls(motion["flow"].astype(np.float32), motion["weight"] / np.float32(255),
                   content["probabilities"] / np.float32(255))


class StoredTargets:
    """The targets of a folder of clips, measured and written where they are not there yet.

    Args:
        store: `ClipStore`.
        segment: Function from a photo, uint8 `(height, width, 3)`, RGB, to the probabilities of
            `scenery.CLASSES`, float `(rows, columns, len(CLASSES))` at any size.
        segmenter: Text that names the version of `segment`, such as a hash of its weights.
        grid: Rows and columns of the targets, see `clip_motion.grid_of`.
        workers: Processes that measure motion; by default one for each CPU.

    Attributes:
        still: bool `(clips,)`: where the camera stands still, see `stands_still`.
        segmenter: As given.

    Raises:
        InputError: If the folder cannot be written.
    """

    def __init__(self, store, segment, segmenter, grid=GRID, *, workers=None):
        self.segmenter = segmenter
        folder = writable_folder(store.folder / TARGETS)
        names = sorted(store.shards)
        with locked_folder(folder):                   # another training may measure just now
            files = _Files(folder, store.shards, segmenter, grid)
            self._motion = dict(zip(names, _measure_shards(store, files, names, workers),
                                    strict=True))
            self._content = dict(zip(names, _segment_shards(store, files, names, segment,
                                                            self._motion), strict=True))
        self._positions = [(record["shard"], record["index"]) for record in store.records]
        self.still = np.array([
            stands_still(content["rigid_speed"], record.get("camera_motion"), content["shares"])
            for record, content in zip(store.records, map(self._row, self._positions),
                                       strict=True)])

    def __getitem__(self, index):
        """The `Target` of one clip."""
        shard, row = self._positions[index]
        return Target.of(self._motion[shard][row], self._content[shard][row])

    def _row(self, position):
        return self._content[position[0]][position[1]]


class PaintedTargets:
    """The targets of `ProceduralClips`, each measured when it is first asked for, and kept.

    What they show is known; their camera stands still.
    """

    segmenter = None

    def __init__(self, store, grid=GRID):
        self.store, self.grid = store, grid
        self.still = np.ones(len(store), bool)
        self._rows = {}

    def __getitem__(self, index):
        """The `Target` of one clip."""
        if index not in self._rows:
            clip, = self.store.clips([index])
            shown = np.eye(len(CLASSES), dtype=np.float32)[self.store.classes(index)]
            motion = _motion_row(measure_motion(clip, self.grid))
            self._rows[index] = motion, _content_row(shown, motion)
        return Target.of(*self._rows[index])


@dataclass(frozen=True)
class _Files:
    """Where the targets of each shard are."""

    folder: Path
    shards: dict[str, np.ndarray]
    segmenter: str
    grid: tuple[int, int]

    def path(self, shard, kind):
        """The file of a kind, "motion" or "content"."""
        clips = self.shards[shard]
        digest = hashlib.sha256(repr((VERSION, clips.shape)).encode())
        digest.update(np.ascontiguousarray(clips[:, [0, len(clips[0]) // 2, -1]]))
        digest.update(self.segmenter.encode() if kind == "content" else b"")
        kind += "" if self.grid == GRID else str(self.grid[1])
        return self.folder / f"{shard.removesuffix('.npy')}.{kind}-{digest.hexdigest()[:12]}.npy"

    def read(self, path, dtype, count):
        """Map a file into memory, or None if it is missing or not whole."""
        with contextlib.suppress(OSError, ValueError):
            rows = np.load(path, mmap_mode="r")
            if rows.dtype == dtype and rows.shape == (count,):
                return rows
        return None

    def write(self, path, rows):
        """Write a file in place of those of the same shard with another key; map it."""
        with replacing(path) as part:
            np.save(part, rows)
        for old in self.folder.glob(f"{path.name.rpartition('-')[0]}-*.npy"):
            if old != path:
                old.unlink(missing_ok=True)
        return np.load(path, mmap_mode="r")


def _measure_shards(store, files, names, workers):
    """The rows of motion of each shard, a list; measured where they are missing."""
    paths = [files.path(name, "motion") for name in names]
    counts = [len(store.shards[name]) for name in names]
    rows_type = motion_type(files.grid)
    stored = [files.read(path, rows_type, count)
             for path, count in zip(paths, counts, strict=True)]
    tasks = [(store.folder / name, row, files.grid)
             for name, count, rows in zip(names, counts, stored, strict=True) if rows is None
             for row in range(count)]
    with _progress("Motion of clips", len(tasks)) as advance, \
            contextlib.closing(map_in_processes(_measure, tasks, workers, ADVICE)) as results:
        for position, (path, count) in enumerate(zip(paths, counts, strict=True)):
            if stored[position] is None:
                rows = np.empty(count, rows_type)
                for row in range(count):
                    rows[row] = next(results)
                    advance()
                stored[position] = files.write(path, rows)
    return stored


def _segment_shards(store, files, names, segment, motions):
    """The rows of content of each shard, a list; made where they are missing."""
    rows_type = content_type(files.grid)
    paths = [files.path(name, "content") for name in names]
    stored = [files.read(path, rows_type, len(store.shards[name]))
             for path, name in zip(paths, names, strict=True)]
    left = sum(len(store.shards[name])
               for name, rows in zip(names, stored, strict=True) if rows is None)
    with _progress("What clips show", left) as advance:
        for position, (path, name) in enumerate(zip(paths, names, strict=True)):
            if stored[position] is None:
                rows = np.empty(len(store.shards[name]), rows_type)
                for row, clip in enumerate(store.shards[name]):
                    rows[row] = _content_row(_segment_clip(clip, segment), motions[name][row])
                    advance()
                stored[position] = files.write(path, rows)
    return stored


@contextlib.contextmanager
def _progress(label, total):
    """A function to call with each clip that is done; it moves a bar, if there is anything."""
    with progress_bar(label) if total else contextlib.nullcontext() as bar:
        task = bar and bar.add_task("", total=total, note="")
        yield lambda: bar.update(task, advance=1)


def _measure(task):
    path, row, grid = task
    return _motion_row(measure_motion(open_shard(path)[row], grid))


def _motion_row(motion: ClipMotion):
    """A row of `motion_type`."""
    return np.array((motion.flow, np.rint(255 * motion.weight), motion.textured),
                    motion_type(motion.weight.shape))


def _segment_clip(clip, segment):
    """The probabilities of the classes in a clip, the mean of two of its frames."""
    return np.mean([np.asarray(segment(to_channels(frame, 3)), np.float32)
                    for frame in clip[[0, len(clip) // 2]]], axis=0)


def _content_row(probabilities, motion):
    """A row of `content_type`, from probabilities at any size and a row of `motion_type`."""
    grid = motion["weight"].shape
    probabilities = np.clip(resize(probabilities, *grid), 0, 1)
    return np.array((np.rint(255 * probabilities), probabilities.mean((0, 1)),
                     rigid_speed(motion["flow"], motion["textured"], probabilities)),
                    content_type(grid))
