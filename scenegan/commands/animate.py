"""`scenegan animate`, and `animate.py`: photos in, animations out."""

from pathlib import Path

import click

from scenegan.commands.animate_targets import default_format
from scenegan.commands.options import HELP, SEED, Finite, GroupedHelp, option_group
from scenegan.errors import InputError
from scenegan.media.formats import FORMATS
from scenegan.presets import SHIPPED
from scenegan.scenery import MOVING
from scenegan.specs import FPS

STRONGEST = 10                   # times the usual speed: more only tears
LOOPS = ("phases", "fade", "back", "none")
MOST_VARIATIONS = 100
MOST_GIF_FPS = 50                # players show a frame for at least 0.02 s
EXAMPLES = """\b
Examples:
  animate.py beach.jpg                          beach.mp4, here; if it exists, beach-2.mp4
  animate.py beach.jpg --size 480               beach.gif
  animate.py beach.jpg --out waves.webp         a WebP of any name
  animate.py holiday/ --out moving              moving/NAME.mp4 for each photo
  animate.py beach.jpg --variations 4           beach-1.mp4 to beach-4.mp4, beach-sheet.png
  animate.py beach.jpg --format npy             beach.npy: the network's own clip
"""
everyday, timing, motion = map(option_group, ("Everyday", "Time", "Motion"))


class Size(click.ParamType):
    """A size as `scenegan.animation.sizes.parse_size` takes it."""

    name = "size"

    def convert(self, value, param, ctx):
        from scenegan.animation.sizes import parse_size
        try:
            return parse_size(value)
        except InputError as error:
            self.fail(str(error), param, ctx)


@click.command(cls=GroupedHelp, epilog=EXAMPLES, context_settings=HELP)
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...", type=click.Path())
@everyday("--out", type=click.Path(path_type=Path, allow_dash=True), metavar="PATH",
          help="A file, a folder for outputs named after the photos, or - for standard output. "
               "Default: this folder.")
@everyday("--format", type=click.Choice(list(FORMATS)), default=None,
          help="Default: that of --out, else mp4, or gif where a --size up to 480 is asked for: so "
               "small it plays everywhere, above an mp4 has a tenth of its size. npy is by "
               "default the network's own clip; png is a folder of frames.")
@everyday("--size", type=Size(), metavar="SIZE",
          help="A width, or WIDTHxHEIGHT, to which the photo is cropped; photo for its own size; "
               "network for the network's. Default: the photo's aspect, up to 960 wide.")
@everyday("--width", type=Size(), metavar="N", help="The same as --size N.")
@everyday("--max-mb", type=Finite(min=0, min_open=True), metavar="N",
          help="Keep each file at N megabytes or less: by lower quality, then fewer frames a "
               "second, then a smaller size.")
@everyday("--seed", type=SEED, default=0, show_default=True, metavar="N",
          help="Another seed moves the photo in another way.")
@everyday("--variations", type=click.IntRange(1, MOST_VARIATIONS), default=1, metavar="N",
          help="N animations by seeds from --seed on, and a sheet of them.")
@everyday("--checkpoint", type=click.Path(), metavar="FILE",
          help="Generator to use: a .keras or .onnx file, or one that ships with scenegan: "
               f"{', '.join(SHIPPED)}. Default: {next(iter(SHIPPED))}.")
@everyday("--overwrite", is_flag=True, help="Replace outputs that exist.")
@timing("--seconds", type=Finite(0.1, 60), metavar="X", help="Default: 4.")
@timing("--fps", type=Finite(1, 120), default=FPS, show_default=True, metavar="X",
        help="Frames a second.")
@timing("--speed", type=Finite(0.05, 10), default=1.0, show_default=True, metavar="X",
        help="Times that time runs faster.")
@timing("--loop", type=click.Choice(LOOPS), default=None,
        help="How the end flows back into the photo: two phases of the motion take turns, one "
             "fades in at the end, it plays backwards, or it does not. Default: phases; in npy "
             "none.")
@motion("--strength", type=Finite(0, STRONGEST), default=1.0, show_default=True, metavar="X",
        help="Times the usual speed of what moves.")
@motion("--direction", metavar="DEGREES", type=Finite(hint="0 is right, 90 up, 180 left."),
        help="Where sky and water move to: 0 is right, 90 up, 180 left. Default: the seed's.")
@motion("--still", type=click.Choice(MOVING), multiple=True,
        help="What stands still; can be given several times.")
@motion("--moving", type=click.Path(), metavar="FILE",
        help="A picture, painted over all of a copy of the photo: black where it has to "
             "stand still, white where it may move.")
@motion("--show-mask", type=click.Path(path_type=Path), metavar="FILE",
        help="Write what may move, white on black, as a PNG of the photo's shape, to be "
             "painted over and given as --moving.")
def animate(photos, size, width, format, out, seconds, loop, **given):
    """Turn each PHOTO, or each photo of a folder, into a short animation.

    - reads a photo from standard input.
    """
    from scenegan.commands.animate_photos import Work, run
    if None not in (size, width):
        raise click.UsageError("--size and --width mean the same: give one of them.")
    size = width if size is None else size
    format = default_format(out, format, size)
    if format == "gif" and given["fps"] > MOST_GIF_FPS:
        raise click.UsageError(f"A GIF has at most {MOST_GIF_FPS} frames a second. Received: --fps "
                               f"{given['fps']:g}. Choose fewer, or --format mp4.")
    if format == "npy":
        size, loop = "network" if size is None else size, loop or "none"
    frames = {"size": size, "seconds": seconds, "loop": loop or "phases"} | {
        name: given.pop(name) for name in ("fps", "speed", "strength", "direction", "still")}
    if run(Work(photos=photos, out=out, format=format, frames=frames, **given)):
        raise click.exceptions.Exit(1)
