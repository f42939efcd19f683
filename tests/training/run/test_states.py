"""Saved states that are damaged in ways that fuzzing found."""

import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from scenegan.training.run.states import DamagedState, load_state


def test_a_member_that_is_no_array_is_damage(tmp_path):
    path = tmp_path / "state-000003.npz"
    np.savez(path, **{"step": 3, "generator/0": np.ones((4, 5), np.float32)})
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as changed:        # NumPy gives bytes for what is no .npy
        for name, content in parts.items():
            changed.writestr(name, content.replace(b"NUMPY", b"LUMPY"))
    variable = SimpleNamespace(shape=(4, 5), assign=pytest.fail)
    with pytest.raises(DamagedState, match="whole .npz file.*damaged"):
        load_state(path, {"generator": [variable]}, ("step",))
