"""Who writes an exam on which paper: drawn once for each student of a sitting, and kept in `papers.csv`.

The draw is an HMAC of the course secret, so nobody can tell it from outside, and a lost table is drawn alike again. The
table wins over the draw, and follows a login that was renamed; the roster's columns win over both (see `course.seats`).
Who writes in another sitting than before gets another paper, unless the one they have has not begun yet.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..course.day import CourseError, Day
from ..course.roster import Student
from ..course.schedule import Schedule, Window
from ..course.toml import did_you_mean, shown
from ..forges.forge import Forge, paper_of
from .afterwards.tables import read_table, write_table
from .belonging import repository
from .publishing.planning import Step

TABLE = "papers.csv"
COLUMNS = ("login", "sitting", "paper")

Key = tuple[str, str]  # a login and a sitting


@dataclass(frozen=True)
class Seat:
    """sitting, paper: both are empty in a lab; `paper` alone where nobody has drawn one yet."""

    sitting: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Seats:
    """The seat of each student, by login; and what the table says then."""

    by_login: Mapping[str, Seat]
    table: Mapping[Key, str] = field(default_factory=dict)

    def paper(self, student: Student) -> str:
        return self.by_login[student.login].paper

    def by_paper(self, students: Sequence[Student]) -> dict[str, list[Student]]:
        """The students of each paper that somebody has; in a lab, all of them, under an empty name."""
        found: dict[str, list[Student]] = {}
        for student in students:
            found.setdefault(self.paper(student), []).append(student)
        return dict(sorted(found.items()))

    def in_words(self) -> list[str]:
        """How many have which paper, a line for each sitting."""
        counts: dict[str, dict[str, int]] = {}
        for seat in self.by_login.values():
            papers = counts.setdefault(seat.sitting, {})
            papers[seat.paper or "none yet"] = papers.get(seat.paper or "none yet", 0) + 1
        return [
            f"{sitting}: {', '.join(f'{count} {paper}' for paper, count in sorted(papers.items()))}"
            for sitting, papers in sorted(counts.items())
            if sitting
        ]

    def is_new(self, folder: Path) -> bool:
        """Whether the table that lies there does not say it."""
        path = folder / TABLE
        there = {(*key, row["paper"]) for _, (key, row) in _rows(path)} if path.is_file() else set()
        return there != {(*key, paper) for key, paper in self.table.items()}

    def keeping(self, folder: Path) -> Step:
        """Writes the table, which holds those of earlier sittings, too."""
        said = f"keep who has which paper, in {shown(folder / TABLE)}"
        rows = [(*key, paper) for key, paper in sorted(self.table.items())]
        return Step(said, partial(write_table, folder / TABLE, COLUMNS, rows))


def on(day: Day, paper: str) -> Day:
    """The exam on a paper; a lab, which has none, as it is."""
    return day.on(paper) if paper else day


def seats(
    day: Day,
    schedule: Schedule,
    students: Sequence[Student],
    folder: Path,
    forge: Forge | None = None,
    secret: Callable[[], bytes] | None = None,
) -> Seats:
    """folder: where `papers.csv` lies. forge: what a repository holds stands for the table where that is lost. secret:
    draw for those who have no paper yet; without it they have none. Raises CourseError."""
    if not schedule.sittings:
        return Seats({student.login: Seat() for student in students})
    _refuse_unknown_papers(day, schedule)
    table = _follow(read(folder, day), students)
    existing = set(forge.repos()) if forge else set()
    found, now = {}, forge.now() if forge else None
    for student in students:
        window = schedule.window(student)
        had = {key[1]: paper for key, paper in table.items() if key[0] == student.login}
        name = repository(forge, existing, day.slug, student) if forge else ""
        if forge and not had and name in existing and (paper := paper_of(forge, name)):
            had = {window.id: paper}
        begun = {one.id for one in schedule.sittings if now is None or one.opens <= now}
        paper = (
            student.papers.get(day.slug)
            or _kept(window, had, begun)
            or (draw(secret(), day.slug, window, student.login, had.values()) if secret else "")
        )
        if (asked := student.papers.get(day.slug)) and asked not in window.papers:
            raise CourseError(
                f"The roster gives {student.login} the paper {asked}, which opens with the code of another sitting than "
                f"{window.id}. Its papers are {', '.join(window.papers)}. Nothing was done."
            )
        if paper:
            table[student.login, window.id] = paper
        found[student.login] = Seat(window.id, paper)
    return Seats(found, table)


def _kept(window: Window, had: Mapping[str, str], begun: set[str]) -> str:
    """The paper that a student has already for this sitting, or for one that has not begun; or none."""
    waiting = [paper for sitting, paper in had.items() if sitting not in begun and paper in window.papers]
    return had.get(window.id, "") or next(iter(waiting), "")


def draw(secret: bytes, slug: str, window: Window, login: str, had: Iterable[str] = ()) -> str:
    """One of the sitting's papers, the same for the same secret and login. had: those that the student has seen, which
    are not drawn as long as there are others."""
    seen = set(had)
    papers = [paper for paper in window.papers if paper not in seen] or list(window.papers)
    drawn = hmac.digest(secret, f"{slug}/{window.id}/{login}".encode(), "sha256")
    return papers[int.from_bytes(drawn[:8]) % len(papers)]


def read(folder: Path, day: Day) -> dict[Key, str]:
    """The table as it stands; empty where there is none. Raises CourseError with the lines that are wrong."""
    path = folder / TABLE
    if not path.is_file():
        return {}
    found, problems, sittings = {}, [], [one.id for one in day.facts.sittings]
    for line, (key, row) in _rows(path):
        if key[1] not in sittings:
            near = did_you_mean(key[1], sittings) or " One that is over stays in assignment.toml."
            problems.append(f"{shown(path)}, line {line}: {day.slug} has no sitting {key[1]!r}.{near}")
        if row["paper"] not in day.papers:
            near = did_you_mean(row["paper"], day.papers)
            problems.append(f"{shown(path)}, line {line}: {day.slug} has no paper {row['paper']!r}.{near}")
        if key in found:
            problems.append(f"{shown(path)}, line {line}: {key[0]} has a row of this sitting already.")
        found[key] = row["paper"]
    if problems:
        raise CourseError("\n".join([*problems, f"Nothing was done. Repair {shown(path)} and run this again."]))
    return found


def _rows(path: Path) -> list[tuple[int, tuple[Key, Mapping[str, str]]]]:
    """Each row with the number of its line, and its key."""
    return [(line, ((row["login"].lower(), row["sitting"]), row)) for line, row in read_table(path, COLUMNS)]


def _follow(table: dict[Key, str], students: Sequence[Student]) -> dict[Key, str]:
    """The table under the logins of today."""
    now = {old: student.login for student in students for old in student.was}
    renamed = {(now.get(login, login), sitting): paper for (login, sitting), paper in table.items() if login in now}
    return {key: paper for key, paper in table.items() if key[0] not in now} | renamed


def _refuse_unknown_papers(day: Day, schedule: Schedule) -> None:
    for sitting in schedule.sittings:
        for paper in sitting.papers:
            if paper not in day.papers:
                near = did_you_mean(paper, day.papers)
                raise CourseError(
                    f"assignments/{day.slug}/assignment.toml: the sitting {sitting.id!r} draws among {paper!r}, and there "
                    f"is no such paper.{near} There are: {', '.join(day.papers)}."
                )
