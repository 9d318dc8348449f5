"""The process that holds the student's code. It answers calls from the judge and decides nothing.

Whatever happens in here, only plain data leaves (see `wire`) and the judge alone compares: code that tampers with this
process can at most change its own answers.
"""

import io
import marshal
import os
import random
import socket
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import torch
from numpy import random as numpy_random  # by name: `import numpy` alone would load it anew in every fork

from .. import wire
from ..reading.pair import Submission, resolve
from . import stand_ins
from .limits import limit_resources
from .namespace import Missing, Namespace
from .tensors import from_torch, to_torch
from .world import furnish

NOTHING: Mapping[str, Sequence[str]] = {}
PRINT_LIMIT = 1_000  # characters kept of what a call prints
CODE_LENGTH = 80  # characters of a checkpoint's id and code that the judge looks at


def serve(channel: socket.socket) -> None:
    """Answer requests until the judge hangs up."""
    torch.set_num_threads(1)
    stand_ins.put_in_place()
    os.environ["GENWEEK_GRADING"] = "1"  # genlab: a checkpoint opens nothing here
    limit_resources()
    worker = Worker()
    while True:
        try:
            request = wire.receive(channel)
            reply = worker.open(**request["open"]) if "open" in request else worker.call(**request["call"])
            if os.getpid() != worker.pid:
                os._exit(0)  # a fork that the student's code left behind must not answer as well
            wire.send(channel, reply | {"nonce": request.get("nonce")}, wire.MAX_REPLY, wire.MAX_REPLY_TEXT)
        except (EOFError, OSError):
            os._exit(0)
        except wire.WireError as error:
            text = f"the answer is {error}"
            wire.send(channel, {"error": {"type": "WireError", "text": text}, "nonce": request.get("nonce")})


class Worker:
    def __init__(self) -> None:
        self.pid = os.getpid()
        self.submissions: dict[str, Submission] = {}
        self.scope, self.namespace = None, None

    def open(self, stem: str, starter: Mapping[str, str], texts: Mapping[str, str], handed_out: Mapping = NOTHING) -> dict:
        """Read one pair. What the judge should know of it comes back, and what the student should."""
        furnish(texts)
        submission = self.submissions[stem] = resolve(stem, starter, texts, handed_out)
        codes = [[id[:CODE_LENGTH], code[:CODE_LENGTH]] for id, tried in submission.codes.items() for code in tried]
        return {"warnings": submission.warnings, "codes": codes, "untouched": sorted(submission.untouched)}

    def call(
        self,
        stem: str,
        name: str,
        probe: memoryview | None,
        args: Sequence,
        kwargs: Mapping,
        scope: str,
        seed: int,
        hung: Sequence[str],
        unlocked: Mapping[str, str],
    ) -> dict:
        """Call the student's function `name`, or the probe `name` whose code is given, in a namespace per scope.

        unlocked: the source of exercises that come from a checkpoint; never of the one that is judged.
        """
        printed = sys.stdout = sys.stderr = Printed()
        reply: dict[str, Any] = {}
        try:
            if (stem, scope) != self.scope:
                self.namespace = Namespace(self.submissions[stem], tuple(hung), unlocked)
                self.scope = (stem, scope)
            _reset(seed)
            args = [to_torch(wire.from_plain(value)) for value in args]
            kwargs = {key: to_torch(wire.from_plain(value)) for key, value in kwargs.items()}
            if probe is None:
                value = getattr(self.namespace, name)(*args, **kwargs)
            else:
                value = _names_of(probe)[name](self.namespace, *args, **kwargs)
            reply["value"] = wire.to_plain(from_torch(value))
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: student code raises what it likes
            reply["error"] = _described(error)
            if isinstance(error, NameError) and (cell := self.submissions[stem].program.left_out.get(error.name or "")):
                reply["error"]["text"] += (
                    f". Cell {cell} binds it while it trains: pass what a function needs as an argument"
                )
        # spent: a thread that goes on could disturb the calls of other tests, which get another process.
        return reply | {"printed": printed.text, "spent": threading.active_count() > 1}


def _names_of(probe: memoryview) -> dict[str, Any]:
    """What the code of a probe defines, made anew for each call."""
    module = sys.modules["probe"] = ModuleType("probe")
    exec(marshal.loads(probe), vars(module))
    return vars(module)


class Printed(io.TextIOBase):
    """Takes the place of stdout: keeps the beginning, drops the rest."""

    encoding, errors = "utf-8", "replace"

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    @property
    def buffer(self) -> "_Bytes":
        return _Bytes(self)

    def write(self, text: str) -> int:
        if len(self.text) < PRINT_LIMIT:
            self.text += str(text)[: PRINT_LIMIT - len(self.text)]
        return len(text)


class _Bytes(io.RawIOBase):
    """`sys.stdout.buffer`"""

    def __init__(self, printed: Printed):
        super().__init__()
        self._printed = printed

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        return self._printed.write(bytes(data).decode("utf-8", errors="replace"))


def _reset(seed: int) -> None:
    """Every call starts from the same state, whatever an earlier one left behind."""
    random.seed(seed)
    numpy_random.seed(seed)
    torch.default_generator.manual_seed(seed)  # the CPU's alone: `torch.manual_seed` seeds every device, at a price
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)


def _described(error: BaseException) -> dict:
    """What was raised, and the deepest line of the student's own code on the way there."""
    trace = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in trace if frame.filename.startswith("cell ")]
    described: dict = {
        "type": type(error).__name__,
        "text": _text(error),
        "missing": error.kind if isinstance(error, Missing) else "",
    }
    described["unusable"] = "probe" in {frame.filename for frame in trace} and not frames  # by the test's own code
    if frames:
        described |= {"where": f"{frames[-1].filename}, line {frames[-1].lineno}", "code": (frames[-1].line or "")[:200]}
    return described


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:  # an exception of the student's own may refuse to say what it is
        return ""


main = serve  # what `processes` starts where there is no warm parent
