"""When an assignment is released, due and solved: the `[schedule]` of its assignment.toml.

    release    students may have their repository and push to it
    opens      the clock starts: the session, or the window of an exam (default: release)
    due        the last moment of a push that counts, before anyone's extension
    solutions  the solved notebooks may be given out

Times without an offset are in the time zone of `assignments/course.toml`. Every time is kept in UTC, where an hour is
an hour: between two times of one zone Python counts what a clock on the wall shows, in the night when it is put back, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from . import extensions, toml
from .day import ROOT, CourseError, Dates, Day
from .course_file import read_course
from .roster import Student

A_TIME = re.compile(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d")
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

    def extensions_in_words(self, students: Iterable[Student]) -> str:
        """Who has how much longer for this assignment. It is printed where it counts: who is missing is seen."""
        found = [(student.login, minutes) for student in students if (minutes := student.extension(self.slug))]
        said = ", ".join(f"{login} {extensions.in_words(minutes)}" for login, minutes in found)
        return f"Extensions of {self.slug}: {said or 'nobody has one'}."

    def lines(self, now: datetime) -> list[str]:
        """The dates, one a line, each in the course's zone; what a plan begins with."""
        over = f"   OVER since {_lasting(now - self.due)}" if now >= self.due else ""
        zone = read_course().zone
        dates = [f"{name:<10} {shown(getattr(self, name), zone)}{over * (name == 'due')}" for name in ORDER]
        return [*dates, f"{'time zone':<10} {zone}; on the server it is {shown(now, zone)}"]

    def last_deadline(self, students: Iterable[Student]) -> datetime:
        return max((self.deadline(student) for student in students), default=self.due)


def _lasting(time: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "days"), (timedelta(hours=1), "hours")):
        if time >= 2 * unit:
            return f"{time // unit} {name}"
    return f"{time // timedelta(minutes=1)} minutes"


def read_schedule(slug: str, dates: Dates, zone: ZoneInfo) -> Schedule:
    """Raises CourseError where a date comes before its forerunner, or cannot be told from the clock on the wall."""
    where = {
        name: f"{toml.place(ROOT / f'assignments/{slug}/assignment.toml', 'schedule', name)}, [schedule]" for name in ORDER
    }
    given = (dates.release, dates.opens or dates.release, dates.due, dates.solutions)
    times = [instant(when, zone, f"{where[name]}, {name}") for name, when in zip(ORDER, given, strict=True)]
    for earlier, later, one, other in zip(ORDER, ORDER[1:], times, times[1:], strict=False):
        if one > other:
            raise CourseError(f"{where[later]}: {later} ({shown(other, zone)}) is before {earlier} ({shown(one, zone)}).")
    return Schedule(slug, *times)


def instant(when: datetime, zone: ZoneInfo, where: str) -> datetime:
    """A time of the course in UTC. Raises CourseError for one that the clocks of its zone skip, or show twice."""
    if when.year // 100 != 20:
        raise CourseError(f"{where}: {when} is in no year of this course.")
    if when.tzinfo:
        return when.astimezone(UTC)
    summer, winter = (when.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if summer.utcoffset() == winter.utcoffset():
        return summer.astimezone(UTC)
    there = summer.astimezone(UTC).astimezone(zone)
    if there.replace(tzinfo=None) != when:
        raise CourseError(f"{where}: {when} does not exist in {zone}, where the clocks are put forward. Write {there}.")
    raise CourseError(f"{where}: {when} comes twice in {zone}, where the clocks are put back. Write {summer} or {winter}.")


def read_time(text: str) -> datetime:
    """A time from the command line, `2026-11-24 23:59`, in the course's time zone unless it names an offset."""
    try:
        if not A_TIME.match(text):
            raise ValueError("a day alone would be its first minute")
        when = datetime.fromisoformat(text)
    except ValueError:
        raise CourseError(f"{text!r} is not a time. Write it as '2026-11-24 23:59'.") from None
    return instant(when, read_course().zone, "This time")


def in_words(when: datetime) -> str:
    """`Tue 24 Nov 2026, 23:59:00 CET`, in the course's time zone."""
    return shown(when, read_course().zone)


def shown(when: datetime, zone: ZoneInfo) -> str:
    return f"{when.astimezone(zone):%a %d %b %Y, %H:%M:%S %Z}"
