"""When an assignment is released, due and solved: the `[schedule]` of its assignment.toml.

    release    students may have their repository and push to it
    opens      the clock starts: the session, or the window of an exam (default: release)
    due        the last moment of a push that counts, before anyone's extension
    solutions  the solved notebooks may be given out

An exam has [[sittings]] in the place of opens and due: each student is in one of them, by the roster or else in the first.

Times without an offset are in the time zone of `assignments/course.toml`. Every time is kept in UTC, where an hour is
an hour: between two times of one zone Python counts what a clock on the wall shows, in the night when it is put back, too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from . import extensions, toml
from .day import ROOT, CourseError, Dates, Day, Sitting
from .course_file import Course, read_course
from .roster import Student

A_TIME = re.compile(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d")
ORDER = ("release", "opens", "due", "solutions")


@dataclass(frozen=True)
class Window:
    """From when until when students work at once. id, papers: those of a sitting of an exam; else both are empty."""

    opens: datetime
    due: datetime
    id: str = ""
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schedule:
    """opens, due: of all sittings, where there are any. grace: how long after the end a push still counts."""

    slug: str
    release: datetime
    opens: datetime
    due: datetime
    solutions: datetime
    sittings: tuple[Window, ...] = ()
    grace: timedelta = timedelta()

    @classmethod
    def of(cls, day: Day) -> "Schedule":
        return of_day(day, read_course())

    def window(self, student: Student) -> Window:
        """The sitting of a student; for all others than exams, the one there is. Raises CourseError."""
        if not self.sittings:
            return Window(self.opens, self.due)
        named = student.sittings.get(self.slug, self.sittings[0].id)
        for sitting in self.sittings:
            if sitting.id == named:
                return sitting
        raise CourseError(f"{student.login} is in the sitting {named!r} of {self.slug}, and there is none of that name.")

    def deadline(self, student: Student, at: datetime | None = None) -> datetime:
        """The end of a student's window. at: a time that takes the place of `due`."""
        return (at or self.window(student).due) + timedelta(minutes=student.extension(self.slug))

    def closes(self, student: Student, at: datetime | None = None) -> datetime:
        """From then on no push of the student counts."""
        return self.deadline(student, at) + self.grace

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
        if self.sittings:
            dates[1:3] = [
                f"{'sitting':<10} {one.id}: {span(one, zone)}{over * (one.due == self.due)}" for one in self.sittings
            ]
        dates += [f"{'grace':<10} {self.grace_in_words}"] if self.grace else []
        return [*dates, f"{'time zone':<10} {zone}; on the server it is {shown(now, zone)}"]

    @property
    def grace_in_words(self) -> str:
        minutes = self.grace // timedelta(minutes=1)
        return f"{minutes} minute{'s' * (minutes != 1)} after the end, in which a push still counts"

    def last_closes(self, students: Iterable[Student]) -> datetime:
        """When the last of them is done; never before the last sitting is over."""
        return max([self.due + self.grace, *map(self.closes, students)])

    def running(self, now: datetime, students: Sequence[Student]) -> list[Window]:
        """The sittings that somebody is in at that time; else the next one, or the last."""
        if not self.sittings:
            return [Window(self.opens, self.due)]
        ends = {
            one.id: max([one.due, *(self.deadline(who) for who in students if self.window(who) == one)])
            for one in self.sittings
        }
        on = [one for one in self.sittings if one.opens <= now < ends[one.id]]
        later = sorted((one for one in self.sittings if one.opens > now), key=lambda one: one.opens)
        return on or later[:1] or [max(self.sittings, key=lambda one: one.due)]


def _lasting(time: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "days"), (timedelta(hours=1), "hours")):
        if time >= 2 * unit:
            return f"{time // unit} {name}"
    return f"{time // timedelta(minutes=1)} minutes"


def span(window: Window, zone: ZoneInfo) -> str:
    """From when until when, in one line."""
    return f"{shown(window.opens, zone)} to {shown(window.due, zone)}"


def of_day(day: Day, course: Course) -> Schedule:
    grace = timedelta(minutes=course.grace_minutes if day.facts.kind == "exam" else 0)
    return replace(read_schedule(day.slug, day.facts.schedule, course.zone, day.facts.sittings), grace=grace)


def read_schedule(slug: str, dates: Dates, zone: ZoneInfo, sittings: Sequence[Sitting] = ()) -> Schedule:
    """Raises CourseError where a date comes before its forerunner, or cannot be told from the clock on the wall."""
    path = ROOT / f"assignments/{slug}/assignment.toml"
    where = {name: f"{toml.place(path, 'schedule', name)}, [schedule]" for name in ORDER}
    if sittings:
        return _with_sittings(path, slug, dates, zone, sittings, where)
    if dates.due is None:
        raise CourseError(f"{toml.place(path, 'schedule')}: [schedule] has no 'due', which it needs.")
    given = (dates.release, dates.opens or dates.release, dates.due, dates.solutions)
    times = [instant(when, zone, f"{where[name]}, {name}") for name, when in zip(ORDER, given, strict=True)]
    _in_order(ORDER, times, zone, [where[name] for name in ORDER])
    release, opens, due, solutions = times
    return Schedule(slug, release, opens, due, solutions)


def _with_sittings(
    path: Path, slug: str, dates: Dates, zone: ZoneInfo, sittings: Sequence[Sitting], where: Mapping[str, str]
) -> Schedule:
    for name in ("opens", "due"):
        if getattr(dates, name):
            raise CourseError(f"{where[name]}: {name} stands in each of the [[sittings]]. Leave it out here.")
    for id, count in Counter(one.id for one in sittings).items():
        if count > 1:
            raise CourseError(f"{toml.place(path, 'sittings')}: two of the [[sittings]] have the id {id!r}.")
    release, solutions = (instant(getattr(dates, name), zone, f"{where[name]}, {name}") for name in ("release", "solutions"))
    windows = []
    for which, one in enumerate(sittings):
        places = {name: f"{toml.place(path, 'sittings', name, which)}, [[sittings]] {one.id}" for name in ("opens", "due")}
        opens, due = (instant(getattr(one, name), zone, f"{place}, {name}") for name, place in places.items())
        places = [where["release"], places["opens"], places["due"], where["solutions"]]
        _in_order(ORDER, [release, opens, due, solutions], zone, places)
        windows.append(Window(opens, due, one.id, tuple(dict.fromkeys(one.papers))))
    first, last = min(one.opens for one in windows), max(one.due for one in windows)
    return Schedule(slug, release, first, last, solutions, tuple(windows))


def _in_order(names: Sequence[str], times: Sequence[datetime], zone: ZoneInfo, where: Sequence[str]) -> None:
    for number, (earlier, later) in enumerate(zip(times, times[1:], strict=False), 1):
        if earlier > later:
            said = f"{names[number]} ({shown(later, zone)}) is before {names[number - 1]} ({shown(earlier, zone)})"
            raise CourseError(f"{where[number]}: {said}.")


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
