"""A small classroom for the tests: an assignment of one exercise, a forge, students with clones."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat

from autograding.judge import recording
from genweek.course.roster import Student
from genweek.course.schedule import Schedule
from genweek.forges.git import environment, git
from genweek.forges.local.local_forge import LocalForge

ROOT = Path(__file__).resolve().parents[2]
SLUG = "toy"
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)  # the session begins
NOON = NINE + timedelta(hours=3)  # it is due
ALICE = Student("alice", "Alice Ng", "alice@uni.example", "A", "1001", "ang")
BOB = Student("bob-b", "Bob Böhm", "bob@uni.example", "B", "1002", "", {"": 30})
SCHEDULE = Schedule(SLUG, NINE - timedelta(hours=1), NINE, NOON, NOON + timedelta(days=2))
MISTAKE = "A word is missing."
TESTS = """
from autograding import assert_same, task


def reaches(ns, n):
    return float(ns.words() >= n)


@task("nb1.words", points=1)
def test_1(student, reference):
    \"\"\"Word 1\"\"\"
    assert_same(student.run(reaches, 1), reference.run(reaches, 1))


@task("nb1.words", points=1)
def test_2(student, reference):
    \"\"\"Word 2\"\"\"
    assert_same(student.run(reaches, 2), reference.run(reaches, 2))
"""
CELLS = ("# Toy", "def words():\n    raise NotImplementedError\n", "check(words)")


def notebook(*sources: str) -> str:
    """A notebook whose first cell is text and whose others are code."""
    cells = [nbformat.v4.new_markdown_cell(sources[0], id="c0")]
    cells += [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources[1:], 1)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n"


def script(*sources: str) -> str:
    """The same as percent-format Python."""
    return "".join(f"# %%{'' if n else ' [markdown]'}\n{source}\n\n" for n, source in enumerate(sources))


def answer(words: object, below: str = "") -> str:
    """A notebook's `.py` half that gets min(words, 2) points of 2; below: what else is in it."""
    return script(CELLS[0], f"def words():\n    return {words}\n", below)


def build(folder: Path, cells: tuple[str, ...] = CELLS, tests: str = TESTS) -> Path:
    """The built assignment: the real grader and workflow, one exercise, two tests of one point each."""
    without = shutil.ignore_patterns("tests", "__pycache__", "data", "weights")
    for path in (".github", "genlab"):
        shutil.copytree(ROOT / "assignments/common" / path, folder / path, ignore=without)
    grader = Path(shutil.copytree(ROOT / "autograding", folder / "autograding", ignore=without))
    (grader / "tests").mkdir()
    (grader / "tests/test_nb1_toy.py").write_text(tests)
    declared = [{"id": "nb1.words", "name": f"test_{n}", "title": f"Word {n}", "points": 1} for n in (1, 2)]
    facts = {"assignment": SLUG, "title": "A toy", "max_score": 2, "starters": {"nb1_toy": {"words": cells[1].strip()}}}
    (grader / "assignment.json").write_text(json.dumps(facts | {"tests": declared}))
    keys = [f"nb1.words:test_{n}" for n in (1, 2)]
    missing = [[{"got": got, "rtol": 1e-4, "atol": 1e-5}] for got in (0.0, 0.0)]
    known = [{"sentence": MISTAKE, "observed": dict(zip(keys, missing, strict=True))}]
    recorded = {"seed": "public", "answers": {key: [[1.0]] for key in keys}, "mistakes": {"nb1.words": known}}
    recording.save(grader / "recorded.json", recorded)
    (folder / "nb1_toy.ipynb").write_text(notebook(*cells))
    (folder / "nb1_toy.py").write_text(script(*cells))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "starter", when=datetime(2026, 1, 1, tzinfo=UTC))
    return folder


def new_forge(folder: Path, grading: str = "off") -> LocalForge:
    forge = LocalForge(folder / "forge").set_up(grading=grading)
    forge.set_clock(NINE)
    return forge


def open_repo(forge: LocalForge, built: Path, name: str = f"{SLUG}-alice", login: str = "alice") -> str:
    """A repository that somebody may push to, made from the template."""
    if SLUG not in forge.repos():
        forge.create(SLUG)
        forge.publish(SLUG, built, "HEAD", "main")
    forge.create(name, SLUG)
    forge.grant(name, login, "write")
    return name


class Clone:
    """A student's working copy."""

    def __init__(self, forge: LocalForge, name: str, folder: Path):
        self.forge, self.folder = forge, folder
        git(folder.parent, "clone", "--quiet", forge.url(name), folder.name)

    def write(self, text: str, path: str = "nb1_toy.py") -> str:
        """Change a file and commit; the commit."""
        (self.folder / path).write_text(text)
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", text[:20] or "nothing")
        return git(self.folder, "rev-parse", "HEAD")

    def push(self, *arguments: str, at: datetime | None = None, **variables: str) -> subprocess.CompletedProcess:
        """Push, at a time of the server's clock. variables: of the client's environment."""
        if at:
            self.forge.set_clock(at)
        return self._push(arguments, variables)

    def _push(self, arguments: tuple[str, ...], variables: dict[str, str]) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["git", "push", *(arguments or ["origin", "HEAD:main"])],
            cwd=self.folder,
            text=True,
            capture_output=True,
            env=environment() | variables,
        )
