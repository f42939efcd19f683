"""Items made ahead of time."""

import itertools
import threading
import time

import pytest

from scenegan.data.prefetch import map_in_threads, prefetch
from scenegan.errors import InputError


def test_prefetch_keeps_the_order_and_stays_a_few_ahead():
    made = []
    items = prefetch((made.append(number) or number for number in range(20)), ahead=2)
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    time.sleep(0.05)
    assert 3 <= len(made) <= 6                                         # 3 + 2 waiting + 1 in hand
    assert list(items) == list(range(3, 20))


def test_prefetch_raises_what_its_source_raises():
    def source():
        yield 1
        raise InputError("no more")

    items = prefetch(source())
    assert next(items) == 1
    with pytest.raises(InputError, match="no more"):
        next(items)
    with pytest.raises(TypeError, match="not iterable"):
        next(prefetch(None))


@pytest.mark.parametrize("end", [lambda items: items.close(), lambda items: list(items)])
def test_prefetch_leaves_no_thread(end):
    before = threading.active_count()
    items = prefetch(iter(range(9)), ahead=1)
    next(items)
    assert threading.active_count() == before + 1
    end(items)
    assert threading.active_count() == before


def test_a_forgotten_prefetch_ends():
    before = threading.active_count()
    items = prefetch(itertools.count())
    next(items)
    del items
    assert threading.active_count() == before


def test_threads_make_several_items_at_once_and_keep_the_order():
    together = threading.Barrier(3, timeout=5)        # breaks unless three wait at the same time

    def make(number):
        together.wait()
        return number

    assert list(map_in_threads(make, range(9), threads=3)) == list(range(9))


def test_threads_end_with_the_iteration_and_raise_what_a_function_raises():
    made = []

    def make(number):
        made.append(number)
        if number == 3:
            raise InputError("no more")
        return number

    items = map_in_threads(make, range(100), threads=2)
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(InputError, match="no more"):
        next(items)
    assert made[-1] < 6
