"""What can go wrong in a student's code while the judge waits for it."""

from .hints import hint_for


class StudentFault(Exception):
    """A call brought no value back.

    status: how the test is reported: error, todo or timeout.
    what: what happened, as the end of a sentence that starts with the call.
    kind: the same in a form that two runs of one mistake share.
    """

    def __init__(self, status: str, what: str, kind: str = ""):
        super().__init__(what)
        self.status, self.kind = status, kind or status


def from_error(error: dict, printed: str) -> StudentFault:
    """The fault for an error that a worker described."""
    name, text = str(error.get("type")), str(error.get("text", "")).strip()
    kind = f"{name}: {text}"
    if error.get("missing"):
        return StudentFault("error", f"could not be called: {text}", "missing")
    if name == "NotImplementedError" and text.startswith("TODO "):
        return StudentFault("todo", f"still needs {text.removeprefix('TODO ')}, which is to do.")
    what = f"raised {kind}"
    if error.get("where"):
        what += f"\n  at {error['where']}: {str(error.get('code', '')).strip()}"
    what += f"\n{hint_for(kind)}"
    if printed:
        what += f"\nIt printed: {printed}"
    return StudentFault("error", what, kind)
