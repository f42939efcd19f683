"""Values that JSON can say and no wish has."""

import pytest

from scenegan.errors import InputError
from scenegan.serve.wishes import film_wish, motion_wish


@pytest.mark.parametrize("fields", [
    {"seed": float("inf")}, {"seed": float("nan")}, {"direction": 10 ** 400}, {"seed": True},
    {"format": []}, {"loop": []}, {"loop": {}}])
def test_a_value_that_is_none_is_refused(fields):
    with pytest.raises(InputError, match="must be"):
        motion_wish(fields), film_wish({"format": "gif", "size": "64"} | fields)
