"""Cut several videos at once: in processes that end with the command, or on a cluster."""

import contextlib

from scenegan.data.clips.cache import Part, cut_part
from scenegan.data.clips.cluster import map_on_cluster
from scenegan.processes import map_in_processes

ADVICE = ("What is cut so far is kept. Give fewer --workers if memory is short; --workers 1 shows "
          "at which video it happens.")


def cut_all(sources, rules, work, *, workers=None, cluster=None):
    """Yield `(source, part, CutVideo)` in the order of the sources.

    Close the iterator if it is left before its end: that ends the workers; the parts that are
    done are kept.

    Args:
        sources: List of `Source`.
        rules: `ClipRules`.
        work: Folder of the parts; a cluster's machines must see it, too.
        workers: Processes of this machine.
        cluster: Address of a Dask scheduler whose workers cut in their place.
    """
    parts = [Part.within(work, source.path, rules) for source in sources]
    results = (map_on_cluster(cut_part, parts, cluster, work) if cluster else
               map_in_processes(cut_part, parts, workers, ADVICE))
    with contextlib.closing(results):
        yield from zip(sources, parts, results, strict=True)
