"""Text for people: counted things, and the words of others on one line."""

from collections.abc import Mapping


def counted(number, noun):
    """A number with its noun, such as "1 video" or "2 videos"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


LONGEST_TEXT = 300                                    # characters of a title or name that are kept


def clean_text(value, longest=LONGEST_TEXT):
    """A site's text on one line: no control characters, no half characters, not too long."""
    text = value.get("_content", "") if isinstance(value, Mapping) else value
    text = "" if text is None else str(text).encode("utf-8", "replace").decode("utf-8")
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= longest else text[:longest - 1] + "…"
