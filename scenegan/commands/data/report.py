"""`scenegan data report`: what is in a folder of clips."""

import click

from scenegan.commands.options import HELP


@click.command(context_settings=HELP)
@click.argument("clips", default="data/clips", type=click.Path())
@click.option("--out", type=click.Path(), help="Folder to write.  [default: CLIPS/report]")
@click.option("--samples", default=24, show_default=True, type=click.IntRange(1, 500),
              help="Clips to show.")
def report(clips, out, samples):
    """Sum up a folder of clips, and write a page and a contact sheet with samples of it.

    CLIPS is a folder that `scenegan data clips` wrote, data/clips by default. An older report in
    --out is replaced, nothing else is.

    \b
    scenegan data report
    scenegan data report data/clips --out sea-report --samples 48
    """
    from pathlib import Path

    from scenegan.data.dropped import DroppedClips
    from scenegan.data.report.dropped import with_misses
    from scenegan.data.report.folder import prepare, write_report
    from scenegan.data.report.statistics import make_report
    from scenegan.data.report.terminal import as_text
    from scenegan.data.store import REPORT, ClipStore

    out = Path(out) if out else Path(clips) / REPORT
    store = ClipStore(clips)
    prepare(out)
    dropped = DroppedClips(clips)
    found = with_misses(make_report(store), dropped)
    click.echo(as_text(found))
    click.echo(f"\nWritten: {write_report(store, found, out, samples, dropped)}")
