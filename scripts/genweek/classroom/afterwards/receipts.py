"""Commits that were read to somebody in the room before the end, because the network was down: `receipts.csv`.

    login,commit,time,by
    alice,3f9c2a1,15:10,Kim

A commit names what it holds, so whoever could name it had the work by then. A later push of exactly that commit counts as if
it had come at that time. A time without a day is one of the day on which the student's window ends.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...course.course_file import read_course
from ...course.day import CourseError
from ...course.roster import Student
from ...course.schedule import Schedule, in_words, instant, read_time
from ...course.sheet import Sheet
from ...course.toml import did_you_mean
from ...forges.forge import Forge, Push
from ...forges.git import GitError, resolve

TABLE, COLUMNS = "receipts.csv", ("login", "commit", "time", "by")
COMMIT, CLOCK = re.compile(r"[0-9a-f]{7,40}"), re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
MAIN = "main"


@dataclass(frozen=True)
class Receipt:
    """commit: as it was read out, mostly its first digits."""

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
        student, commit = logins.get(row["login"].lower()), row["commit"].lower()
        if student is None:
            sheet.say(line, f"the roster has no login {row['login']!r}.{did_you_mean(row['login'], logins)}")
        if not COMMIT.fullmatch(commit):
            sheet.say(line, f"{row['commit']!r} is no commit id: seven to forty of the digits 0-9 and a-f.")
        if not row["by"]:
            sheet.say(line, "`by` is empty: who was it read to?")
        try:
            time = _time(row["time"], schedule, student) if student else None
        except CourseError as error:
            sheet.say(line, str(error))
            continue
        if student and time and row["by"]:
            found[student.login] = (*found.get(student.login, ()), Receipt(commit, time, row["by"]))
    sheet.refuse()
    return found


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
