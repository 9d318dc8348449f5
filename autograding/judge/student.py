"""The judge's view of a program it never enters: `student.f(x)` runs `f` in a worker and brings plain data back."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from .. import wire
from ..checks.compare import describe
from ..checks.observed import current_log
from .faults import StudentFault
from .host import Host
from .probes import packed


class Student:
    _host: Host
    _stem: str
    _graded: str
    _settings: Mapping[str, Any]

    """The fixture `student`, and `reference` where it is live: one test's access to a program."""

    def __init__(self, host: Host, stem: str, scope: str, seed: int, graded: str, hung: tuple[str, ...] = ()):
        """scope: calls of one scope and section (`observed.Log`) share a namespace.

        graded: the exercise (`f` or `Class.method`) that is judged.

        hung: exercises that are known never to return.
        """
        settings = {"scope": scope, "seed": seed, "hung": list(hung)}
        vars(self).update(_host=host, _stem=stem, _graded=graded, _settings=settings)

    def __getattr__(self, name: str) -> Callable:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(self._call, name, None)

    def run(self, probe: Callable, *args: Any, **kwargs: Any) -> Any:
        """Run a module-level function of the test file in the worker; it receives the student's namespace first."""
        return self._call(probe.__name__, memoryview(packed(probe)), *args, **kwargs)

    def _call(self, name: str, probe: memoryview | None, *args: Any, **kwargs: Any) -> Any:
        log = current_log()
        log.sent += [*args, *kwargs.values()]
        log.called = _call_text(name, args, kwargs) if probe is None else f"[{name.replace('_', ' ')}]"
        plain_args = [wire.to_plain(_number(value)) for value in args]
        plain_kwargs = {key: wire.to_plain(_number(value)) for key, value in kwargs.items()}
        request = {
            "name": name,
            "probe": probe,
            "args": plain_args,
            "kwargs": plain_kwargs,
            **self._settings,
            "scope": f"{self._settings['scope']}#{log.section}",
        }
        try:
            value = self._host.call(self._stem, self._graded, request)
            log.came_back += [value] * bool(self._graded)
            return value
        except wire.WireError as error:
            self._host.close()  # what else it may have sent is not worth knowing
            what = error if log.quoting else "what cannot be read"
            fault = StudentFault("error", f"brought back {what}.", "unreadable")
        except StudentFault as raised:
            fault = raised
        if fault.status != "todo":
            log.seen.append({"error": fault.kind})
        raise StudentFault(fault.status, f"{log.called} {fault}", fault.kind, fault.absent)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _call_text(name: str, args: tuple, kwargs: Mapping) -> str:
    def brief(value: Any) -> str:
        return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) and value.ndim else describe(value)

    shown = [brief(value) for value in args] + [f"{key}={brief(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(shown)})"
