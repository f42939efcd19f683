"""`scenegan data`: from a tag or a folder of videos to clips."""

from scenegan.commands import HELP, LazyGroup

TABLE = {
    "clips": ("scenegan.commands.data.clips", "Cut videos into short clips of one size."),
}

data = LazyGroup("data", table=TABLE, help="Make clips for training from videos.",
                 context_settings=HELP)
