"""The notebook's code runs, cell after cell, and makes what its text says."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.slow
def test_the_notebook_runs(tmp_path, monkeypatch, capsys):
    notebook = json.loads((EXAMPLES / "animate.ipynb").read_text())
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shutil.copy(EXAMPLES / "stream.jpg", tmp_path)
    monkeypatch.chdir(tmp_path)
    made = {}
    for cell in cells:
        exec(compile(cell, "animate.ipynb", "exec"), made)           # noqa: S102
    said = capsys.readouterr().out
    assert "(30, 212, 320, 3) uint8" in said and "the upper half stands: True" in said
    assert "(120, 270, 480, 3)" in said and made["fortieth"].shape == (270, 480, 3)
    step = float(said.split("the step over the end is ")[1].split()[0])
    assert step < 1.2
    change = {name: np.abs(made[name].astype(int) - made["clip"][:1]).mean()
              for name in ("calm", "clip", "wind", "back")}
    assert 0 < change["calm"] < 0.7 * change["clip"] and 0 < change["wind"] < change["clip"]
    with Image.open("stream-small.webp") as image:
        assert image.n_frames > 20
    assert all(not cell.get("outputs") for cell in notebook["cells"])
