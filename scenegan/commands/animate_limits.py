"""Write one animation, smaller in three ways if it must be: quality, frames a second, size."""

from scenegan.media.animations import TooLarge, megabytes, write_animation

# Parts of the frames a second and of both sides, one after the other; each with every quality.
STEPS = ((1.0, 1.0), (0.5, 1.0), (0.5, 0.75), (0.5, 0.5))
NO_HOPE = 1.2        # times the bytes asked for: files shrink less than their pixels do
SMALLEST = 16        # pixels of a side
SLOWEST = 1.0        # frames a second


def write_within(make, path, options, format, most=None):
    """Write an animation that has at most so many bytes.

    Args:
        make: Function from options, as `scenegan.frames` takes them, to frames.
        path: Where to.
        options: Dict, with at least "fps", "seconds", "size" and "loop".
        format: Key of FORMATS.
        most: Bytes, or None for any number.

    Returns:
        The frames that were written, and what to say of them.

    Raises:
        InputError: If it cannot be kept that small; nothing is written.
    """
    frames = whole = make(options)
    refusal, bytes_of_pixels = None, None
    for step in STEPS:
        if refusal and bytes_of_pixels * _share(step) > NO_HOPE * most:
            continue
        changed = options if step == STEPS[0] else _reduced(options, whole.shape, step)
        frames = whole if step == STEPS[0] else make(changed)
        try:
            written = write_animation(frames, path, changed["fps"], format=format, most=most,
                                      loop=options["loop"] != "none")
        except TooLarge as error:
            refusal, bytes_of_pixels = error, error.size / _share(step)
            continue
        return frames, _told(frames, written, changed, step, most)
    raise refusal


def _share(step):
    """Part of the pixels of all frames that a step leaves."""
    rate, scale = step
    return rate * scale * scale


def _reduced(options, shape, step):
    """Options for fewer frames a second, and a smaller size, over the same time."""
    (rate, scale), (count, height, width, _) = step, shape
    fps = options["fps"]
    size = options["size"] if scale == 1 else tuple(
        max(SMALLEST, 2 * round(scale * side / 2)) for side in (width, height))
    return options | {"seconds": count / fps, "fps": max(SLOWEST, fps * rate), "size": size}


def _told(frames, written, options, step, most):
    """Such as "60 frames, 960x720, 3.4 MB, at lower quality to keep under 4 MB"."""
    rate, scale = step
    text = f"{frames.shape[0]} frames, {written.width}x{written.height}, {megabytes(written.size)}"
    ways = (["at lower quality"] if written.lowered else []) + (
        [f"at {options['fps']:g} frames a second"] if rate < 1 else []) + (
        [f"at {scale:g} times the size"] if scale < 1 else [])
    if ways:
        text += f", {', '.join(ways)} to keep under {megabytes(most)}"
    if (written.height, written.width) != frames.shape[1:3]:
        text += ", sides made even for its encoder"
    return text
