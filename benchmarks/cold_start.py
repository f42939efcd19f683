"""Time and memory of a cold `python animate.py photo.jpg`, against importing TensorFlow and Keras.

    python benchmarks/cold_start.py [--rounds 5] [--photo examples/stream.jpg] [--checkpoint FILE]

Whole processes from start to exit, the two in turn, ratios of medians; memory is each
process' peak resident size. Other processes on the machine change CPU seconds less. --checkpoint
names the .keras file that the shipped .onnx file is compared with.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import click
from in_turn import medians_in_turn, show_table

ROOT = Path(__file__).parent.parent


def measure(arguments):
    """Seconds, CPU seconds and peak megabytes of one process."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed with status {status}.")
    return (time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--photo", default="examples/stream.jpg", show_default=True)
@click.option("--checkpoint", default="checkpoints/stage2.keras", show_default=True,
              help="The .keras file to compare with the shipped .onnx file.")
def main(rounds, photo, checkpoint):
    with tempfile.TemporaryDirectory() as folder:
        film = ["animate.py", photo, "--overwrite", "--out", str(Path(folder) / "photo.mp4")]
        small = [*film[:-1], str(Path(folder) / "photo.gif"), "--size"]
        commands = {
            'python -c "import tensorflow, keras"': ["-c", "import tensorflow, keras"],
            "python animate.py photo.jpg": film,
            "python animate.py photo.jpg --size 320": [*small, "320"],
            "python animate.py photo.jpg --size network": [*small, "network"],
            "python animate.py photo.jpg --size network --checkpoint x.keras": [
                *small, "network", "--checkpoint", checkpoint],
            "python animate.py --help": ["animate.py", "--help"],
        }
        figures = medians_in_turn({name: partial(measure, arguments)
                                   for name, arguments in commands.items()}, rounds)
    base, base_cpu, _ = next(iter(figures.values()))
    show_table(["command", "seconds", "ratio", "CPU seconds", "ratio", "peak MB"],
               [[f"`{name}`", f"{seconds:.2f}", f"{seconds / base:.2f}", f"{cpu:.2f}",
                 f"{cpu / base_cpu:.2f}", f"{memory:.0f}"]
                for name, (seconds, cpu, memory) in figures.items()])


if __name__ == "__main__":
    main()
