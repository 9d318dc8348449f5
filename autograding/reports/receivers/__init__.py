"""Everybody who is told a score. A receiver is a file in here, named in RECEIVERS.

It holds `NAME`, what a log calls it, and `deliver(card, request)`, which does nothing where it is not asked for, and
returns a sentence where it was asked and could not deliver through nobody's fault. It may hold `FLAG`, an argument of
`python -m autograding.report` with its help.
"""

from importlib import import_module
from types import ModuleType

RECEIVERS = ("terminal", "classroom", "html", "classroom50", "status", "summary")  # told in this order


def receivers() -> list[ModuleType]:
    return [import_module(f".{name}", __name__) for name in RECEIVERS]
