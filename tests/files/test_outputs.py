"""Which folders an output may take the place of."""

import pytest

from scenegan.errors import InputError
from scenegan.files.outputs import OutputFolder, check_folder

REPORT = OutputFolder(what="a report", names=r"index\.html|samples/(\d+\.webp)?",
                      mark=("index.html", "made by scenegan"))


def write(folder, *names, text="made by scenegan"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_new_an_empty_and_an_older_output_may_be_replaced(tmp_path):
    REPORT.check(tmp_path / "new")
    REPORT.check(tmp_path)
    REPORT.check(write(tmp_path, "index.html", "samples/01.webp"))


@pytest.mark.parametrize("name", ["letter.txt", "samples/letter.txt", "samples/01.webp/a",
                                  "index.html.bak", "Samples/01.webp", ".git/config"])
def test_a_folder_with_anything_else_may_not(tmp_path, name):
    write(tmp_path, "index.html", name)
    with pytest.raises(InputError, match="or one with a report") as error:
        REPORT.check(tmp_path)
    assert f"holds '{name.split('/')[0]}" in str(error.value)


def test_the_same_names_without_the_mark_are_of_others(tmp_path):
    assert REPORT.find_stranger(write(tmp_path, "index.html", text="mine")) == "index.html"
    assert REPORT.find_stranger(write(tmp_path / "b", "samples/01.webp")) == "samples"


def test_a_file_is_no_folder(tmp_path):
    check_folder(tmp_path)
    check_folder(tmp_path / "new")
    write(tmp_path, "file")
    with pytest.raises(InputError, match="Received: the file"):
        check_folder(tmp_path / "file")
