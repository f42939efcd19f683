"""Licences by short names of our own, whatever a site calls them."""

import re

from scenegan.errors import InputError

FREE = ("cc0", "pdm", "cc-by", "cc-by-sa", "us-gov", "no-known-restrictions")
OTHERS = ("cc-by-nd", "cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd", "all-rights-reserved")
NAMES = FREE + OTHERS
UNKNOWN = "unknown"

# A licence's address or title holds one of these; the first that does names it.
SIGNS = (
    ("creativecommons.org/publicdomain/zero", "cc0"),
    ("creativecommons.org/publicdomain/mark", "pdm"),
    ("flickr.com/commons/usage", "no-known-restrictions"),
    ("usa.gov/", "us-gov"),
    ("no known copyright restrictions", "no-known-restrictions"),
    ("united states government work", "us-gov"),
    ("all rights reserved", "all-rights-reserved"),
    ("creative commons attribution license (reuse allowed)", "cc-by"),        # YouTube's words
)


def parse_licences(text):
    """Names of licences from a list with commas.

    Returns:
        Tuple of members of NAMES, each once.

    Raises:
        InputError: If there is none, or one that is not in NAMES.
    """
    names = tuple(dict.fromkeys(filter(None, (part.strip().lower() for part in text.split(",")))))
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        raise InputError(f"A licence must be one of {', '.join(NAMES)}. "
                         f"Received: {', '.join(unknown) or 'none'}. Choose from these.")
    return names


def name_licence(title, url):
    """Our name of the licence that a site describes, or None.

    Args:
        title: What the site calls it, such as "Attribution License", or None.
        url: Address of its text, or None. Every version of a licence has the same name.
    """
    match = re.search(r"creativecommons\.org/licenses/([a-z-]+)(/|$)", (url or "").lower())
    if match:
        parts = set(match[1].split("-"))
        name = "-".join(("cc", *(part for part in ("by", "nc", "sa", "nd") if part in parts)))
        return name if name in NAMES and parts <= {"by", "nc", "sa", "nd"} else None
    text = f"{url or ''} {title or ''}".lower()
    return next((name for sign, name in SIGNS if sign in text), None)
