"""The proctor's sheet of one sitting: the code, the times, what is allowed, who sits where, and a way on for each accident.

It is one printed page, and behind it a list for each room. It holds a code and names: it is for proctors alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from autograding.reports.pages import template

from ...course.course_file import read_course
from ...course.day import Day
from ...course.roster import Student
from ...making.closing import Window
from ...making.timetable import MINUTE, Slot, length, timetable

TEMPLATE = Path(__file__).with_name("proctor.html.j2")


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
class Sheet:
    """papers: who has which, by login, where that is drawn already."""

    day: Day
    window: Window
    students: Sequence[Student]
    papers: Mapping[str, str]
    code: str

    @property
    def minutes(self) -> int:
        return length(self.window)

    @property
    def opens(self) -> str:
        return f"{self.window.opens.astimezone(read_course().zone):%a %d %b %Y, %H:%M}"

    @property
    def due(self) -> str:
        return self._clock(self.minutes)

    @property
    def who(self) -> str:
        return f"{len(self.students)} student{'s' * (len(self.students) != 1)}"

    @property
    def timetable(self) -> list[tuple[str, Slot]]:
        """Each slot with its time on the clock. Raises CourseError where the paper does not fit into the window."""
        return [(self._clock(slot.start), slot) for slot in timetable(self.day, self.window)]

    @property
    def offline(self) -> bool:
        """Is the exam handed in on a stick?"""
        return self.window.conditions.network == "none"

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

    @property
    def kept_in(self) -> str:
        """Where what was taken in the room is put, for who collects."""
        return f"classroom/{self.day.slug}/"

    def page(self) -> str:
        return template(TEMPLATE).render(sheet=self)

    def _clock(self, minutes: int) -> str:
        return f"{(self.window.opens + minutes * MINUTE).astimezone(read_course().zone):%H:%M}"


def _text(markdown: str) -> Markup:
    """Our own words, whose only markup is bold and code."""
    return Markup(MarkdownIt("zero").enable(["emphasis", "backticks"]).renderInline(markdown))
