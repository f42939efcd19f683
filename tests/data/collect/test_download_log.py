"""The journal of downloads."""

import pytest

from scenegan.data.collect.download_log import Entry, open_journal, read_journal
from scenegan.errors import InputError

# The journal

def test_journal_holds_the_last_word(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="skipped", reason="network: HTTP 500"))
        note(Entry(id="a", status="done", bytes=5))
    assert read_journal(tmp_path)["a"].status == "done"


def test_torn_line_of_a_killed_writer_is_forgotten(tmp_path):
    with open_journal(tmp_path) as note:
        note(Entry(id="a", status="done"))
    with open(tmp_path / "downloads.jsonl", "a") as file:
        file.write('{"id": "b", "sta')
    assert list(read_journal(tmp_path)) == ["a"]
    with open_journal(tmp_path) as note:
        note(Entry(id="c", status="done"))
    assert list(read_journal(tmp_path)) == ["a", "c"]


@pytest.mark.parametrize("line", [
    "nonsense", '{"id": [1], "status": "done"}', '{"id": {}, "status": "done"}', '{"id": "a"}',
    '{"id": "a", "status": ["done"]}', '{"id": "a", "status": "perhaps"}'])
def test_damaged_journal_names_the_line(tmp_path, line):
    (tmp_path / "downloads.jsonl").write_text(f"{line}\n")
    with pytest.raises(InputError, match="line 1"):
        read_journal(tmp_path)


def test_one_writer_at_a_time(tmp_path):
    with open_journal(tmp_path), pytest.raises(InputError, match="Another download is filling"), \
            open_journal(tmp_path):
        pass
