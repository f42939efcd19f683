"""The walls of the house: who may import whom, read from the syntax trees."""

import ast
from pathlib import Path

import pytest

import scenegan

PACKAGE = Path(scenegan.__file__).parent
FORBIDDEN = {
    "data": ("scenegan.models", "scenegan.training", "tensorflow", "keras"),
    "models": ("scenegan.data", "scenegan.training", "tensorflow"),
    "evaluation": ("scenegan.training", "scenegan.commands", "tensorflow"),
    "animation": ("scenegan.data", "scenegan.training", "tensorflow"),
    "losses.py": ("scenegan.data", "scenegan.training", "scenegan.models", "tensorflow"),
    "checkpoints.py": ("scenegan.data", "scenegan.training", "tensorflow"),
    "pixels.py": ("scenegan.data", "scenegan.training", "scenegan.models", "keras"),
}
BACKENDS = {"tensorflow": "training/tensorflow_step.py", "jax": "training/jax_step.py"}


def imported(path):
    """Full names of everything that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def breaches(path, forbidden):
    return {name for name in imported(path)
            if any(name == wall or name.startswith(wall + ".") for wall in forbidden)}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_imports_go_downhill(room):
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).glob("*.py"))
    assert paths
    for path in paths:
        assert not breaches(path, FORBIDDEN[room]), path


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_is_named_in_its_step_only(backend):
    for path in PACKAGE.rglob("*.py"):
        found = breaches(path, (backend,))
        assert bool(found) == (path.relative_to(PACKAGE).as_posix() == BACKENDS[backend]), path


def test_a_breach_is_seen(tmp_path):
    (tmp_path / "room.py").write_text("def f():\n    from scenegan.training import session\n")
    assert breaches(tmp_path / "room.py", FORBIDDEN["data"]) == {"scenegan.training.session"}
