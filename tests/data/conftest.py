"""A folder of small clips."""

import pytest
from small_store import write_store

from scenegan.data.store import ClipStore


@pytest.fixture
def folder(tmp_path):
    return write_store(tmp_path / "clips")


@pytest.fixture
def store(folder):
    return ClipStore(folder)
