"""`scenegan serve`: its address, its end, and a port that is taken."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenegan.commands.cli import main

START = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1] / "helpers")!r})
from even_predictor import EvenPredictor
from scenegan.commands import serve
from scenegan.commands.cli import main
from scenegan.serve.studio import Studio
serve._studio = lambda path: Studio(EvenPredictor())
main(["serve", "--port", "0", "--no-browser"], "scenegan")
"""


def test_it_says_where_it_is_and_ctrl_c_ends_it():
    with subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/\S{20,}/", process.stdout.readline())[0]
            with urllib.request.urlopen(address) as answer:
                assert b"scenegan" in answer.read()
            process.send_signal(signal.SIGINT)
            said, error = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, said, error) == (0, "Ended.\n", "")


def test_a_port_that_is_taken_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port), "--no-browser"])
    assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert f"Port {port} is taken" in result.stderr


@pytest.mark.parametrize(("arguments", "status", "said"), [
    (["--port", "70000"], 2, "range"), (["--checkpoint", "gone.keras"], 1, "does not exist")])
def test_a_mistake_is_told_before_anything_is_loaded(arguments, status, said):
    result = CliRunner().invoke(main, ["serve", "--no-browser", *arguments])
    assert result.exit_code == status and said in result.stderr
