"""Do something as soon as a package is imported, by whomever, without importing it.

The package wrapt does so, too, but imports asyncio and ssl for it: a third of the time that
`scenegan --help` takes.
"""

import sys
from importlib.abc import MetaPathFinder
from importlib.util import find_spec


def after_import(name, act):
    """Call `act()` once, after a package has been imported: now, if it is already.

    Args:
        name: Of a package or module at the top.
    """
    if name in sys.modules:
        act()
    else:
        sys.meta_path.insert(0, _Watch(name, act))


class _Watch(MetaPathFinder):
    """Finds what the other finders find, and acts when that is loaded."""

    def __init__(self, name, act):
        self.name, self.act = name, act

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)                    # so that the others are asked, and only once
        spec = find_spec(fullname)
        if spec is None or spec.loader is None:
            sys.meta_path.insert(0, self)             # it may be there later
            return None
        load = spec.loader.exec_module

        def load_and_act(module):
            load(module)
            self.act()
        spec.loader.exec_module = load_and_act
        return spec
