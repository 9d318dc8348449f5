"""What can go wrong in a student's code while the judge waits for it."""

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


def from_error(error: dict, printed: str, hints: bool = True) -> StudentFault:
    """The fault for an error that a worker described. hints: say what to try next; not in an exam."""
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
