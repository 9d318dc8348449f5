"""The judge's view of a program it never enters: `student.f(x)` runs `f` in a worker and brings plain data back."""

import ast
import inspect
import marshal
import secrets
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from . import wire
from .compare import current_log, describe
from .faults import StudentFault, from_error
from .notebook import parse
from .processes import Spawner, WarmParent, Worker
from .slicing import Program

CALL_LIMIT = 10.0  # seconds for one call; every honest one takes milliseconds
READ_LIMIT = 30.0  # seconds for reading one pair, in which no code of the student's runs
TOTAL_LIMIT = 180.0  # seconds for all calls of one submission together
MOST_WARNINGS, WARNING_LENGTH = 20, 500


class Host:
    """One submission's worker process: started when it is needed, replaced when it is lost."""

    def __init__(self, pool: WarmParent | Spawner, pairs: Mapping[str, Mapping], limit: float | None = None):
        """pairs: for each notebook's stem, its `texts` and the `starter` of its exercises (see `pair.resolve`)."""
        self.pool, self.pairs, self.limit, self.left = pool, pairs, limit or CALL_LIMIT, TOTAL_LIMIT
        self.worker: Worker | None = None
        self.stem: str | None = None  # the pair that the worker has read
        self._read: dict[str, list[str] | StudentFault] = {}

    def open(self, stem: str) -> list[str]:
        """Let a worker read one pair; its warnings. Raises StudentFault, the same one however often it is asked.

        Each pair has a worker of its own, which reads it before any code of the student's has run in there.
        """
        if isinstance(known := self._read.get(stem), StudentFault):
            raise known
        if self.stem != stem:
            self.close()
            try:
                reply = self._ask({"open": {"stem": stem, **self.pairs[stem]}}, READ_LIMIT)
            except StudentFault as fault:
                self._read[stem] = fault
                raise
            self.stem = stem
            warnings = reply["warnings"][:MOST_WARNINGS]
            self._read.setdefault(stem, [str(warning)[:WARNING_LENGTH] for warning in warnings])
        return self._read[stem]

    def call(self, stem: str, request: Mapping) -> Any:
        """The value of one call. Raises StudentFault when there is none."""
        self.open(stem)
        reply = self._ask({"call": {"stem": stem, **request}}, self.limit)
        if reply.get("spent"):
            self.close()
        if isinstance(reply.get("error"), dict):
            raise from_error(reply["error"], str(reply.get("printed") or ""))
        return wire.from_plain(reply.get("value"))

    def close(self) -> None:
        self.stem = None
        if self.worker is not None:
            worker, self.worker = self.worker, None
            worker.end()

    def _ask(self, request: dict, limit: float) -> dict:
        """One request and its reply. The nonce tells it from frames that were sent before anyone asked."""
        if self.left <= 0:
            raise StudentFault("timeout", f"was not called: all calls before it took {TOTAL_LIMIT:g} seconds together. "
                               "Is there a loop over pixels where one tensor operation would do?")  # fmt: skip
        self.worker = self.worker or self.pool.worker()
        nonce, start = secrets.token_hex(8), time.monotonic()
        try:
            self.worker.channel.settimeout(limit)  # for sending: who never reads must not block us
            wire.send(self.worker.channel, {"nonce": nonce, **request})
            reply = wire.receive(self.worker.channel, start + limit, wire.MAX_REPLY)
        except TimeoutError:
            self.close()
            raise StudentFault("timeout", f"did not return within {limit:g} seconds. Is there a loop that never "
                               "ends, or a loop over pixels where one tensor operation would do?") from None  # fmt: skip
        except (EOFError, OSError):
            self.close()
            raise StudentFault("error", "ended the Python process. Look for `exit`, `os._exit`, or memory that grows "
                               "without bound.", "ended") from None  # fmt: skip
        finally:
            self.left -= time.monotonic() - start
        if reply.get("nonce") != nonce:
            raise wire.WireError("an answer to a question that was not asked")
        return reply


class Student:
    """The fixture `student`, and `reference` where it is live: one test's access to a program."""

    def __init__(self, host: Host, stem: str, scope: str, seed: int, graded: str, hung: tuple[str, ...] = ()):
        """scope: calls of one scope and section (`compare.Log`) share a namespace.

        graded: the exercise (`f` or `Class.method`) that is judged.

        hung: exercises that are known never to return.
        """
        settings = {"scope": scope, "seed": seed, "graded": graded.partition(".")[0], "hung": list(hung)}
        vars(self).update(_host=host, _stem=stem, _settings=settings)

    def __getattr__(self, name: str) -> Callable:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(self._call, name, None)

    def run(self, probe: Callable, *args: Any, **kwargs: Any) -> Any:
        """Run a module-level function of the test file in the worker; it receives the student's namespace first."""
        return self._call(probe.__name__, memoryview(_compiled(probe)), *args, **kwargs)

    def _call(self, name: str, probe: memoryview | None, *args: Any, **kwargs: Any) -> Any:
        log = current_log()
        log.called = _call_text(name, args, kwargs) if probe is None else f"[{name.replace('_', ' ')}]"
        plain_args = [wire.to_plain(_number(value)) for value in args]
        plain_kwargs = {key: wire.to_plain(_number(value)) for key, value in kwargs.items()}
        request = {"name": name, "probe": probe, "args": plain_args, "kwargs": plain_kwargs, **self._settings,
                   "scope": f"{self._settings['scope']}#{log.section}"}  # fmt: skip
        try:
            return self._host.call(self._stem, request)
        except wire.WireError as error:
            self._host.close()  # what else it may have sent is not worth knowing
            fault = StudentFault("error", f"brought back {error}.", "unreadable")
        except StudentFault as raised:
            fault = raised
        if fault.status != "todo":
            log.seen.append({"error": fault.kind})
        raise StudentFault(fault.status, f"{log.called} {fault}", fault.kind)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _call_text(name: str, args: tuple, kwargs: Mapping) -> str:
    def brief(value: Any) -> str:
        return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) and value.ndim else describe(value)

    shown = [brief(value) for value in args] + [f"{key}={brief(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(shown)})"


@cache
def _compiled(probe: Callable) -> bytes:
    """The probe with the imports, constants and helpers of its file that it uses, and nothing else of that file."""
    module = inspect.getmodule(probe)
    program = Program([parse(module.__name__, inspect.getsource(module))], {})
    body = [statement.node for statement in program.slice([probe.__name__])]
    return marshal.dumps(compile(ast.Module(body, []), "probe", "exec", dont_inherit=True))
