"""The logs of a training."""

import pytest

from scenegan.training.run.logs import Logs

pytestmark = pytest.mark.slow          # Keras


def test_logs_are_cut_to_the_state(tmp_path):
    logs = Logs(tmp_path)
    logs.training.write_text("step,loss\n2,0.5\n4,nan\n6,0.3\n8")
    logs.cut(4)
    assert logs.training.read_text() == "step,loss\n2,0.5\n4,nan\n"
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("line", [
    b"", b"none,0.4", b"3,none", b"3", b"\0\0\0", b"3,\xff", b"3.5,1"])
def test_damaged_lines_of_a_log_are_left_out_and_told_of(tmp_path, line, capsys):
    logs = Logs(tmp_path)
    content = b"step,loss\r\n2,0.5\r\n" + line + b"\r\n4,0.4\r\n"
    logs.validation.write_bytes(content)
    logs.cut(4)
    assert logs.validation.read_bytes() == b"step,loss\r\n2,0.5\r\n4,0.4\r\n"
    assert "has damaged lines, 1 of 4" in capsys.readouterr().err
    assert (tmp_path / "validation.damaged.csv").read_bytes() == content
