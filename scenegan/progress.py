"""The progress bar of whatever takes a while."""

import sys
from contextlib import contextmanager, nullcontext


@contextmanager
def progress_bar(label, stderr=True):
    """A bar that counts things, drawn where a person looks on.

    Args:
        label: What is counted.
        stderr: Whether it is drawn on stderr, or else on stdout. What is printed meanwhile
            comes above it; on stdout only if that is a terminal, too.

    Yields:
        A `rich.progress.Progress`, whose tasks need a field `note`: a text beside the bar.
        Its `console.is_terminal` says whether a person looks on.
    """
    from rich import progress
    from rich.console import Console
    console = Console(stderr=stderr, force_terminal=is_watched(stderr))
    bar = progress.Progress(
        progress.TextColumn(label), progress.BarColumn(), progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[note]}"), progress.TimeRemainingColumn(),
        console=console, redirect_stdout=sys.stdout.isatty())
    with bar if console.is_terminal else nullcontext():
        yield bar


def is_watched(stderr=True):
    """Whether a person looks on, at stderr or at stdout."""
    return (sys.stderr if stderr else sys.stdout).isatty()
