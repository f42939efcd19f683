"""One video of Flickr's: the rendition that suits, or the next one if it does not come."""

from scenegan.data.collect.integrity import TooLong, check_video
from scenegan.data.collect.renditions import in_order
from scenegan.data.collect.retries import Passing, Trouble, patiently
from scenegan.data.collect.transfer import Refusal, stream, watched

EXPIRED = (403, 410)    # HTTP statuses of a link that is too old, or of a file for its owner only
MIXED = "no rendition works"
PASSING_TROUBLES = 2    # renditions that may fail for now, before a video is left for later


def fetch_flickr(flickr, session, video, part, least_side, limits, stop, report=None):
    """Download a video of Flickr's, and check it.

    Args:
        flickr: A `Flickr`.
        session: `requests.Session` for the files.
        video: `Video`.
        part: Path to write.
        least_side: Pixels that the shorter side should have at least.
        limits: `Limits`.
        stop: Event that ends the whole command.
        report: Function of the bytes that came since it was last called.

    Returns:
        (label of the rendition, seconds as decoded).

    Raises:
        Trouble: If it cannot be had.
        InputError: If the disk is full or Flickr cannot be asked.
        Stopped: If `stop` is set.
    """
    def resolve():
        return in_order(flickr.renditions(video.id.removeprefix("flickr-")), least_side)

    def get(rendition):
        patiently(lambda: watched(
            lambda cancel: stream(session, rendition.source, part, limits, cancel),
            part, limits, stop, report), limits.waits, stop)
        return rendition.label, check_video(part, max_seconds=video.max_seconds, stop=stop)

    return first_that_comes(resolve, get)


def first_that_comes(resolve, get):
    """Try renditions until one can be had.

    Args:
        resolve: Function that lists them, the best first, with links that work for now.
        get: Function of a rendition.

    Returns:
        What `get` returns.

    Raises:
        Trouble: Of all that were tried, if none can be had.
    """
    renditions, failed, resolved_again = resolve(), {}, False
    while left := [rendition for rendition in renditions
                  if (rendition.label, rendition.side) not in failed]:
        try:
            return get(left[0])
        except TooLong:
            raise
        except Trouble as trouble:
            expired = isinstance(trouble, Refusal) and trouble.status in EXPIRED
            if expired and not resolved_again:
                renditions, resolved_again = resolve(), True
                continue
            failed[left[0].label, left[0].side] = trouble
            if sum(isinstance(failure, Passing) for failure in failed.values()) >= PASSING_TROUBLES:
                break
    raise _sum_up(failed)


def _sum_up(failed):
    """One Trouble of those of several renditions."""
    kinds = {str(trouble).partition(":")[0] for trouble in failed.values()}
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    details = "; ".join(
        f"{label} {str(trouble).partition(': ')[2] if kind != MIXED else trouble}"
        for (label, _), trouble in failed.items())
    return Trouble(f"{kind}: {details}",
                   permanent=all(trouble.permanent for trouble in failed.values()))
