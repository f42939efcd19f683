"""Fixtures of several folders of tests: tiny stages, and clips for them."""

import os
import signal
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from tiny_stages import tiny_stage


def pytest_ignore_collect(collection_path, config):
    """Import no file of slow tests where they are left out: Keras takes seconds."""
    if config.option.markexpr == "not slow" and collection_path.suffix == ".py":
        return "\npytestmark = pytest.mark.slow" in collection_path.read_text() or None
    return None


@pytest.fixture(scope="session", autouse=True)
def ctrl_c():
    """Ctrl-C interrupts, though a shell that starts the tests in the background turns that off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module", autouse=True)
def same_first_weights():
    """Networks of a module of tests start with the same weights in every run."""
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="module")
def clips():
    """Clips to train tiny stages on."""
    from scenegan.data.procedural import ProceduralClips
    return ProceduralClips(count=40, seed=0, height=23, width=40, frames=8)


@pytest.fixture(params=[1, 2])
def spec(request):
    return tiny_stage(request.param)


@pytest.fixture
def grown():
    """Tiny generators of both stages, the second grown from the first."""
    from scenegan.models.generator import build_generator
    first = build_generator(tiny_stage(1))
    return first, build_generator(tiny_stage(2), first)
