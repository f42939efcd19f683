"""What a training left in its folder."""

import csv

import numpy as np


def final(run, step):
    with np.load(run / "stage1" / f"state-{step:06d}.npz") as file:
        return dict(file)


def rows(path):
    with open(path, newline="") as file:
        return [{name: float(value) for name, value in row.items()}
                for row in csv.DictReader(file)]
