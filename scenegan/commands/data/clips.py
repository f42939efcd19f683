"""`scenegan data clips`: from videos to clips."""

import sys
from contextlib import contextmanager

import click

from scenegan.commands import HELP




def parse_size(context, parameter, value):
    """ "80x45" as (width, height)."""
    try:
        width, height = map(int, value.lower().split("x"))
    except ValueError:
        raise click.BadParameter(
            f"must be width x height, as in 80x45. Received: {value}.") from None
    return width, height


@contextmanager
def progress(length):
    """A function to call with each thing that is done; it draws a bar if a person looks on."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=length, file=sys.stderr) as bar:
        yield lambda done: bar.update(1)


@click.command(context_settings=HELP)
@click.argument("videos", nargs=-1, required=True, type=click.Path())
@click.option("--out", default="data/clips", show_default=True, type=click.Path(),
              help="Folder to write.")
@click.option("--fps", default=15.0, show_default=True,
              help="Pace: every n-th frame is taken, to come as near to it as can be.")
@click.option("--frames", default=32, show_default=True, help="Frames of a clip.")
@click.option("--size", default="80x45", show_default=True, callback=parse_size,
              help="Width x height; what stands over is cropped.")
@click.option("--channels", default=3, show_default=True, help="3 for RGB, 1 for gray.")
@click.option("--stride", default=16, show_default=True,
              help="Frames from one clip's start to the next one's.")
@click.option("--min-motion", default=0.35, show_default=True,
              help="Mean change from frame to frame, gray levels; stiller clips are dropped.")
@click.option("--max-motion", default=20.0, show_default=True,
              help="The same for clips that jump.")
@click.option("--validation", default=0.1, show_default=True, type=click.FloatRange(0, 1),
              help="Share of the groups of videos that only validate.")
@click.option("--manifest", type=click.Path(),
              help="CSV with columns file, group, tags. Default: manifest.csv beside the videos.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes. Default: one a CPU.")
@click.option("--overwrite", is_flag=True, help="Replace the clips in --out.")
def clips(videos, out, size, validation, manifest, workers, overwrite, **rules):
    """Cut VIDEOS (folders and files) into short clips of one size.

    \b
    scenegan data clips data/videos
    scenegan data clips sea.mp4 sky.mp4 --out data/clips --stride 8
    """
    from scenegan.data import clips as cut
    from scenegan.data.cutting import cut_videos
    from scenegan.data.sources import find_sources

    rules = cut.ClipRules(width=size[0], height=size[1], **rules)
    sources = find_sources(videos, manifest)
    with progress(len(sources)) as report:
        summary = cut_videos(sources, out, rules, validation=validation, workers=workers,
                             overwrite=overwrite, report=report)
    for path, reason in summary.skipped.items():
        click.echo(f"Skipped: {reason if path in reason else f'{path}: {reason}'}")
    dropped = ", ".join(f"{count} {fault}" for fault, count in summary.dropped.most_common())
    click.echo(f"{summary.clips} clips of {summary.videos} videos in {out} "
               f"({summary.splits['train']} train, {summary.splits['validation']} validation). "
               f"Dropped: {dropped or 'none'}. Videos skipped: {len(summary.skipped)}.")
