"""A photo to animate."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def photo():
    with Image.open(ROOT / "examples" / "stream.jpg") as file:
        return np.asarray(file.convert("RGB").resize((320, 180)))
