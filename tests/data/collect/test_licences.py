"""Licences by our own names."""

import pytest

from scenegan.data.collect.licences import NAMES, name_licence, parse_licences
from scenegan.errors import InputError

# Licences

@pytest.mark.parametrize(("title", "url", "name"), [
    (None, "https://creativecommons.org/licenses/by/2.0/", "cc-by"),
    (None, "https://creativecommons.org/licenses/by-sa/4.0/deed.de", "cc-by-sa"),
    (None, "http://creativecommons.org/licenses/by-nd-nc/1.0/", "cc-by-nc-nd"),
    (None, "https://creativecommons.org/licenses/sampling+/1.0/", None),
    (None, "https://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
    (None, "https://creativecommons.org/publicdomain/mark/1.0/", "pdm"),
    (None, "http://www.usa.gov/copyright.shtml", "us-gov"),
    ("", "https://www.flickr.com/commons/usage/", "no-known-restrictions"),
    ("All Rights Reserved", "", "all-rights-reserved"), ("Mine", None, None)])
def test_licences_are_named_by_their_address(title, url, name):
    assert name_licence(title, url) == name


def test_licences_by_name():
    assert parse_licences("cc-by, CC0,cc-by") == ("cc-by", "cc0")
    for wrong in ("cc-by,gpl", "", " , "):
        with pytest.raises(InputError) as caught:
            parse_licences(wrong)
        assert all(name in str(caught.value) for name in NAMES)
