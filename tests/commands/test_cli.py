"""All commands: errors in one line, help that is quick, interrupts without a word."""

import errno
import os
import signal

import click
import pytest
from click.testing import CliRunner
from programs import program

from scenegan.commands.cli import COMMANDS, LazyGroup, main
from scenegan.errors import InputError


@pytest.mark.parametrize("error, status, line", [
    (InputError("A photo must\nbe one."), 1, "Error: A photo must be one.\n"),
    (OSError(errno.ENOSPC, "No space left on device", "a.gif"), 1,
     "Error: There is no room left on the disk. Make room and give the same command again.\n"),
    (KeyboardInterrupt(), 130, "Interrupted.\n")])
def test_errors_become_one_line_and_a_status(error, status, line):
    class OneCommand(LazyGroup):
        def get_command(self, ctx, cmd_name):
            @click.command(cmd_name)
            def fails():
                raise error
            return fails
    result = CliRunner().invoke(OneCommand(table={"fails": ("", "")}), ["fails"])
    assert (result.exit_code, result.stderr) == (status, line)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_ends_are_taken_as_ctrl_c(number):
    left = []

    class OneCommand(LazyGroup):
        def get_command(self, ctx, cmd_name):
            @click.command(cmd_name)
            def ends():
                try:
                    signal.raise_signal(number)
                finally:
                    left.append("tidied up")
            return ends
    before = signal.signal(number, signal.SIG_DFL)    # under nohup SIGHUP is ignored
    try:
        result = CliRunner().invoke(OneCommand(table={"ends": ("", "")}), ["ends"])
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert (result.exit_code, result.stderr) == (128 + number, "Interrupted.\n")
    assert left == ["tidied up"]


@pytest.mark.parametrize("arguments, usage", [
    (["-m", "scenegan", "--help"], "Usage: scenegan "),
    (["animate.py", "--help"], "Usage: animate.py "),
    (["train_stage.py", "--help"], "Usage: train_stage.py ")])
def test_help_names_the_program(arguments, usage):
    result = program(*arguments)
    assert result.returncode == 0 and result.stdout.startswith(usage)


@pytest.mark.parametrize("command", ["animate", "train"])
def test_grouped_help_begins_with_everyday_and_names_no_range_that_is_none(command):
    text = CliRunner().invoke(main, [command, "--help"]).output
    assert text.index("Everyday:") < text.index("Other options:") and "None]" not in text


@pytest.mark.parametrize("arguments", [["-m", "scenegan"], ["animate.py"], ["train_stage.py"]])
def test_an_interrupted_import_is_quiet(tmp_path, arguments):
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")      # as Ctrl-C would, there
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = program(*arguments, "--help", PYTHONPATH=path)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


@pytest.mark.parametrize("arguments", [["--help"], ["animate", "--help"], ["animate", "gone.jpg"]])
def test_help_and_mistakes_do_not_wait_for_tensorflow(arguments):
    code = ("import sys; from scenegan.commands.cli import main; main(sys.argv[1:], 'scenegan', "
            "standalone_mode=False); print(*sorted({'tensorflow', 'keras', 'jax', 'cv2'} "
            "& set(sys.modules)), 'END')")
    result = program("-c", code, *arguments)
    assert result.stdout.rstrip().endswith("END") and not set(
        result.stdout.splitlines()[-1].split()) - {"END"}


def test_a_backend_that_is_none_is_one_line():
    result = program("train_stage.py", "--stage", "1", "--run", os.devnull, KERAS_BACKEND="none")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: Keras needs a backend")


def test_every_command_is_where_the_table_says():
    for name in COMMANDS:
        assert isinstance(main.get_command(None, name), click.Command)
