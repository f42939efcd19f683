"""One video of another site: the format that suits, through yt-dlp."""

import contextlib
import os
import re
from dataclasses import replace

from scenegan.data.collect.licences import UNKNOWN
from scenegan.data.collect.manifest import disk_errors
from scenegan.data.collect.renditions import Rendition, in_order
from scenegan.data.collect.retries import Passing, Stopped, Trouble
from scenegan.data.collect.transfer import watched
from scenegan.data.collect.web_search import licence_of, open_yt_dlp, words
from scenegan.text import clean_text

GONE = re.compile(
    r"HTTP Error (404|410)|unsupported url|private video|video (is )?(unavailable|not available)"
    r"|no longer available|(been|was) (removed|deleted)|does not exist", re.IGNORECASE)
DISK = re.compile(r"unable to (?:write|open).*\[Errno (\d+)\]")


def fetch_web(video, part, least_side, limits, stop, report=None):
    """Download a video of the web.

    Args:
        video: `Video`.
        part: Path to write.
        least_side: Pixels that the shorter side should have at least; of what is large enough
            the smallest is taken.
        limits: `Limits`.
        stop: Event that ends the whole command.
        report: Function of the bytes that came since it was last called.

    Returns:
        (label of the rendition, the `Video` with what its page tells).

    Raises:
        Trouble: If it cannot be had.
        InputError: If the disk is full.
        Stopped: If `stop` is set.
    """
    loose = part.with_name(f"{part.name}.temp")       # yt-dlp renames a .part
    options = _options(loose, least_side, limits)
    patient = replace(limits, window=limits.resolving, slowest=1)
    page = watched(lambda cancel: _resolve(video, options, part.parent), part, patient, stop)
    watched(lambda cancel: _download(page, options, part.parent, cancel), loose, limits, stop,
            report)
    if not loose.exists():
        raise Trouble("no file: none came, or one that is too large", permanent=False)
    with disk_errors(part.parent):
        os.replace(loose, part)
    label = clean_text(page.get("format_note") or page.get("format_id") or "", 40)
    licence = licence_of(page)
    return label, video if licence["name"] == UNKNOWN else replace(video, licence=licence)


def _options(path, least_side, limits):
    return {
        "format": lambda context: best_format(context["formats"], least_side), "nopart": True,
        "continuedl": False, "overwrites": True, "updatetime": False, "fixup": "never",
        "outtmpl": {"default": str(path).replace("%", "%%")}, "noplaylist": True,
        "max_filesize": limits.most_bytes, "socket_timeout": limits.timeouts[1]}


def _resolve(video, options, folder):
    """What yt-dlp knows of a video's page, links included."""
    if not str(video.page).startswith(("http://", "https://")):
        raise Trouble("gone: it has no address")
    with open_yt_dlp(**options) as ydl, _one_line(folder):
        page = ydl.extract_info(video.page, download=False)
    if not page or page.get("_type", "video") != "video":
        raise Trouble("no file: the page shows none")
    if video.max_seconds and (page.get("duration") or 0) > video.max_seconds + 0.5:
        raise Trouble(f"too long: {page['duration']:.0f} s, over {video.max_seconds:g}")
    return page


def _download(page, options, folder, cancel):
    def check(progress):
        if cancel.is_set():
            raise Stopped

    with open_yt_dlp(progress_hooks=[check], **options) as ydl, _one_line(folder):
        ydl.process_info(page)


def best_format(formats, least_side):
    """The one format to take, in a list of at most one.

    Args:
        formats: yt-dlp's, from the worst to the best.
        least_side: Pixels that the shorter side should have at least.
    """
    def side(format):
        sides = [format.get("width"), format.get("height")]
        return min(sides) if all(sides) else next(filter(None, sides), None)

    renditions = [Rendition("", side(format), format) for format in formats
                  if format.get("vcodec") != "none" and format.get("ext") != "mhtml"
                  and not format.get("has_drm")]
    renditions.sort(key=lambda item: item.source.get("protocol") not in ("http", "https"))
    return [rendition.source for rendition in in_order(renditions, least_side)[:1]]


@contextlib.contextmanager
def _one_line(folder):
    """Turn what yt-dlp raises into a Trouble of one line, or an InputError of the folder."""
    try:
        yield
    except (Stopped, Trouble):
        raise
    except Exception as error:                        # extractors raise whatever they like
        line = words(error)
        if disk := DISK.search(line):
            with disk_errors(folder):
                raise OSError(int(disk[1]), os.strerror(int(disk[1]))) from None
        if GONE.search(line):
            raise Trouble(f"gone: {line}") from None
        raise Passing(f"network: {line}") from None
