"""Search Flickr by tags: pages, slices of time where a query finds too much, tags in turns."""

import time
from dataclasses import replace
from urllib.parse import quote

from scenegan.data.collect.flickr_api import Refused
from scenegan.data.collect.manifest import SAFE, Video, merge
from scenegan.errors import InputError
from scenegan.text import clean_text

CAP = 4000                                            # results that Flickr gives of one query
PER_PAGE = 500                                        # the most that Flickr gives on a page
BEFORE_FLICKR = 1_072_915_200                         # 2004-01-01 UTC, seconds since 1970
EXTRAS = "license,owner_name,tags,date_upload,media"


def search_flickr(flickr, tags, licences, limit, max_seconds=None):
    """Find videos by tags.

    The tags take turns, so that each gives its share; a video that several tags find is
    given once for each.

    Args:
        flickr: A `Flickr`.
        tags: One query is made for each.
        licences: Names of the licences that are wanted.
        limit: Number of different videos.
        max_seconds: Noted in the videos; Flickr does not say how long they are.

    Yields:
        `Video` with all that is known so far, so the last one of an id is the fullest.

    Raises:
        InputError: If there is no tag, or Flickr cannot be asked.
    """
    tags = list(dict.fromkeys(tag.strip() for several in tags for tag in several.split(",")))
    if not tags or not all(tags):
        raise InputError("A tag is empty. Name one, such as '--tag sea'.")
    known = {number: licence for number, licence in flickr.licences().items()
             if licence["name"] in licences}
    if not known:
        raise InputError(f"Flickr must offer a licence that is wanted. Received: "
                         f"{', '.join(licences)}, of which it lists none. Add others.")
    videos = {}
    for tag, photo in take_turns({tag: _walk(flickr, tag, known, limit) for tag in tags}):
        video = to_video(photo, tag, known)
        if video:
            video = replace(video, max_seconds=max_seconds)
            videos[video.id] = merge(videos.get(video.id), video)
            yield videos[video.id]
        if len(videos) >= limit:
            return


def take_turns(walks):
    """Take one item of each iterator after the other, until all are at their end.

    Args:
        walks: Dict from name to iterator.

    Yields:
        `(name, item)`.
    """
    walks = dict(walks)
    while walks:
        for name in list(walks):
            try:
                yield name, next(walks[name])
            except StopIteration:
                del walks[name]


def _walk(flickr, tag, known, limit):
    """All photos of one query, newest first; in slices of time if there are too many."""
    per_page = min(PER_PAGE, max(limit, 100))

    def ask(page, **dates):
        try:
            photos = flickr.call(
                "photos.search", tags=tag, media="videos", license=",".join(known),
                sort="date-posted-desc", extras=EXTRAS, page=page, per_page=per_page, **dates)
            return _read_page(photos)
        except (Refused, _Unreadable) as error:
            raise InputError(f"Flickr did not answer a search for '{tag}' ({error}). Try another "
                             "tag, or later.") from error

    slices = [{}]
    while slices:
        dates = slices.pop()
        photos, pages, total = ask(1, **dates)
        if total > CAP and limit > CAP and (halves := _halve(dates)):
            slices.extend(halves)
            continue
        yield from photos
        for page in range(2, min(pages, -(-CAP // per_page)) + 1):
            photos, _, _ = ask(page, **dates)
            if not photos:
                break
            yield from photos


class _Unreadable(Exception):
    """An answer is not what it should be."""


def _read_page(answer):
    """(photos, number of pages, number of photos on all) of an answer to a search."""
    try:
        photos = answer["photos"]
        return list(photos["photo"]), int(photos["pages"]), int(photos["total"])
    except (KeyError, TypeError, ValueError) as error:
        raise _Unreadable("no list") from error


def _halve(dates):
    """The older and the newer half of a slice of time, or () if it is one second."""
    first = dates.get("min_upload_date", BEFORE_FLICKR)
    last = dates.get("max_upload_date", int(time.time()) + 86_400)
    if last <= first:
        return ()
    middle = (first + last) // 2
    return ({"min_upload_date": first, "max_upload_date": middle},
            {"min_upload_date": middle + 1, "max_upload_date": last})


def to_video(photo, tag, known):
    """What one entry of a search says, or None if it is no video under a wanted licence.

    Args:
        photo: Dict as Flickr gives it.
        tag: The tag that found it.
        known: Dict from Flickr's id of a licence to {"name", "url"}.
    """
    if not isinstance(photo, dict) or photo.get("media", "video") != "video":
        return None
    number, owner = str(photo.get("id", "")), str(photo.get("owner", ""))[:80]
    licence = known.get(str(photo.get("license", "")))
    if not licence or not number or not SAFE.fullmatch(f"flickr-{number}"):
        return None
    return Video(
        id=f"flickr-{number}", site="flickr", title=clean_text(photo.get("title")),
        owner=clean_text(photo.get("ownername")), group=f"flickr-{clean_text(owner) or number}",
        tags=tuple(clean_text(word, 100) for word in str(photo.get("tags") or "").split()[:100]),
        licence=licence, searched=(tag,),
        page=f"https://www.flickr.com/photos/{quote(owner, safe='@')}/{number}/")

