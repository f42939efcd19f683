"""Files of JSON Lines: what is read, passed over and refused."""

import pytest

from scenegan.files.json_lines import DamagedLine, read_objects, to_lines


def write(folder, content):
    (folder / "a.jsonl").write_bytes(content)
    return folder / "a.jsonl"


def test_what_is_written_is_read(tmp_path):
    objects = [{"a": "é\n\u2028", "b": [1, None]}, {}]
    path = write(tmp_path, to_lines(objects).encode())
    assert path.read_bytes().count(b"\n") == 2
    assert read_objects(path) == objects


def test_empty_lines_are_passed_over_and_counted(tmp_path):
    path = write(tmp_path, b'{"a": 1}\n\n \r\n{"a": 2}\r\n[]\n')
    with pytest.raises(DamagedLine) as error:
        read_objects(path)
    assert error.value.number == 5 and "no JSON object" in str(error.value)


@pytest.mark.parametrize("line", [b"{", b"1", b"\xff", b'{"a": ' + b"[" * 100_000, b"nonsense",
                                  b'{"a": ' + b"9" * 5000 + b"}"])
def test_a_damaged_line_is_named(tmp_path, line):
    with pytest.raises(DamagedLine, match="line 2: "):
        read_objects(write(tmp_path, b"{}\n" + line + b"\n"))


def test_what_is_parsed_may_be_refused(tmp_path):
    path = write(tmp_path, b'{"a": "1"}\n{"a": "x"}\n')
    with pytest.raises(DamagedLine, match="line 2: invalid literal"):
        read_objects(path, lambda value: int(value["a"]))


def test_half_a_line_of_a_killed_writer_is_left_out_where_that_is_asked_for(tmp_path):
    path = write(tmp_path, b'{"a": 1}\n{"a"')
    assert read_objects(path, torn_last=True) == [{"a": 1}]
    with pytest.raises(DamagedLine):
        read_objects(path)
    assert read_objects(write(tmp_path, b'{"a": 1}')) == [{"a": 1}]
