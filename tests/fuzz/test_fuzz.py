"""A short round of bad input through the commands; benchmarks/fuzz.py has the long one."""

import os

import pytest
from fuzz_cases import cases
from fuzz_runner import Outcome, Runner, judge, run_cases, snapshot

pytestmark = pytest.mark.slow
linux = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="measures by /proc")


COUNTS = {"photo files": 60, "videos": 30, "files": 30, "lines": 40}


@linux
def test_bad_input_is_refused_in_one_line_and_leaves_nothing():
    wrong = []
    short = [case for kind, count in COUNTS.items() for case in cases(kind, count, seed=1)
             if "checkpoint" not in case[0]]        # which takes Keras
    counts, *_ = run_cases(short, lambda name, outcome:
                           outcome.faults and wrong.append((name, outcome)))
    assert counts["tried"] == len(short) > 150 and not wrong


@pytest.mark.parametrize(("outcome", "fault"), [
    (Outcome(1, "Error: a\n"), None), (Outcome(2, "Usage: x\n\nError: a\n"), None),
    (Outcome(1, "Loading the network ...\nError: a\n"), None), (Outcome(0), None),
    (Outcome(1, "Error: a\nmoov atom not found\n"), "2 lines"), (Outcome(3), "status 3"),
    (Outcome(1, "Error: a\n", "Traceback ..."), "traceback"), (Outcome(2, "x"), "no usage error"),
    (Outcome(0, memory=9000), "9000 MB")])
def test_what_is_wrong_is_seen(tmp_path, outcome, fault):
    judge(outcome, tmp_path, {})
    assert outcome.faults == ([fault] if fault else [])


@pytest.mark.parametrize(("status", "change", "fault"), [
    (0, lambda folder: (folder / "in").write_text("b"), "an input changed"),
    (1, lambda folder: (folder / "a.gif").write_text(""), "wrote b'a.gif'"),
    (0, lambda folder: (folder / "a.gif").write_text("GIF89a"), "half b'a.gif'"),
    (1, lambda folder: (folder / ".a.part.gif").write_text(""), "left b'.a.part.gif'")])
def test_what_is_left_behind_is_seen(tmp_path, status, change, fault):
    (tmp_path / "in").write_text("a")
    before = snapshot(tmp_path)
    change(tmp_path)
    outcome = Outcome(status, "Error: x\n" if status else "")
    judge(outcome, tmp_path, before)
    assert outcome.faults == [fault]


@linux
def test_a_command_that_hangs_is_ended(tmp_path):
    with Runner(seconds=1) as run:
        outcome = run(["fuzz_cases:wait"], tmp_path)
        assert outcome.faults[0] == "hang"
        assert run(["--help"], tmp_path).status == 0           # in a new process


def test_every_command_gives_lines():
    names = {name.split("' ")[0] for name, _ in cases("lines", 300)}
    assert {"'animate", "'data", "'evaluate", "'train"} <= names
