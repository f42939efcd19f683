"""Which of a video's files to take: as small as training allows."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rendition:
    """One of the files that a site keeps of a video."""

    label: str
    side: int | None                                  # pixels of the shorter side, if known
    source: Any                                       # what the site's fetch function needs


def in_order(renditions, least_side):
    """Sort renditions by how well they suit.

    Args:
        renditions: List of `Rendition`.
        least_side: Pixels that the shorter side should have at least.

    Returns:
        List: those that are large enough, smallest first; then the smaller ones, largest
        first; then those of unknown size.
    """
    def rank(rendition):
        if rendition.side is None:
            return 2, 0
        if rendition.side >= least_side:
            return 0, rendition.side
        return 1, -rendition.side

    return sorted(renditions, key=rank)
