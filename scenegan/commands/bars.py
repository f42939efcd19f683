"""A progress bar on stderr, where a person looks on."""

import sys
from contextlib import contextmanager


@contextmanager
def progress_bar(label):
    """A `rich.progress.Progress` that counts things and shows a field `rate`, or None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console
    columns = (progress.TextColumn(label), progress.BarColumn(), progress.MofNCompleteColumn(),
               progress.TextColumn("{task.fields[rate]}"), progress.TimeRemainingColumn())
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        yield bar
