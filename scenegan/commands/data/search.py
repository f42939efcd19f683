"""`scenegan data search`: from tags to a manifest."""

import click

from scenegan.commands.options import HELP, Finite
from scenegan.data.collect.licences import FREE, OTHERS
from scenegan.progress import progress_bar


@click.command(context_settings=HELP, epilog=f"""\b
Licences by name:
{', '.join(FREE)} (free),
{', '.join(OTHERS)}.""")
@click.option("--tag", "tags", multiple=True, metavar="TAG",
              help="Tag on Flickr; several, each with its --tag, take turns.")
@click.option("--web", metavar="TEXT",
              help="Search YouTube for a text instead, or take the videos at an address.")
@click.option("--licence", default=",".join(FREE), show_default=True, metavar="NAMES",
              help="Licences on Flickr that are wanted.")
@click.option("--limit", default=500, show_default=True, help="Most videos to find.")
@click.option("--max-seconds", type=Finite(min=0, min_open=True),
              help="Longest video to keep.")
@click.option("--out", required=True, type=click.Path(),
              help="Folder whose manifest.jsonl the videos join.")
def search(tags, web, licence, limit, max_seconds, out):
    """Find videos and note them in a manifest; nothing is downloaded yet.

    Flickr needs a key: https://www.flickr.com/services/apps/create/, in the variables
    FLICKR_API_KEY and FLICKR_API_SECRET. Searching again adds to what is there.

    \b
    scenegan data search --tag sea --tag waves --limit 7000 --out data/sea
    scenegan data search --web "waves at the beach" --limit 20 --max-seconds 60 --out data/web
    """
    from scenegan.data.collect.licences import parse_licences
    from scenegan.data.collect.manifest import add_videos, prepare_folder
    from scenegan.errors import InputError

    if bool(tags) == (web is not None):
        raise InputError(f"A search needs {'only one of' if tags else 'one of'} --tag and --web, "
                         "such as '--tag sea'.")
    if limit < 1:
        raise InputError(f"--limit must be at least 1. Received: {limit}. Raise it.")
    licences = parse_licences(licence)
    prepare_folder(out)
    videos = {}
    try:
        with progress_bar("Found") as bar:
            task = bar.add_task("", total=limit, note="")
            for video in find(tags, web, licences, limit, max_seconds):
                videos[video.id] = video
                bar.update(task, completed=len(videos))
    finally:                                          # Ctrl-C, too, keeps what was found
        if videos:
            new, total = add_videos(out, videos.values())
            click.echo(f"Videos found: {len(videos)}, new: {new}. In {out}: {total}.")
    if not videos:
        click.echo("No videos found.")


def find(tags, web, licences, limit, max_seconds):
    """Iterate the videos of either kind of search."""
    if web is not None:
        from scenegan.data.collect.web_search import search_web
        tell(f"Searching the web for {web} ...")
        return search_web(web, limit, max_seconds)
    from scenegan.data.collect.flickr_api import Flickr
    from scenegan.data.collect.flickr_search import search_flickr
    flickr = Flickr.from_environment(tell=tell)
    tell(f"Searching Flickr for {', '.join(tags)} ...")
    return search_flickr(flickr, tags, licences, limit, max_seconds)


def tell(text):
    """Say what is being done, above the bar."""
    click.echo(text, err=True)
