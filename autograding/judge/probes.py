"""Packs a probe: a function of a test file that runs beside the student's code.

What travels is its code with all that it uses of its file and of `autograding.checks`, and nothing else: in the
worker there is no test file, and no vocabulary of the tests, that a student's code could call or change.
"""

import ast
import importlib
import inspect
import marshal
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType

from ..reading.notebook import parse
from ..reading.slicing import Program

VOCABULARY = "autograding.checks."


@cache
def packed(probe: Callable) -> bytes:
    """The compiled code of a probe and of what it needs."""
    module = inspect.getmodule(probe)
    assert module, probe
    body = list(_slice(module, [probe.__name__], set()))
    return marshal.dumps(compile(ast.Module(body, []), "probe", "exec", dont_inherit=True))


def _slice(module: ModuleType, names: Iterable[str], taken: set[tuple[str, int]]) -> Iterator[ast.stmt]:
    """The statements that some names of a module need, with those of the vocabulary in the place of its imports.

    taken: the module and line of each statement that stands there already.
    """
    for statement in _program(module).slice(names):
        node, place = statement.node, (module.__name__, statement.node.lineno)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(VOCABULARY) and node.module:
            (alias,) = node.names
            if alias.asname:
                raise ValueError(f"{module.__name__}, line {node.lineno}: import {alias.name} under its own name.")
            yield from _slice(importlib.import_module(node.module), [alias.name], taken)
        elif place not in taken or isinstance(node, (ast.Import, ast.ImportFrom)):
            taken.add(place)
            yield node


@cache
def _program(module: ModuleType) -> Program:
    return Program([parse(module.__name__, inspect.getsource(module))], {})
