"""CREDITS.md: who made the videos of a folder, and under which licence."""

import re
from pathlib import Path
from urllib.parse import quote

from scenegan.data.collect.manifest import open_videos
from scenegan.files.atomic import replacing
from scenegan.text import clean_text

FILE = "CREDITS.md"
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#!|~&:@$])")
LONGEST = 100                                         # characters of a title that are shown


def write_credits(folder):
    """Write the credits of the videos that are there, from the manifest.

    Raises:
        InputError: If there is no manifest, or the folder cannot be written.
    """
    lines = [_line(video) for video, _ in open_videos(folder)]
    with replacing(Path(folder) / FILE) as part:
        part.write_text("# Credits\n\n" + "".join(lines), encoding="utf-8", newline="\n")


def _line(video):
    title = escape(video.title) or "Untitled"
    owner = escape(video.owner) or "unknown"
    licence = _link(escape(video.licence["name"]), video.licence.get("url"))
    return f"- {_link(title, video.page)} by {owner}, licence: {licence}\n"


def _link(text, url):
    if not str(url).startswith(("http://", "https://")):
        return text
    return f"[{text}]({quote(str(url), safe='/:?&=%@~,;+#')})"


def escape(text):
    """A text that Markdown and HTML show as it is, on one line, cut if it is long."""
    return MARKUP.sub(r"\\\1", clean_text(text, LONGEST))
