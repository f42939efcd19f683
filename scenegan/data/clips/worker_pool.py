"""Cut several videos at once, in processes that end with the command."""

import contextlib

from scenegan.data.clips.cache import Part, cut_part
from scenegan.processes import map_in_processes

ADVICE = "Give fewer --workers if memory is short; --workers 1 shows at which video it happens."


def cut_all(sources, rules, work, workers):
    """Yield `(source, part, CutVideo)` in the order of the sources.

    Close the iterator if it is left before its end: that ends the workers; the parts that are
    done are kept.
    """
    parts = [Part.within(work, source.path, rules) for source in sources]
    with contextlib.closing(map_in_processes(cut_part, parts, workers, ADVICE)) as results:
        yield from zip(sources, parts, results, strict=True)
