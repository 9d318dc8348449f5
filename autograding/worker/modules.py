"""The modules that a student wrote beside the notebook, importable by name. They stand last: no library is shadowed."""

import linecache
from collections.abc import Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType


class OwnModules(MetaPathFinder, Loader):
    """Finds `helpers` for the text `helpers.py`, and `lib.ops` for `lib/ops.py`."""

    def __init__(self, texts: Mapping[str, str]):
        """texts: by place in the folder, as `reading.folder` finds them; what is no module among them is passed over."""
        self._texts = {
            _dotted(place): (place, text) for place, text in texts.items() if place.endswith(".py") and place != ".py"
        }

    def find_spec(self, fullname: str, path=None, target=None) -> ModuleSpec | None:
        package = any(name.startswith(fullname + ".") for name in self._texts)
        if fullname not in self._texts and not package:
            return None
        return spec_from_loader(fullname, self, is_package=package)

    def exec_module(self, module: ModuleType) -> None:
        place, text = self._texts.get(module.__name__, (module.__name__, ""))
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)  # for tracebacks and `inspect`
        exec(compile(text, place, "exec", dont_inherit=True), vars(module))


def _dotted(place: str) -> str:
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
