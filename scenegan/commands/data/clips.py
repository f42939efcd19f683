"""`scenegan data clips`: from videos to clips."""

from contextlib import contextmanager

import click

from scenegan.commands.options import HELP, Finite, parse_size
from scenegan.progress import progress_bar
from scenegan.text import counted


@contextmanager
def progress(length):
    """A function to call with each video that is done; it moves a bar."""
    with progress_bar("Videos") as bar:
        task = bar.add_task("", total=length, note="")
        yield lambda done: bar.update(task, advance=1,
                                      note=f"{bar.tasks[task].speed or 0:.1f} videos/s")


@click.command(context_settings=HELP)
@click.argument("videos", nargs=-1, required=True, type=click.Path())
@click.option("--out", default="data/clips", show_default=True, type=click.Path(),
              help="Folder to write.")
@click.option("--fps", default=15.0, show_default=True,
              help="Pace: every n-th frame is taken, to come as near to it as can be.")
@click.option("--frames", default=32, show_default=True, help="Frames of a clip.")
@click.option("--size", default="160x90", show_default=True, callback=parse_size,
              help="Width x height: at least the stage's to train, better twice; what stands over "
                   "is cropped.")
@click.option("--channels", default=3, show_default=True, help="3 for RGB, 1 for gray.")
@click.option("--stride", default=16, show_default=True,
              help="Frames from one clip's start to the next one's.")
@click.option("--min-motion", default=0.35, show_default=True,
              help="Mean change from frame to frame at 80 columns, gray levels; stiller clips "
                   "are dropped.")
@click.option("--max-motion", default=20.0, show_default=True,
              help="The same for clips that jump.")
@click.option("--max-camera-motion", default=0.05, show_default=True, metavar="PIXELS",
              help="Pixels of 80 columns a frame; clips whose camera moves more are dropped. "
                   "'inf' keeps all, unmeasured.")
@click.option("--stabilise", is_flag=True,
              help="Take the camera's motion out instead, where it can be followed.")
@click.option("--keep-repeats", is_flag=True,
              help="Keep clips that were there before, in another video or in a loop.")
@click.option("--validation", default=0.1, show_default=True, type=Finite(0, 1),
              help="Share of the groups of videos that only validate.")
@click.option("--test", default=0.1, show_default=True, type=Finite(0, 1),
              help="Share of the groups that neither train nor validate, for a last test.")
@click.option("--manifest", type=click.Path(),
              help="CSV with columns file, group, tags. Default: manifest.csv beside the videos.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes. Default: one a CPU.")
@click.option("--cluster", metavar="ADDRESS",
              help="Cut on the workers of a Dask cluster, such as tcp://host:8786.")
@click.option("--overwrite", is_flag=True, help="Replace the clips in --out.")
def clips(videos, out, size, validation, test, manifest, workers, cluster, overwrite, **rules):
    """Cut VIDEOS into short clips of one size.

    VIDEOS are folders and files, a folder that `search` or `add` wrote, or addresses such as
    s3://bucket/sea. Stopped by Ctrl-C,
    the same command goes on.

    \b
    scenegan data clips data/sea
    scenegan data clips sea.mp4 sky.mp4 --out data/clips --stride 8
    """
    from scenegan.data.clips import cut_video as cut
    from scenegan.data.clips.cut_videos import cut_videos
    from scenegan.data.collect.sources import find_sources

    if cluster and workers:
        raise click.UsageError("--cluster brings its own workers. Leave out --workers.")
    rules = cut.ClipRules(width=size[0], height=size[1], **rules)
    sources = find_sources(videos, manifest)
    try:
        with progress(len(sources)) as report:
            summary = cut_videos(sources, out, rules, validation=validation, test=test,
                                 workers=workers, cluster=cluster, overwrite=overwrite,
                                 report=report)
    except KeyboardInterrupt:
        click.echo("What is cut so far is kept; the same command goes on.", err=True)
        raise
    tell(summary, out)


def tell(summary, out):
    """Say what was written and what was not."""
    for path, reason in summary.skipped.items():
        click.echo(f"Skipped: {reason if path in reason else f'{path}: {reason}'}")
    dropped = ", ".join(f"{count} {fault}" for fault, count in summary.dropped.most_common())
    click.echo(f"{counted(summary.clips, 'clip')} of {counted(summary.videos, 'video')} "
               f"({counted(summary.shots, 'shot')}) in {out} ({summary.splits['train']} train, "
               f"{summary.splits['validation']} validation, {summary.splits['test']} test). "
               f"Dropped: {dropped or 'none'}. Videos skipped: {len(summary.skipped)}.")
    if not summary.splits["validation"]:
        click.echo("NOTE: no clip validates, and training needs some. Give videos of more than one "
                   "place, or a larger --validation.", err=True)
