"""The proctor's sheet of one sitting: the code, the times, what is allowed, who sits where, and a way on for each accident.

It is one printed page, and behind it a list for each room. It holds a code and names: it is for proctors alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from autograding.reports.pages import template

from ...course.course_file import read_course
from ...course.day import CourseError, Day
from ...course.roster import Student
from ...making.closing import Window

TEMPLATE = Path(__file__).with_name("proctor.html.j2")
OPENING = 5  # minutes, until everybody has the paper on the screen
PARTS = {"examA": ("Exam A", 8, 52), "examB": ("Exam B", 7, 38)}  # by the notebook: minutes to read, and for the tasks
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """extra: minutes. ends: on the clock in the room."""

    name: str
    login: str
    room: str
    paper: str
    extra: int
    ends: str


@dataclass(frozen=True)
class Slot:
    at: str
    what: str
    minutes: int


@dataclass(frozen=True)
class Sheet:
    """papers: who has which, by login, where that is drawn already."""

    day: Day
    window: Window
    students: Sequence[Student]
    papers: Mapping[str, str]
    code: str

    @property
    def minutes(self) -> int:
        return (self.window.due - self.window.opens) // MINUTE

    @property
    def opens(self) -> str:
        return f"{self.window.opens.astimezone(read_course().zone):%a %d %b %Y, %H:%M}"

    @property
    def due(self) -> str:
        return self._clock(self.minutes)

    @property
    def timetable(self) -> list[Slot]:
        """Raises CourseError where the paper does not fit into the window."""
        slots = [("open the repository, start, look around", OPENING)]
        for room in self.day.rooms:
            name, reading, tasks = PARTS[room]
            slots += [(f"{name}: reading", reading), (f"{name}: tasks", tasks)]
        reserve = self.minutes - sum(minutes for _, minutes in slots)
        if reserve < 0:
            raise CourseError(
                f"The window of {self.day.slug} {self.window.id} has {self.minutes} minutes, and its paper needs "
                f"{self.minutes - reserve}. Move `due` in assignments/{self.day.slug}/assignment.toml."
            )
        slots += [("reserve; the last ten minutes: save, commit, push", reserve)]
        starts = [sum(minutes for _, minutes in slots[:number]) for number in range(len(slots))]
        return [Slot(self._clock(start), *slot) for start, slot in zip(starts, slots, strict=True)]

    @property
    def allowed(self) -> list[Markup]:
        return [_text(line) for line in self.window.conditions.lines()]

    @property
    def places(self) -> list[Place]:
        return [
            Place(
                student.name,
                student.login,
                student.section,
                self.papers.get(student.login, ""),
                extra := student.extension(self.day.slug),
                self._clock(self.minutes + extra),
            )
            for student in sorted(self.students, key=lambda one: (one.section, one.name.casefold()))
        ]

    @property
    def extended(self) -> list[Place]:
        return [place for place in self.places if place.extra]

    @property
    def rooms(self) -> dict[str, list[Place]]:
        return {
            room: [place for place in self.places if place.room == room]
            for room in {place.room: None for place in self.places}
        }

    def page(self) -> str:
        return template(TEMPLATE).render(sheet=self)

    def _clock(self, minutes: int) -> str:
        return f"{(self.window.opens + minutes * MINUTE).astimezone(read_course().zone):%H:%M}"


def _text(markdown: str) -> Markup:
    """Our own words, whose only markup is bold and code."""
    return Markup(MarkdownIt("zero").enable(["emphasis", "backticks"]).renderInline(markdown))
