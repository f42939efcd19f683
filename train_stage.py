"""Train one stage of the GAN: `python train_stage.py --help`."""

from scenegan.commands import run

if __name__ == "__main__":
    run("train")
