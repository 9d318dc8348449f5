"""How the time of an exam is shared out: one table, for the proctor's sheet and for the handout of tasks."""

from dataclasses import dataclass
from datetime import timedelta

from ..course import toml
from ..course.day import ROOT, CourseError, Day
from .closing import Window

OPENING = 5  # minutes, until everybody has the paper on the screen
PARTS = {"examA": ("Exam A", 8, 52), "examB": ("Exam B", 7, 38)}  # by the notebook: minutes to read, and for the tasks
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Slot:
    """start: minutes after the window opens. stem: of the notebook that it is for; empty before and after them."""

    start: int
    minutes: int
    what: str
    stem: str = ""

    @property
    def end(self) -> int:
        return self.start + self.minutes


def length(window: Window) -> int:
    """Minutes."""
    return (window.due - window.opens) // MINUTE


def timetable(day: Day, window: Window) -> list[Slot]:
    """Of a notebook that has no minutes of its own, as in a rehearsal, no slots. Raises CourseError where the paper does
    not fit into the window."""
    slots = [Slot(0, OPENING, "open the repository, start, look around")]
    for stem, room in zip(day.notebooks, day.rooms, strict=True):
        if room in PARTS:
            name, reading, tasks = PARTS[room]
            slots.append(Slot(slots[-1].end, reading, f"{name}: reading", stem))
            slots.append(Slot(slots[-1].end, tasks, f"{name}: tasks", stem))
    needed, there = slots[-1].end, length(window)
    if needed > there:
        table = "sittings" if window.id else "schedule"
        which = [one.id for one in day.facts.sittings].index(window.id) if window.id else 0
        where = toml.place(ROOT / f"assignments/{day.slug}/assignment.toml", table, "due", which)
        raise CourseError(
            f"{where}: the window{f' of {window.id}' * bool(window.id)} has {there} minutes, and its paper needs {needed}. "
            "Move `due`, or leave a notebook out."
        )
    rest = "reserve; the last ten minutes" if len(slots) > 1 else "the tasks; at the end"
    return [*slots, Slot(needed, there - needed, f"{rest}: save, commit, hand in")]
