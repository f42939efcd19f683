"""`scenegan data add`: videos of your own join a manifest."""

import click

from scenegan.commands import HELP


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

    They stay where they are. Adding them again changes nothing.

    \b
    scenegan data add holiday/ beach.mov --tag sea --out data/mine
    """
    from scenegan.data.local import find_local
    from scenegan.data.manifest import add_videos

    found = find_local(videos, tags, manifest, licence)
    new, total = add_videos(out, found)
    click.echo(f"Videos added: {len(found)}, new: {new}. In {out}: {total}.")
