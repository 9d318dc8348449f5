"""Commits that were read to somebody in the room before the end, because the network was down: `receipts.csv`.

    login,commit,time,by
    alice,3f9c 2a17 7de0 1ab4,15:10,Kim

A commit names what it holds, so whoever could name enough of its digits had the work by then. Enough are sixteen, 64 bits:
a commit that begins with seven given digits is made in a minute, by trying, and one with sixteen in no exam's time. A later
push of exactly that commit counts as if it had come at that time. A time without a day is one of the day on which the
student's window ends; one outside of the window is refused.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ...course.course_file import read_course
from ...course.day import CourseError
from ...course.roster import Student
from ...course.schedule import Schedule, in_words, instant, read_time
from ...course.sheet import Sheet, lost
from ...course.toml import did_you_mean
from ...forges.forge import Forge, Push
from ...forges.git import GitError, resolve

TABLE, COLUMNS = "receipts.csv", ("login", "commit", "time", "by")
DIGITS = 16  # of a commit, at least
COMMIT, CLOCK = re.compile(rf"[0-9a-f]{{{DIGITS},40}}"), re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
MAIN = "main"


@dataclass(frozen=True)
class Receipt:
    """commit: as it was read out, at least its first sixteen digits."""

    commit: str
    time: datetime
    by: str

    @property
    def in_words(self) -> str:
        return f"{self.commit[:7]} was read to {self.by}, {in_words(self.time)}"

    def push(self, forge: Forge, name: str, pushes: Sequence[Push]) -> Push | None:
        """The push of that commit, be it in the history of another, as one of the receipt's time; None as long as there
        is none."""
        on_main = [push for push in pushes if push.branch == MAIN]
        exact = [push.commit for push in on_main if push.commit.startswith(self.commit)]
        full = exact[0] if exact else self._within(forge, name, on_main[-1].commit) if on_main else None
        return Push(MAIN, full, self.time) if full else None

    def _within(self, forge: Forge, name: str, newest: str) -> str | None:
        with tempfile.TemporaryDirectory() as scratch:
            repo = forge.fetch(name, Path(scratch) / "repository", newest, history=True)
            try:
                return resolve(repo, f"{self.commit}^{{commit}}")
            except GitError:  # there are two of these digits
                return None


def read_receipts(path: Path, schedule: Schedule, students: Sequence[Student]) -> Mapping[str, tuple[Receipt, ...]]:
    """By login. Raises CourseError with every line that is wrong; a file that is not there is one without a line."""
    if not path.exists():
        return {}
    sheet = Sheet(path, COLUMNS)
    logins = {login: one for one in students for login in (one.login, *one.was)}
    found: dict[str, tuple[Receipt, ...]] = {}
    for line, row in sheet.rows:
        student, commit = logins.get(row["login"].lower()), "".join(row["commit"].lower().split())  # read in groups of four
        if student is None:
            sheet.say(line, f"the roster has no login {row['login']!r}.{did_you_mean(row['login'], logins)}")
        if not COMMIT.fullmatch(commit):
            sheet.say(line, _no_receipt(row["commit"], commit))
        if not row["by"]:
            sheet.say(line, "`by` is empty: who was it read to?")
        try:
            time = _within_the_window(row["time"], schedule, student) if student else None
        except CourseError as error:
            sheet.say(line, str(error))
            continue
        if student and time and row["by"]:
            found[student.login] = (*found.get(student.login, ()), Receipt(commit, time, row["by"]))
    sheet.refuse()
    return found


def _no_receipt(text: str, commit: str) -> str:
    if re.fullmatch("[0-9a-f]{4,}", commit) and len(commit) < DIGITS:
        return (
            f"{text!r} has {len(commit)} digits, and a receipt has {DIGITS} at least: one can make a commit afterwards that "
            "begins with so few. If you trust it all the same, write all 40 digits of the commit that you accept."
        )
    said = f"{text!r} is no commit id: sixteen to forty of the digits 0-9 and a-f."
    return f"{said} It {why}." if (why := lost(text)) else said


def _within_the_window(text: str, schedule: Schedule, student: Student) -> datetime:
    time, opens, closes = _time(text, schedule, student), schedule.window(student).opens, schedule.closes(student)
    if opens <= time < closes:
        return time
    where = f"before {student.login}'s window, which begins {in_words(opens)}"
    if time >= closes:
        where = (
            f"not before the end of {student.login}'s window, {in_words(closes)}. It counts for nothing: take the line out"
        )
    hours = (timedelta(hours=12), -timedelta(hours=12))
    near = [time + shift for shift in hours if opens <= time + shift < closes]
    meant = f" Did you mean {near[0].astimezone(read_course().zone):%H:%M}?" if near else ""
    raise CourseError(f"{text!r} is {in_words(time)}: {where}.{meant}")


def _time(text: str, schedule: Schedule, student: Student) -> datetime:
    if not CLOCK.fullmatch(text):
        return read_time(text)
    zone = read_course().zone
    day = schedule.deadline(student).astimezone(zone).date()
    try:
        clock = datetime.strptime(text, "%H:%M:%S" if text.count(":") == 2 else "%H:%M").time()
    except ValueError:
        raise CourseError(f"{text!r} is no time of a day, as 15:10 is.") from None
    return instant(datetime.combine(day, clock), zone, "This time")
