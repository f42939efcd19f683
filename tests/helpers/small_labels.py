"""Folders of labelled photos that are all of one colour."""

import numpy as np
from PIL import Image

SIZE = (24, 32)


def write(folder, rows):
    """Write photos of 32x24 by their ids, `(split, data set)` each; returns the folder."""
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    lines = ["id,dataset,suggested_split,anything"]
    for id, (split, dataset) in rows.items():
        lines.append(f"{id},{dataset},{split},else")
        Image.fromarray(np.full((*SIZE, 3), 100, np.uint8)).save(folder / "images" / f"{id}.jpg")
        Image.fromarray(numbers()).save(folder / "labels" / f"{id}.png")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def numbers():
    """The file's numbers 0 to 8 in columns."""
    return np.tile(np.arange(SIZE[1], dtype=np.uint8) % 9, (SIZE[0], 1))
