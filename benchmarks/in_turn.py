"""Things measured in turn, so that a machine's drift meets them all, and tables of them."""

import statistics
import time

import click


def timed(run):
    """(wall, CPU) seconds of a call."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def medians_in_turn(measures, rounds, warmups=1):
    """Medians of what several functions measure, each called once a round.

    Args:
        measures: Dict from a name to a function that measures once and returns numbers.
        rounds: Rounds that count.
        warmups: Rounds before them: the first one traces, compiles or fills a cache.

    Returns:
        Dict from a name to a list, the median of each of its numbers.
    """
    taken = {name: [] for name in measures}
    for turn in range(warmups + rounds):
        for name, measure in measures.items():
            numbers = measure()
            if turn >= warmups:
                taken[name].append(numbers)
    return {name: [statistics.median(column) for column in zip(*rows, strict=True)]
            for name, rows in taken.items()}


def show_table(head, rows):
    """Print a table as Markdown: the names of its columns, and rows of as many texts."""
    lines = [head, ["---"] * len(head), *rows]
    click.echo("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
