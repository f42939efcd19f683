"""Give the commands bad input by the hundred, and count what they do with it.

    python benchmarks/fuzz.py [--kind photos] [--count 300] [--seed 0]

Each command runs in a process that has imported all before, in a folder of its own, for at most
60 seconds. Wrong is: another status than 0, 1 or 2, a traceback, more than one line of error, over
1.5 GB of memory, a changed input, a file that is not whole under its name, an output of a
command that failed, and temporary files that stay.
"""

import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

COUNTS = {"photos": 300, "videos": 200, "files": 100, "lines": 60}


@click.command(help=__doc__)
@click.option("--kind", type=click.Choice(list(COUNTS)), multiple=True, help="Default: all.")
@click.option("--count", type=int, help="Cases of each kind.")
@click.option("--seed", default=0, show_default=True)
def main(kind, count, seed):
    from fuzz_cases import cases
    from fuzz_runner import run_cases

    def tell(name, outcome):
        if outcome.faults:
            last = (outcome.exception or outcome.said).strip().splitlines()[-3:]
            click.echo(f"{', '.join(outcome.faults)}: {name!r}: {last}", err=True)

    click.echo("| what | tried | refused in one line | handled | wrong | longest, s | most, MB |\n"
               "|---|---|---|---|---|---|---|")
    for one in kind or COUNTS:
        counts, seconds, memory = run_cases(cases(one, count or COUNTS[one], seed), tell)
        wrong = counts["tried"] - counts["refused"] - counts["handled"]
        click.echo(f"| {one} | {counts['tried']} | {counts['refused']} | {counts['handled']} | "
                   f"{wrong} | {seconds:.1f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
