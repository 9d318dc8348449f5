"""When an assignment is released, due and solved: the `[schedule]` of its assignment.toml.

    release    students may have their repository and push to it
    opens      the clock starts: the session, or the window of an exam (default: release)
    due        the last moment of a push that counts, before anyone's extension
    solutions  the solved notebooks may be given out

Times without an offset are in the time zone of `assignments/course.toml`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .day import CourseError, Dates, Day
from .course_file import read_course
from .roster import Student

ORDER = ("release", "opens", "due", "solutions")


@dataclass(frozen=True)
class Schedule:
    slug: str
    release: datetime
    opens: datetime
    due: datetime
    solutions: datetime

    @classmethod
    def of(cls, day: Day) -> "Schedule":
        return read_schedule(day.slug, day.facts.schedule, read_course().zone)

    def deadline(self, student: Student, at: datetime | None = None) -> datetime:
        """The end of a student's window. at: a time that takes the place of `due`."""
        return (at or self.due) + timedelta(minutes=student.extension(self.slug))

    def last_deadline(self, students: Iterable[Student]) -> datetime:
        return max((self.deadline(student) for student in students), default=self.due)


def read_schedule(slug: str, dates: Dates, zone: ZoneInfo) -> Schedule:
    """Raises CourseError where a date comes before its forerunner."""
    times = [
        when if when.tzinfo else when.replace(tzinfo=zone)
        for when in (dates.release, dates.opens or dates.release, dates.due, dates.solutions)
    ]
    for earlier, later, one, other in zip(ORDER, ORDER[1:], times, times[1:], strict=False):
        if one > other:
            where = f"assignments/{slug}/assignment.toml, [schedule]"
            raise CourseError(f"{where}: {later} ({other}) is before {earlier} ({one}).")
    return Schedule(slug, *times)


def read_time(text: str) -> datetime:
    """A time from the command line, `2026-11-24 23:59`, in the course's time zone unless it names an offset."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise CourseError(f"{text!r} is not a time. Write it as '2026-11-24 23:59'.") from None
    return when if when.tzinfo else when.replace(tzinfo=read_course().zone)


def in_words(when: datetime) -> str:
    """`Tue 24 Nov 2026, 23:59:00`, in the course's time zone."""
    return f"{when.astimezone(read_course().zone):%a %d %b %Y, %H:%M:%S}"
