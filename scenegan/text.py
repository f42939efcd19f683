"""Words for people."""


def counted(number, noun):
    """A number with its noun, such as "1 video" or "2 videos"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
