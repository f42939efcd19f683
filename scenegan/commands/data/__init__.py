"""`scenegan data`: from a tag or a folder of videos to clips."""

from scenegan.commands.cli import LazyGroup
from scenegan.commands.options import HELP

TABLE = {
    "search": ("scenegan.commands.data.search", "Find videos by tags, on Flickr or the web."),
    "download": ("scenegan.commands.data.download", "Download the videos that were found."),
    "add": ("scenegan.commands.data.add", "Note videos of your own beside them."),
    "clips": ("scenegan.commands.data.clips", "Cut videos into short clips of one size."),
    "report": ("scenegan.commands.data.report", "Sum up clips, and show samples of them."),
}

data = LazyGroup("data", table=TABLE, help="Make clips for training from videos.",
                 context_settings=HELP)
