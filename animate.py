"""Animate photos: `python animate.py photo.jpg`."""

import sys

if __name__ == "__main__":
    try:
        from scenegan.commands.cli import run
        run("animate")
    except KeyboardInterrupt:        # while it is imported
        sys.exit(130)
