"""Something is done once a package is imported, by whomever."""

import sys

import pytest

from scenegan.after_import import after_import

NAME = "imported_later"


@pytest.fixture
def later(tmp_path, monkeypatch):
    """A package that is not imported yet; what it does when it is."""
    (tmp_path / f"{NAME}.py").write_text("import sys\nvalue = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    yield
    sys.modules.pop(NAME, None)


def test_it_is_done_when_the_package_is_there_in_whole(later):
    seen = []
    after_import(NAME, lambda: seen.append(sys.modules[NAME].value))
    finders = len(sys.meta_path)
    assert seen == []
    import imported_later  # noqa: F401
    assert seen == [1] and len(sys.meta_path) == finders - 1
    del sys.modules[NAME]
    import imported_later  # noqa: F401, F811
    assert seen == [1]                                 # once


def test_it_is_done_at_once_for_what_is_imported():
    seen = []
    after_import("sys", lambda: seen.append("sys"))
    assert seen == ["sys"]


def test_a_package_that_is_missing_stays_missing_and_may_come_later(later, tmp_path):
    seen = []
    (tmp_path / f"{NAME}.py").rename(tmp_path / "away.py")
    after_import(NAME, lambda: seen.append(NAME))
    with pytest.raises(ModuleNotFoundError, match=NAME):
        import imported_later  # noqa: F401
    (tmp_path / "away.py").rename(tmp_path / f"{NAME}.py")
    import importlib
    importlib.invalidate_caches()
    importlib.import_module(NAME)
    assert seen == [NAME]
