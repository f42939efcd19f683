"""The walls of the house: who may import whom, read from the syntax trees."""

import ast
import graphlib
import re
from pathlib import Path

import pytest

import scenegan

PACKAGE = Path(scenegan.__file__).parent
# Rooms, from the lowest level to the highest. A module belongs to the longest name that its own
# begins with; it may import from its own room and from lower levels. "" is the package itself.
LEVELS = (
    {"__version__", "after_import", "errors", "pixels", "progress", "quiet", "scenery", "seeds",
     "tensor_ops", "text"},
    {"extras", "files", "losses", "processes", "specs",
     "velocity_losses"},
    {"media", "models", "presets"},
    {"checkpoints", "data"},
    {"animation", "data.clips", "data.collect", "data.report"},
    {"evaluation", "export", "serve"},
    {"training.run", "training.steps"},
    {"training.start"},
    {"training"},
    {"commands"},
    {"", "__main__"},
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
# What rooms may not import, though it is below them: by the beginnings of both names.
FORBIDDEN = {
    "animation": ("scenegan.data",),
    "data": ("scenegan.checkpoints", "scenegan.losses", "scenegan.models",
             "scenegan.velocity_losses"),
}
KERAS_FREE = ("data", "errors", "files", "media", "pixels", "presets", "processes",
              "progress", "quiet", "scenery", "specs", "text")
BACKENDS = {name: f"training/steps/{name}_step.py" for name in ("tensorflow", "jax", "torch")}


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


def modules(package):
    """The modules of a package at any depth: dict from name, without the package's, to path."""
    names = {path: path.relative_to(package).with_suffix("").parts
             for path in sorted(package.rglob("*.py"))}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path
            for path, parts in names.items()}


def room_of(name):
    """The room of a module or of something in it; what has none is of the package itself."""
    parts = name.split(".")
    return next((room for end in range(len(parts), 0, -1)
                 if (room := ".".join(parts[:end])) in LEVEL_OF), "")


def begins_with(name, starts):
    return any(name == start or name.startswith(f"{start}.") for start in starts)


def breaches(package):
    """Imports that break through a wall: pairs of a module and the name that it imports."""
    found = set()
    for module, path in modules(package).items():
        room = room_of(module)
        forbidden = {wall for start, walls in FORBIDDEN.items() if begins_with(room, [start])
                     for wall in walls} | ({"keras"} if begins_with(room, KERAS_FREE) else set())
        for name in imported(path):
            inside = begins_with(name, ["scenegan"])
            other = room_of(name.removeprefix("scenegan").removeprefix(".")) if inside else None
            up = inside and other != room and LEVEL_OF[other] >= LEVEL_OF[room]
            if up or begins_with(name, forbidden):
                found.add((module, name))
    return found


def test_every_module_has_a_room():
    assert {name for name in modules(PACKAGE) if not room_of(name)} == {""}
    assert set(LEVEL_OF) - {room_of(name) for name in modules(PACKAGE)} == {"__version__"}


def test_the_page_of_the_architecture_names_every_room():
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text()
    table = text[text.index("## Levels"):text.index("## Walls")]
    rooms = {room.rpartition(".")[2] for room in LEVEL_OF} - {"", "__version__", "__main__"}
    assert {room for room in rooms if room not in re.findall(r"\w+", table)} == set()


def test_imports_go_to_lower_levels():
    assert breaches(PACKAGE) == set()


def test_imports_lead_somewhere():
    known = {f"scenegan.{name}" if name else "scenegan" for name in modules(PACKAGE)}
    root = PACKAGE.parent
    paths = [*PACKAGE.rglob("*.py"), *(root / "tests").rglob("*.py"),
             *(root / "benchmarks").glob("*.py")]
    nowhere = {(path.relative_to(root).as_posix(), name) for path in paths
               for name in imported(path) if begins_with(name, ["scenegan"])
               and not {name, name.rpartition(".")[0]} & known}
    assert nowhere == set()


def test_imports_make_no_circle():
    known = modules(PACKAGE)

    def module_in(name):
        while name not in known:
            name = name.rpartition(".")[0]
        return name
    graph = {module: {module_in(name.removeprefix("scenegan").removeprefix("."))
                      for name in imported(path) if begins_with(name, ["scenegan"])}
             for module, path in known.items()}
    graphlib.TopologicalSorter(graph).prepare()       # or CycleError, which names the circle


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_is_named_in_its_step_only(backend):
    for path in PACKAGE.rglob("*.py"):
        named = any(begins_with(name, [backend]) for name in imported(path))
        assert named == (path.relative_to(PACKAGE).as_posix() == BACKENDS[backend]), path


@pytest.mark.parametrize(("module", "line", "name"), [
    ("data/deep/deeper/room.py", "from scenegan.training import session",
     "scenegan.training.session"),
    ("data/deep/room.py", "import keras", "keras"),
    ("data/room.py", "from scenegan.models.layers import Shrink", "scenegan.models.layers.Shrink"),
    ("models/deep/__init__.py", "import scenegan", "scenegan"),
    ("checkpoints.py", "from scenegan import data", "scenegan.data"),
    ("training/deep/room.py", "from scenegan.commands.train import train",
     "scenegan.commands.train.train"),
])
def test_a_breach_is_seen_in_any_folder(tmp_path, module, line, name):
    path = tmp_path / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("from scenegan.errors import InputError\n\n\ndef f():\n    pass\n")
    assert breaches(tmp_path) == set()
    path.write_text(f"from scenegan.errors import InputError\n\n\ndef f():\n    {line}\n")
    found, = breaches(tmp_path)
    assert found[1] == name and path == modules(tmp_path)[found[0]]
