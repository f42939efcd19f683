"""Train one stage of the GAN: `python train_stage.py --help`."""

import sys

if __name__ == "__main__":
    try:
        from scenegan.commands.cli import run
        run("train")
    except KeyboardInterrupt:        # while it is imported
        sys.exit(130)
