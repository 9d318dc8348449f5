"""What can go wrong in a student's code while the judge waits for it."""

import builtins
import re

from ..reading.slips import MISSING, UNREADABLE
from ..task import Status
from .hints import hint_for

TEXT_LIMIT = 1_000  # characters of a student's own text that a message may carry


class StudentFault(Exception):
    """A call brought no value back.

    status: how the test is reported: error, todo or timeout.
    what: what happened, as the end of a sentence that starts with the call.
    kind: the same in a form that two runs of one mistake share.
    absent: the kind of `Absent`, where the submission does not hold what was called; else empty.
    """

    def __init__(self, status: Status, what: str, kind: str = "", absent: str = ""):
        super().__init__(what)
        self.status: Status = status
        self.kind, self.absent = kind or status, absent


def from_error(error: dict, printed: str, hints: bool = True, quoting: bool = True) -> StudentFault:
    """The fault for an error that a worker described. hints: say what to try next; not in an exam. quoting: see
    `observed.Log`."""
    fault = _quoted(error, printed, hints)
    return fault if quoting else StudentFault(fault.status, _in_our_words(error, fault), fault.kind, fault.absent)


def _in_our_words(error: dict, fault: StudentFault) -> str:
    """What happened, without a word that the worker chose."""
    if fault.absent:
        return "could not be called: what was handed in does not define it, or not where it can be read."
    if fault.status == "todo":
        return "is still to do."
    name = str(error.get("type"))
    ours = isinstance(getattr(builtins, name, None), type) and issubclass(getattr(builtins, name), BaseException)
    what = f"raised {name if ours or name == 'WireError' else 'an error of another kind'}"
    if error.get("unusable"):
        what = "brought back what cannot be used here. Is it of the kind that the docstring asks for?"
    place = re.fullmatch(r"cell \d{1,3}, line \d{1,4}", str(error.get("where")))
    return f"{what}\n  at {place[0]}" if place else what


def _quoted(error: dict, printed: str, hints: bool) -> StudentFault:
    name, text = str(error.get("type"))[:80], str(error.get("text", ""))[:TEXT_LIMIT].strip()
    said = f"{name}: {text}"
    kind = said.partition("tensor(")[0]  # a library shows the values that it met, which are others in each run
    if error.get("missing"):
        absent = UNREADABLE if error["missing"] == UNREADABLE else MISSING
        return StudentFault("error", f"could not be called: {text}", "missing", absent)
    if name == "NotImplementedError" and text.startswith("TODO "):
        return StudentFault("todo", f"still needs {text.removeprefix('TODO ')}, which is to do.")
    what = f"raised {said}"
    if error.get("unusable") and "argument" not in text:  # those of the call itself are the signature's
        what = f"brought back what cannot be used here ({said}). Is it of the kind that the docstring asks for?"
    if error.get("where"):
        what += f"\n  at {str(error['where'])[:80]}: {str(error.get('code', '')).strip()[:TEXT_LIMIT]}"
    what += f"\n{hint_for(said)}" * hints
    if printed:
        what += f"\nIt printed: {printed[:TEXT_LIMIT]}"
    return StudentFault("error", what, kind)
