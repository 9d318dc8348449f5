"""What a notebook has and a worker has not: figures, progress bars, IPython. In grading they do nothing, at no cost.

A function may plot, or show its progress, on the way to a right answer. The stand-ins are there whether or not the real
package is, so that a check, a push and a regrade see the same.
"""

import builtins
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import torch

SILENT = ("matplotlib", "mpl_toolkits", "seaborn", "plotly", "IPython", "ipywidgets", "tqdm", "genlab.plots")
ROOMS = "genlab."  # figures of one lesson: genlab.nb1.figures


class Silent:
    """Takes any use and gives another of its kind; `fig, ax = plt.subplots()` finds its two."""

    def __getattr__(self, name: str) -> "Silent":
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent()

    def __call__(self, *_arguments: Any, **_options: Any) -> "Silent":
        return Silent()

    def __getitem__(self, _place: Any) -> "Silent":
        return Silent()

    def __setitem__(self, _place: Any, _value: Any) -> None: ...

    def __iter__(self) -> Iterator["Silent"]:
        return iter((Silent(), Silent()))

    def __len__(self) -> int:
        return 2

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *_error: Any) -> None: ...


class Bar(Silent):
    """`tqdm(iterable)` iterates, and says nothing."""

    def __init__(self, iterable: Iterable = (), *_arguments: Any, **_options: Any):
        self._iterable = iterable

    def __iter__(self) -> Iterator:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)  # pyright: ignore[reportArgumentType]  (where it has a length)


class _SilentModule(ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__.partition(".")[0] == "tqdm":
            return {"tqdm": Bar, "tqdm_notebook": Bar, "trange": lambda *ends, **_: Bar(range(*ends))}.get(name, Silent())
        return Silent()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        figures = name.startswith(ROOMS) and name.endswith("figures")
        if figures or any(name == silent or name.startswith(f"{silent}.") for silent in SILENT):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _SilentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


def _not_compiled(model: Callable | None = None, **_options: Any) -> Callable:
    """`torch.compile` computes the same, after minutes of compiling."""
    return model if model is not None else lambda function: function


def _hide_accelerators() -> None:
    """A check on a laptop with one sees what the runner sees. (An environment variable hides those of CUDA.)"""
    torch.backends.mps.is_available = torch.accelerator.is_available = lambda: False
    torch.accelerator.current_accelerator = lambda check_available=False: None


def put_in_place() -> None:
    """For this process: once is enough, and every fork has them."""
    sys.meta_path.insert(0, _Finder())
    torch.compile = _not_compiled
    _hide_accelerators()
    builtins.__dict__.update(display=lambda *_objects, **_options: None, get_ipython=Silent)  # IPython's own builtins
