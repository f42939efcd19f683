"""Which rendition is taken."""

import pytest

from scenegan.data.collect.renditions import Rendition, in_order

# Which rendition

@pytest.mark.parametrize(("sides", "order"), [
    ([240, 90, 720, 60, 45, None, 89], [90, 240, 720, 89, 60, 45, None]), ([None], [None])])
def test_small_enough_but_large_enough(sides, order):
    renditions = [Rendition(str(side), side, "") for side in sides]
    assert [one.side for one in in_order(renditions, 90)] == order
