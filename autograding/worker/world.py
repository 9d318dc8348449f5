"""What there is to import, the same for a check, a push and a regrade, whatever is installed on the machine at hand.

That is: the standard library, what autograding/requirements.txt installs, the course's own packages, the modules beside
the notebook, and stand-ins for what only shows something (`stand_ins`).
"""

import sys
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder

from .modules import OwnModules

NAMES = (
    "autograding cffi cryptography filelock fsspec functorch genlab iniconfig isympy jinja2 markupsafe mpmath networkx "
    "numpy packaging pkg_resources pluggy py pygments pytest pytest_timeout setuptools sympy torch torchgen "
    "typing_extensions"
)
INSTALLED = frozenset(NAMES.split())


def furnish(texts: Mapping[str, str]) -> None:
    """Make this process's imports those of one submission. texts: what its folder holds (`reading.folder`)."""
    ours = (Installed, OwnModules)
    others = [finder for finder in sys.meta_path if finder is not PathFinder and not isinstance(finder, ours)]
    sys.meta_path[:] = [*others, Installed(), OwnModules(texts)]


class Installed(MetaPathFinder):
    """Python's own finder, for what is installed wherever work is graded."""

    def find_spec(self, fullname: str, path=None, target=None) -> ModuleSpec | None:
        top = fullname.partition(".")[0]
        known = top in INSTALLED or top in sys.stdlib_module_names or top.startswith("_")
        return PathFinder.find_spec(fullname, path, target) if known else None
