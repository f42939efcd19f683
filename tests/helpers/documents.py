"""The commands of the documents, and what can be checked of one without running it."""

import configparser
import json
import re
import shlex
from pathlib import Path

import click

from scenegan.commands.cli import main
from scenegan.commands.train import settle

ROOT = Path(__file__).parents[2]
BLOCKS = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+", re.MULTILINE)
ASSIGNMENT = re.compile(r"[A-Z_]+=")
# Environment variables that libraries read; others have to be named in the package.
LIBRARIES = {"KERAS_BACKEND": {"tensorflow", "jax", "torch"}, "JAX_COMPILATION_CACHE_DIR": None}


def blocks(page, language):
    """The fenced blocks of a page in one language."""
    return [text for name, text in BLOCKS.findall(page.read_text()) if name == language]


def commands(page):
    """Every shell command of a page as a list of words, in order.

    All of a block ```sh, and of an indented block what begins with the name of a program.
    """
    text = page.read_text()
    indented = [line[4:] for block in INDENTED.findall(BLOCKS.sub("", text))
                for line in block.replace("\\\n", " ").splitlines()]
    lines = [line for block in blocks(page, "sh")
             for line in block.replace("\\\n", " ").splitlines()]
    lines += [line for line in indented if line.split()[0] in PROGRAMS]
    words = (shlex.split(part, comments=True) for line in lines for part in line.split(" && "))
    return [command for command in words if command]


def check(command):
    """Raise unless a command's program, options and values exist."""
    first, *rest = command
    if ASSIGNMENT.match(first):
        check_variable(first)
        return check(rest) if rest else None
    return PROGRAMS[first](rest)


def check_variable(text):
    name, _, value = text.partition("=")
    if name == "TF_CONFIG":
        assert set(json.loads(value)) == {"cluster", "task"}
    elif name in LIBRARIES:
        assert LIBRARIES[name] is None or value in LIBRARIES[name]
    else:
        assert any(name in path.read_text() for path in (ROOT / "scenegan").rglob("*.py")), name


def check_export(words):
    assert words and all(ASSIGNMENT.match(word) for word in words)
    for word in words:
        check_variable(word)


def check_python(words):
    """`python SCRIPT ...` or `python -m MODULE ...`."""
    script, *rest = words
    if script == "-m":
        module, *rest = rest
        return {"venv": check_venv, "pytest": check_pytest}[module](rest)
    if script.startswith(("benchmarks/", "web/")):
        return check_benchmark(script, rest)
    return check_click({"animate.py": ["animate"], "train_stage.py": ["train"]}[script] + rest)


def check_click(words):
    """Parse a command of scenegan as it would be, and settle what it would train."""
    command, context = main, click.Context(main)
    while isinstance(command, click.Group) and words and words[0] in command.list_commands(context):
        command, words = command.get_command(context, words[0]), words[1:]
    assert not isinstance(command, click.Group) or command.invoke_without_command, words
    if words == ["--help"]:
        return
    context = command.make_context(command.name, list(words))
    assert not context.args and not context._protected_args, words
    given = dict(context.params)
    if command.name == "train":
        path = given.pop("path")
        settle({name: given[name] for name in given if name not in ("run", "fresh")}, path)


def check_benchmark(script, words):
    text = (ROOT / script).read_text()
    for word in words:
        assert not word.startswith("--") or f'"{word}' in text, f"{script} has no {word}"


def check_venv(words):
    assert len(words) == 1 and not words[0].startswith("-")


def check_pip(words):
    """`pip install -e '.[extra]'`: the extras exist."""
    assert words[:2] == ["install", "-e"] and len(words) == 3
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = re.fullmatch(r"\.(?:\[(.*)\])?", words[2])[1]
    assert set(extras.split(",") if extras else ()) <= set(setup["options.extras_require"])


def check_pytest(words):
    """Files of tests exist, and the marker is declared."""
    for word in words:
        assert not word.startswith("tests/") or (ROOT / word).exists(), word
        assert word != "not slow" or "    slow: " in (ROOT / "setup.cfg").read_text()
        assert not word.startswith("-") or word in ("-m", "-n", "-k"), word


def check_plain(*expected):
    """A check for a program that is always called with the same words."""
    def same(words):
        assert words == list(expected)
    return same


def check_tensorboard(words):
    assert words[0] == "--logdir" and len(words) == 2


def check_taskset(words):
    assert words[0] == "-c" and words[1].isdigit()
    check(words[2:])


def check_dask(words):
    """`dask scheduler`, or `dask worker ADDRESS` with options that Dask has."""
    from distributed.cli import dask_scheduler, dask_worker
    command = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}[words[0]]
    command.make_context(words[0], list(words[1:]))


def check_npm(words):
    """`npm ci` or `npm run SCRIPT` of web/."""
    *words, option, folder = words
    scripts = json.loads((ROOT / folder / "package.json").read_text())["scripts"]
    known = [["ci"], *(["run", name] for name in scripts)]
    assert option == "--prefix" and words in known


def check_runner(words):
    assert not words and (ROOT / ".ci" / "run").stat().st_mode & 0o111


PROGRAMS = {
    "npm": check_npm, "apt-get": check_plain("install", "chromium"),
    "scenegan": check_click, "python": check_python, "python3": check_python,
    ".venv/bin/python": check_python, "pip": check_pip, ".venv/bin/pip": check_pip,
    "pytest": check_pytest, "ruff": check_plain("check", "."), ".ci/run": check_runner,
    "source": check_plain(".venv/bin/activate"), "export": check_export,
    "dask": check_dask, "tensorboard": check_tensorboard, "taskset": check_taskset,
    "KERAS_BACKEND=jax": lambda words: check(["KERAS_BACKEND=jax", *words]),
    "KERAS_BACKEND=torch": lambda words: check(["KERAS_BACKEND=torch", *words]),
}
