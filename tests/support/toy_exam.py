"""A toy exam with two papers and two sittings, and the real verbs on it: in `amber` words() has to be large, in `birch` its
negative."""

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import classroom_examples
import generate
import pytest
import regrade
import release_solutions
from classroom_examples import NINE, NOON, SLUG, TESTS, answer
from toy_verbs import ToyVerbs

from autograding.judge import recording
from genweek.course import roster, schedule
from genweek.course.course_file import Course
from genweek.course.day import CourseError, Dates, Day, Sitting

MINUTE = timedelta(minutes=1)
SIGNS = {"amber": 1, "birch": -1}
EVENING = NOON + 6 * 60 * MINUTE  # the second sitting begins
OVER = EVENING + 180 * MINUTE  # and ends
DAYS_BEFORE = NINE - timedelta(days=3)
SITTINGS = (
    Sitting(id="noon", opens=NINE, due=NOON, papers=["amber", "birch"]),
    Sitting(id="evening", opens=EVENING, due=OVER, papers=["birch", "amber"]),
)


def right(paper: str, points: int = 2) -> str:
    """A notebook's `.py` half that gets so many points on this paper, and none on the other one."""
    return answer(SIGNS[paper] * points)


def build_papers(folder: Path) -> dict[str, Path]:
    tests = {"amber": TESTS, "birch": TESTS.replace("ns.words() >= n", "-ns.words() >= n")}
    cells = {paper: (f"# The toy of {paper}", *classroom_examples.CELLS[1:]) for paper in SIGNS}
    return {paper: classroom_examples.build(folder / paper, cells[paper], tests[paper]) for paper in SIGNS}


class ToyExam(ToyVerbs):
    """built_papers: what is published of each paper, and graded with."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, built_papers: dict[str, Path]):
        super().__init__(folder, patch, built_papers["amber"])
        self.built_papers = built_papers
        dates = Dates(release=DAYS_BEFORE, solutions=OVER)
        self.facts = SimpleNamespace(schedule=dates, kind="exam", sittings=list(SITTINGS))
        patch.setattr(Day, "load", lambda slug: self.day())
        for module in (schedule, roster):
            patch.setattr(module, "read_course", lambda: Course(assignments=[SLUG], weights={SLUG: 100}, grace_minutes=3))
        patch.setattr(generate, "build", lambda day, out, locked=False: self.built_papers[day.paper])
        patch.setattr(regrade, "build", lambda day, out: shutil.copytree(self.built_papers[day.paper], out / day.paper))
        patch.setattr(regrade, "record", lambda day, *_: recording.load(day.starter / "recorded.json"))
        patch.setattr(release_solutions.solutions, "solved_texts", lambda day: {"nb1_toy.py": right(day.paper, 3)})

    def day(self, paper: str = "") -> SimpleNamespace:
        built = self.built_papers[paper or "amber"]
        return SimpleNamespace(
            slug=SLUG,
            title="A toy exam",
            notebooks=["nb1_toy"],
            facts=self.facts,
            masters=built,
            starter=built / "autograding",
            papers=list(SIGNS),
            paper=paper,
            unseen=None,
            place=f"{SLUG}/{paper}",
            on=self._on,
            on_each=lambda: [self.day(one) for one in SIGNS],
        )

    def _on(self, paper: str) -> SimpleNamespace:
        if paper not in SIGNS:
            raise CourseError(f"there is no paper {paper!r}")
        return self.day(paper)

    def roster(self, *rows: str) -> None:
        """rows: login, extra minutes, sitting, paper, earlier logins; what is missing at the end is empty."""
        columns = ["login", "name", "email", f"extension_minutes_{SLUG}", f"sitting_{SLUG}", f"paper_{SLUG}", "was"]
        lines = [",".join(columns)]
        for row in rows:
            login, *more = [*row.split(","), "", "", "", ""][:5]
            lines.append(",".join([login, f"{login.title()} Ng", f"{login}@uni.example", *more]))
        (self.folder / "roster.csv").write_text("\n".join(lines) + "\n")

    @property
    def papers(self) -> dict[str, str]:
        """By login, from the table."""
        return {login: row["paper"] for login, row in self.table(f"{SLUG}/papers.csv", "login").items()}
