"""Draw the training curves of runs, side by side, to a PNG.

    python benchmarks/plot_curves.py runs/default runs/wasserstein --out curves.png

One row a stage of a run: the adversarial losses of both networks, the generator's distance
from the real clips (content, and energy times ten) and, on the fixed validation photos, the
motion of the animations against that of the real clips and the variety over noise.
"""

import csv
from pathlib import Path

import click


def read(path):
    """Columns of a CSV log as lists of floats, by name."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def draw(axes, title, log, validation):
    """One row of axes for one stage of one run."""
    losses, distances, looks = axes
    losses.plot(log["step"], log["discriminator"], label="discriminator")
    losses.plot(log["step"], log["adversarial"], label="generator")
    losses.set_title(f"{title}: adversarial losses")
    # only the half of a batch whose noise was read from the real clip counts in the mean
    distances.plot(log["step"], [2 * value for value in log["content"]], label="content (L1)")
    distances.plot(log["step"], [10 * value for value in log["energy"]], label="energy x 10")
    distances.set_title("distance from the real clips")
    distances.set_ylim(0)
    for name in ("motion", "real_motion", "variety"):
        looks.plot(validation["step"], validation[name], marker=".", label=name.replace("_", " "))
    looks.set_title("validation photos, gray levels")
    looks.set_ylim(0)
    for axis in axes:
        axis.set_xlabel("step")
        axis.legend(fontsize="small")
        axis.grid(alpha=0.3)


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", default="curves.png", show_default=True)
def main(runs, out):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    stages = [log.parent for run in runs for log in sorted(run.glob("stage*/log.csv"))]
    if not stages:
        raise click.ClickException("A run must hold stage1/log.csv. Received: none in "
                                   f"{', '.join(map(str, runs))}. Train one first.")
    figure, axes = plt.subplots(len(stages), 3, figsize=(13, 3 * len(stages)), squeeze=False,
                                layout="constrained")
    for row, stage in zip(axes, stages, strict=True):
        draw(row, f"{stage.parent.name}, {stage.name}", read(stage / "log.csv"),
             read(stage / "validation.csv"))
    figure.savefig(out, dpi=80)
    click.echo(f"Wrote {out}")


if __name__ == "__main__":
    main()
