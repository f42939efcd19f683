"""Saved states that are damaged, or not due: which one is loaded, and what is said."""

import keras
import numpy as np
import pytest

from scenegan.errors import InputError
from scenegan.training.run.states import States

pytestmark = pytest.mark.slow          # Keras


def saved_states(folder, *steps):
    """States that hold their step, and a variable to load them into."""
    variable = keras.Variable(np.zeros(1000, np.float32))
    for step in steps:
        variable.assign(np.full(1000, step))
        States(folder).save(step, {"network": [variable]}, course=0)
    return {"network": [variable]}


@pytest.mark.parametrize("damage", [
    lambda data: data[:1000], lambda data: b"", lambda data: data[:3000] + b"U" + data[3001:]])
def test_a_damaged_state_falls_back_to_the_one_before(tmp_path, damage):
    network = saved_states(tmp_path, 2, 4)
    latest = tmp_path / "state-000004.npz"
    latest.write_bytes(damage(latest.read_bytes()))
    said = []
    assert States(tmp_path).load(network, said.append)["step"] == 2
    np.testing.assert_array_equal(network["network"][0], np.full(1000, 2))
    assert said == [f"'{latest}' is damaged. Resuming from the state before it."]


@pytest.mark.parametrize(("change", "says"), [
    ({"network/0": np.full(1000, np.nan, np.float32)}, "NaN or infinity in network/0"),
    ({"network/0": np.full(1000, "4")}, "with <U1 for network/0"),
    ({"network/0": np.full(1000, None)}, "is damaged"),
    ({"step": None}, "without step"),
    ({"step": np.nan}, "step that is no whole number"),
    ({"step": np.array([4])}, "step that is no whole number"),
    ({"step": -4}, "step that is no whole number"),
    ({"step": 400}, "named after its step"),
    ({"course": "0"}, "with <U1 for course"),
    ({"course": 0.5}, "course that is no whole number"),
    ({"log:a": [0.5, 0.4], "log:b": [0.5]}, "notes of other shapes"),
    ({"log:a": np.zeros(10 ** 8, np.uint8)}, "is damaged")])
def test_a_state_that_no_training_saves_is_damaged(tmp_path, change, says):
    network = saved_states(tmp_path, 2, 4)
    path = tmp_path / "state-000004.npz"
    with np.load(path) as file:
        changed = dict(file) | change
    changed = {name: value for name, value in changed.items() if value is not None}
    np.savez_compressed(path, **changed)
    said = []
    assert States(tmp_path).load(network, said.append, counts=["course"])["step"] == 2
    np.testing.assert_array_equal(network["network"][0], np.full(1000, 2))
    assert len(said) == 1
    (tmp_path / "state-000002.npz").unlink()
    with pytest.raises(InputError, match=says):
        States(tmp_path).load(network, print, counts=["course"])


def test_of_states_that_were_not_due_none_is_gone_back_to(tmp_path):
    """What a training goes back to must not depend on when it was stopped."""
    states = States(tmp_path, save_every=10)
    variable = keras.Variable(np.zeros(3, np.float32))
    for step in (10, 20, 23, 24):
        states.save(step, {"network": [variable]}, course=0)
    assert states.steps() == [24, 23, 20, 10] and states.due() == [20, 10]
    assert states.load({"network": [variable]}, print)["step"] == 24
    assert states.load({"network": [variable]}, print, due=True)["step"] == 20


def test_a_damaged_state_goes_when_the_next_is_saved(tmp_path):
    network = saved_states(tmp_path, 2, 4)
    States(tmp_path).save(3, network)
    assert States(tmp_path).steps() == [3, 2]


def test_states_that_are_all_damaged_are_an_error(tmp_path):
    network = saved_states(tmp_path, 2, 4)
    for path in tmp_path.iterdir():
        path.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"state-000002\.npz.*damaged.*--fresh"):
        States(tmp_path).load(network, print)
