"""`scenegan data download`: from a manifest to files."""

import click

from scenegan.commands.options import HELP, Finite, parse_size
from scenegan.progress import progress_bar
from scenegan.text import counted


class Bar:
    """Shows a person how a download goes; called from several threads."""

    def __init__(self, progress):
        self.progress = progress
        self.videos = progress.add_task("Videos", total=None, note="")
        self.received = progress.add_task("Bytes", total=None, note="", visible=False)

    def total(self, count):
        self.progress.update(self.videos, total=count)

    def bytes(self, count):
        self.progress.advance(self.received, count)
        task = self.progress.tasks[self.received]
        rate = f"{(task.speed or 0) / 1e6:.1f} MB/s"
        self.progress.update(self.videos, note=f"{task.completed / 1e6:.0f} MB, {rate}")

    def note(self, text):
        click.echo(text, err=True)

    def video(self):
        self.progress.advance(self.videos)


@click.command(context_settings=HELP)
@click.argument("folder", type=click.Path())
@click.option("--size", default="160x90", show_default=True, callback=parse_size,
              help="Width x height of the clips; files of twice that or more are taken.")
@click.option("--workers", default=4, show_default=True, type=click.IntRange(1, 32),
              help="Downloads at once.")
@click.option("--max-megabytes", default=500.0, show_default=True,
              type=Finite(min=0, min_open=True), help="Larger files are skipped.")
@click.option("--retry", is_flag=True, help="Try again what was skipped for good.")
def download(folder, size, workers, max_megabytes, retry):
    """Download the videos in FOLDER's manifest to FOLDER/videos.

    Ctrl-C at any time; the same command goes on. FOLDER/CREDITS.md names the makers.

    \b
    scenegan data download data/sea
    """
    from scenegan.data.collect.download import download as fetch_videos
    from scenegan.data.collect.transfer import Limits

    limits = Limits(most_bytes=int(max_megabytes * 1e6))
    with progress_bar("Videos") as bar:
        summary = fetch_videos(folder, min(size), workers=workers, retry=retry, limits=limits,
                               report=Bar(bar))
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.skipped.most_common() if count)
    videos = counted(summary.present + summary.new, "video")
    click.echo(f"{videos} in {folder} ({summary.new} new). "
               f"Skipped: {kinds or 'none'}.")
    if summary.retriable:
        click.echo(f"{summary.retriable} of the skipped may come if you run it again.")
