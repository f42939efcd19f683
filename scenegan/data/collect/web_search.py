"""Other sites through yt-dlp: search for a text, or take what an address shows."""

import hashlib
import re

from scenegan.data.collect.licences import UNKNOWN, name_licence
from scenegan.data.collect.manifest import SAFE, Video
from scenegan.errors import InputError
from scenegan.text import clean_text

NO_SITE = ("", "generic", "html5mediaembed")          # yt-dlp's for any page: ids are not unique
MOST_RESULTS = 1000                                   # of one search, long ones included


class _Silence:
    """A logger that says nothing."""

    def debug(self, message):
        pass

    info = warning = error = debug


def import_yt_dlp():
    """yt-dlp, which only this room needs.

    Raises:
        InputError: If it is not installed.
    """
    try:
        import yt_dlp
    except ImportError as error:
        raise InputError("Videos of the web need yt-dlp, which is not installed. Run: pip "
                         "install 'scenegan[data]'") from error
    return yt_dlp


def open_yt_dlp(**options):
    """A silent `yt_dlp.YoutubeDL`."""
    return import_yt_dlp().YoutubeDL({
        "quiet": True, "no_warnings": True, "noprogress": True, "no_color": True,
        "logger": _Silence(), "cachedir": False, "socket_timeout": 20, "retries": 1,
        "extractor_retries": 1, "fragment_retries": 2, **options})


def search_web(text, limit, max_seconds=None):
    """Find videos by a text (on YouTube), or at an address.

    Args:
        text: What to search for, or an http(s) address: of a video, a list of videos or a
            page that shows some.
        limit: Number of videos.
        max_seconds: Longer ones are left out, where the site says how long they are.

    Yields:
        `Video`.

    Raises:
        InputError: If the text is empty, yt-dlp is not installed, or the search fails.
    """
    if not text.strip():
        raise InputError("The text to search the web for is empty. Name a text or an address, "
                         "such as '--web \"waves at the beach\"'.")
    address = text.startswith(("http://", "https://"))

    def ask(number):
        query = text if address else f"ytsearch{number}:{text}"
        return [to_video(entry, text, max_seconds) for entry in _extract(query, number, text)]

    yield from gather(ask, limit, MOST_RESULTS if address else min(2 * limit, MOST_RESULTS))


def gather(ask, limit, number):
    """Ask for more and more results until enough of them suit.

    Args:
        ask: Function of a number of results that lists them, None for one that does not suit.
        limit: Number of different videos.
        number: Of results to ask for at first.

    Yields:
        `Video`, each once.
    """
    given = set()
    while True:
        results = ask(number)
        for video in filter(None, results):
            if video.id not in given and len(given) < limit:
                given.add(video.id)
                yield video
        if len(given) >= limit or len(results) < number or number >= MOST_RESULTS:
            return
        number = min(4 * number, MOST_RESULTS)


def _extract(query, limit, text):
    """The entries that yt-dlp finds, one deep."""
    with open_yt_dlp(extract_flat="in_playlist", playlistend=limit, ignoreerrors=False) as ydl:
        try:
            info = ydl.extract_info(query, download=False)
        except Exception as error:                    # extractors raise whatever they like
            raise InputError(f"The web showed no video for '{clean_text(text, 100)}' "
                             f"({words(error)}). Check the network and the text.") from None
    entries = info.get("entries", [info]) if info else []
    return [entry for entry in entries if entry]


def to_video(entry, text, max_seconds):
    """What one entry of yt-dlp's says, or None if it is too long, live or has no address."""
    seconds = entry.get("duration")
    seconds = seconds if isinstance(seconds, (int, float)) else None
    if max_seconds and seconds and seconds > max_seconds:
        return None
    site = str(entry.get("extractor_key") or entry.get("ie_key") or "").lower()
    pages = [entry.get("webpage_url"), entry.get("url")]
    page = next((page for page in (pages[::-1] if site in NO_SITE else pages)
                 if str(page).startswith(("http://", "https://"))), None)
    if page is None or entry.get("live_status") in ("is_live", "is_upcoming"):
        return None
    name = f"web-{site}-{entry.get('id')}"
    if site in NO_SITE or not entry.get("id") or not SAFE.fullmatch(name):
        name = f"web-{hashlib.sha256(page.encode('utf-8', 'replace')).hexdigest()[:20]}"
    owner = clean_text(entry.get("channel") or entry.get("uploader"))
    group = next(filter(None, map(clean_text, map(entry.get, (
        "channel_id", "uploader_id", "channel", "uploader")))), name.removeprefix("web-"))
    return Video(
        id=name, site="web", title=clean_text(entry.get("title")), owner=owner,
        group=f"web-{group}", page=clean_text(page, 8000), searched=(clean_text(text),),
        tags=tuple(clean_text(tag, 100) for tag in (entry.get("tags") or ())[:100]),
        licence=licence_of(entry),
        seconds=float(seconds) if seconds else None, max_seconds=max_seconds)


def licence_of(entry):
    """The licence that an entry of yt-dlp's names: {"name", "url"}."""
    text = clean_text(entry.get("license"))
    return {"name": name_licence(text, text) or text or UNKNOWN, "url": None}


def words(error):
    """An error of yt-dlp's without its decoration."""
    text = re.split("; please report|\\(?[Cc]aused by", str(error))[0]
    return clean_text(text, 200).removeprefix("ERROR: ") or type(error).__name__
