"""Animate photos: `python animate.py photo.jpg`."""

from scenegan.commands import run

if __name__ == "__main__":
    run("animate")
