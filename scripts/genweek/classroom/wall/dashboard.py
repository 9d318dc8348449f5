"""The page for the wall of the classroom: one HTML file that loads nothing, and runs no script but its own small one."""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from autograding.reports.escape import one_line
from autograding.reports.pages import template

from ...course.course_file import read_course
from .progress import Class, Progress
from .troubles import troubles

TEMPLATE, STYLE, SCRIPT = (Path(__file__).with_name(f"dashboard.{suffix}") for suffix in ("html.j2", "css", "js"))
MOST_MISTAKES, MOST_STUCK = 6, 4  # sentences, and tasks at which people are stuck: with these a projector is full
# The kind of a square, its sign where there is room for one, and what it means.
KINDS = (
    ("done", "✓", "done"),
    ("part", "3", "some points"),
    ("tried", "0", "tried, no point yet"),
    ("todo", "○", "to do"),
    ("none", "–", "no score"),
)
SIGNS = {kind: sign for kind, sign, _ in KINDS}


@dataclass(frozen=True)
class Row:
    """One task. squares: for each student the kind and its sign."""

    id: str
    done: int
    squares: list[tuple[str, str]]

    @property
    def label(self) -> str:
        """What the colours tell, in words."""
        counts = Counter(kind for kind, _ in self.squares)
        return f"{self.id}: " + ", ".join(f"{counts[kind]} {words}" for kind, _, words in KINDS if counts[kind])


def render(klass: Class, names: bool = False, refresh: int = 0) -> str:
    """names: write the students' names into the page, to be shown by a switch. refresh: seconds until it reloads.

    Without `names` the page holds none, neither in sight nor in its source.
    """
    students = sorted(klass.students, key=lambda one: (-one.score, one.card is None, -one.pushes, one.student.login))
    script = SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return template(TEMPLATE).render(
        klass=klass,
        students=students,
        labels={one.student.login: one_line(one.student.name) for one in students} if names else {},
        rows=[Row(id, klass.done(id), [_square(one, id) for one in students]) for id in klass.tasks],
        kinds=KINDS,
        names=names,
        refresh=refresh,
        style=Markup(STYLE.read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=f"sha256-{digest}",
        troubles=troubles(students),
        mistakes=klass.mistakes()[:MOST_MISTAKES],
        most=MOST_STUCK,
        stuck_at=_stuck_at(klass),
        quiet=len(klass.quiet),
        zone=read_course().zone,
        lasting=_lasting,
        max_score=klass.assignment.max_score,
        finished=sum(bool(one.card and one.card.complete) for one in students),
        pushed=sum(one.pushes > 0 for one in students),
        silent=sum(one.pushes == 0 for one in students),
    )


def _square(one: Progress, id: str) -> tuple[str, str]:
    task = one.task(id)
    kind = "none" if task is None else "done" if task.done else "todo" if task.untouched else ""
    kind = kind or ("part" if task and task.score else "tried")
    return kind, str(task.score) if task and kind in ("part", "tried") else SIGNS[kind]


def _lasting(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _stuck_at(klass: Class) -> list[tuple[str, int, list[tuple[Progress, int]]]]:
    """For each task at which somebody is stuck, how many they are and who, for how long; the most first."""
    at = [(one.at(klass.tasks) or "", one, minutes) for one, minutes in klass.stuck]
    counts = Counter(id for id, _, _ in at).most_common()
    return [(id, count, [(one, minutes) for where, one, minutes in at if where == id]) for id, count in counts]
