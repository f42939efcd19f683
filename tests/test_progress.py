"""The progress bar: drawn for a person, on the stream that was chosen, and nowhere else."""

import sys

import pytest

from scenegan.progress import progress_bar


def count_to_three(stderr):
    with progress_bar("Found", stderr) as bar:
        task = bar.add_task("", total=7, note="")
        bar.update(task, completed=3, note="2.5 a second")
    return bar.tasks[task].completed


@pytest.mark.parametrize("stderr", [True, False])
def test_a_file_gets_no_bar(stderr, capsys):
    assert count_to_three(stderr) == 3
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("stderr", [True, False])
def test_a_person_sees_the_bar(stderr, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr if stderr else sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    count_to_three(stderr)
    seen, other = capsys.readouterr()[::-1 if stderr else 1]
    assert all(text in seen for text in ("Found", "3/7", "2.5 a second")) and other == ""
