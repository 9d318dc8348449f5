"""A course with two fixes, for the tests of `python -m autograding --update`; and a student who runs it."""

from collections.abc import Collection
from pathlib import Path

import nbformat
from classroom_examples import SCHEDULE, SLUG, Clone, build, notebook, script

from autograding.updating.command import update
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.classroom.publishing.updating import Update
from genweek.course.roster import Student
from genweek.forges.git import git
from genweek.forges.local.local_forge import LocalForge

HEAD, WORDS, CHECK, REST, PLOT = (
    "# Toy",
    "def words():\n    raise NotImplementedError\n",
    "check(words)",
    "def rest():\n    raise NotImplementedError\n",
    "plot(rest)",
)
STARTERS = (  # the notebook, and a file that is no notebook, as they were handed out and as two fixes made them
    ((HEAD, WORDS, CHECK, REST, PLOT), "SIZE = 1\n"),
    ((HEAD, WORDS, "check(words, slow=True)", "hint()", REST, PLOT), "SIZE = 2\n"),
    (("# Toy, corrected", WORDS, "check(words, slow=True)", "hint()", REST, "plot(rest, 2)"), "SIZE = 3\n"),
)
NOTEBOOK, SCRIPT, FILE = "nb1_toy.ipynb", "nb1_toy.py", "genlab/size.py"
MINE = "def words():\n    return 2\n"


def starter(folder: Path, version: int) -> Path:
    """The built assignment."""
    cells, size = STARTERS[version]
    build(folder, cells)
    (folder / FILE).write_text(size)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--amend", "--no-edit")
    return folder


class Course:
    """A forge, its students, and the starters to bring. logins: the students."""

    def __init__(self, folder: Path, forge: LocalForge, starters: list[Path], logins: list[str]):
        self.folder, self.forge, self.starters = folder, forge, starters
        self.students = [Student(login, login.title(), f"{login}@uni.example") for login in logins]
        carry_out(generating.plan(forge, SLUG, starters[0], self.students, SCHEDULE), apply=True)

    def clone(self, login: str, name: str = "") -> Clone:
        return Clone(self.forge, f"{SLUG}-{login}", self.folder / (name or login))

    def bring(self, version: int, only: Collection[str] = ()) -> list[Update]:
        """The instructor brings a fix, or with `only` looks where these logins stand; where each student stood."""
        built = self.starters[version]
        commit, is_new = generating.next_template(self.forge, SLUG, built)
        students = [student for student in self.students if student.login in only or not only]
        steps, found = generating.plan_update(self.forge, SLUG, built, commit, is_new, students)
        assert carry_out(steps, apply=not only) == 0
        return found


def run(clone: Clone) -> tuple[int, str]:
    """A student runs the command: how it ended, and what it said."""
    said: list[str] = []
    return update(clone.folder, said.append), "\n".join(said)


def sources(clone: Clone) -> list[str]:
    """The cells of the notebook as it lies in the folder."""
    return [cell.source for cell in nbformat.read(clone.folder / NOTEBOOK, 4).cells]


def solved(version: int, **own: str) -> dict[str, str]:
    """Both halves of a starter; own: `words`, `rest` or `more` (a cell at the end) as the student has them."""
    cells = [own.get("words", MINE) if cell == WORDS else cell for cell in STARTERS[version][0]]
    cells = [own.get("rest", REST) if cell == REST else cell for cell in cells] + [own[key] for key in own if key == "more"]
    return {NOTEBOOK: notebook(*cells), SCRIPT: script(*cells)}
