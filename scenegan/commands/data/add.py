"""`scenegan data add`: videos of your own join a manifest."""

import click

from scenegan.commands.options import HELP
from scenegan.progress import progress_bar


@click.command(context_settings=HELP)
@click.argument("videos", nargs=-1, required=True, type=click.Path())
@click.option("--out", required=True, type=click.Path(),
              help="Folder whose manifest.jsonl the videos join.")
@click.option("--tag", "tags", multiple=True, metavar="TAG",
              help="Tag that all of them get; may be repeated.")
@click.option("--manifest", type=click.Path(),
              help="CSV with columns file, group, tags. Default: manifest.csv beside the videos.")
@click.option("--licence", default="unknown", show_default=True, metavar="NAME",
              help="Licence of all of them.")
def add(videos, out, tags, manifest, licence):
    """Note VIDEOS (folders, files, lists of paths in a .txt) in a manifest.

    They stay where they are. Adding them again changes nothing. Files that are no videos are named
    and left out.

    \b
    scenegan data add holiday/ beach.mov --tag sea --out data/mine
    """
    from scenegan.data.collect.local_videos import find_local, split_usable
    from scenegan.data.collect.manifest import add_videos

    found = find_local(videos, tags=tags, manifest=manifest, licence=licence)
    with progress_bar("Videos") as bar:
        task = bar.add_task("", total=len(found), note="")
        usable, refused = split_usable(found, lambda video: bar.advance(task))
    for path, reason in refused:
        click.echo(f"Left out: {path}: {reason}", err=True)
    new, total = add_videos(out, usable)
    click.echo(f"Videos added: {len(usable)}, new: {new}. In {out}: {total}."
               + f" Left out: {len(refused)}." * bool(refused))
