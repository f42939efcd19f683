"""`python -m scenegan` is the console script `scenegan`."""

import sys


def start():
    """Run the command line; Ctrl-C while it is imported ends it without a word."""
    try:
        from scenegan.commands.cli import main
        main(prog_name="scenegan")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    start()
