"""Where an animation may be written, and what it replaces."""

import errno
import weakref

import numpy as np
import pytest
from sample_animations import clip, one_line

from scenegan.errors import InputError
from scenegan.media.animations import check_target, write_animation
from scenegan.media.formats import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_an_older_animation_is_replaced_whole(tmp_path, name):
    path = tmp_path / f"a{FORMATS[name].suffix}"
    write_animation(clip(frames=9), path, fps=10)
    write_animation(clip(frames=4), path, fps=10)
    assert list(tmp_path.iterdir()) == [path]
    if name == "png":
        assert len(list(path.iterdir())) == 4


@pytest.mark.parametrize("name", ["a.avi", "missing/a.gif", "folder.gif", "notes"])
def test_an_unusable_target_is_one_clear_line(tmp_path, name):
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("not to be lost")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="An animation") as error:
        write_animation(clip(), tmp_path / name, fps=10)
    assert one_line(error)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_format_and_a_suffix_must_agree(tmp_path):
    assert check_target(tmp_path / "A.GIF") == "gif"
    for format, ending in (("gif", ".gif"), ("png", "nothing")):
        with pytest.raises(InputError, match=f"{format} for '.*a.mp4'.* end in {ending}"):
            check_target(tmp_path / "a.mp4", format)


@pytest.mark.parametrize("name", ["gif", "mp4", "npy", "png", "webp"])
def test_a_full_disk_leaves_the_older_animation_and_nothing_else(tmp_path, name):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    path = tmp_path / f"a{FORMATS[name].suffix}"
    write_animation(clip(), path, fps=10)
    older = sorted(tmp_path.rglob("*"))
    noise = np.random.default_rng(0).integers(0, 255, (8, 200, 200, 3), np.uint8)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(OSError) as error:
            write_animation(noise, path, fps=10)
        told = name in ("gif", "mp4", "npy")          # Pillow and imageio tell no number
        assert not told or error.value.errno == errno.EFBIG
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert sorted(tmp_path.rglob("*")) == older


@pytest.mark.parametrize("frames", [
    clip().astype(np.float32), clip()[0], clip()[:0], clip()[..., :2]])
def test_frames_of_another_kind_are_refused(tmp_path, frames):
    with pytest.raises(ValueError, match="frames must be uint8"):
        write_animation(frames, tmp_path / "a.gif", fps=10)


class Lazy:
    """Frames that are made as they are asked for, and note how many were before the last write."""

    dtype = np.dtype(np.uint8)

    def __init__(self, frames, fail_at=None):
        self.frames, self.shape, self.fail_at = frames, frames.shape, fail_at
        self.held = []                                 # weak references to what was handed out

    def __iter__(self):
        for index, frame in enumerate(self.frames):
            if index == self.fail_at:
                raise InputError("no more")
            copy = frame.copy()
            self.held.append(weakref.ref(copy))
            yield copy
            del copy
            assert sum(held() is not None for held in self.held) <= 3


@pytest.mark.parametrize("name", ["a.mp4", "a.npy", "frames", "a.gif"])
def test_frames_are_written_one_by_one(tmp_path, name):
    write_animation(Lazy(clip(frames=12)), tmp_path / name, fps=10)
    write_animation(clip(frames=12), tmp_path / f"whole-{name}", fps=10)
    one, whole = tmp_path / name, tmp_path / f"whole-{name}"
    for file, other in [(one, whole)] if one.is_file() else zip(
            sorted(one.iterdir()), sorted(whole.iterdir()), strict=True):
        assert file.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("name", ["a.mp4", "a.npy", "frames", "a.gif", "a.webp"])
def test_frames_that_cannot_be_made_leave_nothing(tmp_path, name):
    with pytest.raises(InputError, match="no more"):
        write_animation(Lazy(clip(frames=12), fail_at=5), tmp_path / name, fps=10)
    assert list(tmp_path.iterdir()) == []
