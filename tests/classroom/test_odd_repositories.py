"""One student never stops a verb for all: every odd repository in one class, and every verb run once over it."""

import csv
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import collect
import dashboard
import generate
import gradebook
import pytest
import regrade
import release_solutions
from arriving import must_arrive
from classroom_examples import NINE, NOON, SLUG, answer, build, new_forge, open_repo
from odd_repositories import FAILED, ODD, files

from autograding.judge import recording
from genweek import verbs
from genweek.classroom.afterwards import titles
from genweek.course.course_file import Course
from genweek.course.day import Dates
from genweek.course.roster import read_roster
from genweek.forges.git import git
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

FINE = "bob"
pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the sandbox needs bubblewrap")


class Week:
    """A class of odd students and one other; what each verb printed, and how it ended."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch):
        folder.chmod(0o755)
        self.folder, self.patch = folder, patch
        self.forge, toy = new_forge(folder), build(folder / "built")
        self.new = build(
            folder / "new", ("# Toy, corrected", "def words():\n    raise NotImplementedError\n", "check(words)")
        )
        (self.new / "genlab/more.py").write_text("")
        git(self.new, "add", "--all")
        git(self.new, "commit", "--quiet", "--amend", "--no-edit")
        lines = [f"{login},A student,{login}@uni.example" for login in (*ODD, FINE)]
        (folder / "roster.csv").write_text("\n".join(["login,name,email", *lines]))
        for login in (*ODD, FINE):
            repo = self.forge.repo(open_repo(self.forge, toy, f"{SLUG}-{login}"))
            (ODD[login].make if login in ODD else files({}))(repo, git(repo, "rev-parse", "refs/heads/main"))
        facts = SimpleNamespace(kind="lab", schedule=Dates(release=NINE, due=NOON, solutions=NOON))
        day = SimpleNamespace(
            slug=SLUG, title="A toy", notebooks=["nb1_toy"], facts=facts, starter=toy / "autograding", masters=toy
        )
        for script in (collect, dashboard, generate, release_solutions, regrade, titles):
            patch.setattr(script.Day, "load", lambda slug: day)
        patch.setattr(verbs, "known_slug", str)
        for script in (regrade, generate, release_solutions):
            patch.setattr(script, "refuse_stale", lambda day: None)  # nothing is made of this one
        patch.setattr(regrade, "build", lambda day, out: shutil.copytree(toy, out / "repo"))
        patch.setattr(regrade, "record", lambda *_: recording.load(toy / "autograding/recorded.json"))
        patch.setattr(generate, "build", lambda day, out: self.new)
        patch.setattr(release_solutions.solutions, "solved_texts", lambda day: {"nb1_toy.py": answer(3)})
        patch.setattr(gradebook, "all_slugs", lambda: [SLUG])
        patch.setattr(gradebook, "read_course", lambda: Course(weights={SLUG: 100}))
        self.forge.set_clock(NOON)
        common = ("--roster", folder / "roster.csv", "--forge", self.forge.folder)
        out = folder / SLUG
        self.ran = {
            "collect": self.run(collect, SLUG, *common, "--out", out),
            "regrade": self.run(regrade, SLUG, out / "submissions", "--out", out / "grades", "--jobs", "2"),
            "gradebook": self.run(gradebook, "--roster", folder / "roster.csv", "--work", folder),
            "dashboard": self.run(dashboard, SLUG, *common, "--out", out / "dashboard.html", "--names"),
            "update": self.run(generate, SLUG, *common, "--update", "--apply"),
            "release": self.run(release_solutions, SLUG, *common, "--apply"),
        }
        self.collected = self.table(out / "collection.csv", "student")
        self.graded = self.table(out / "grades/grades.csv", "student")
        self.book = self.table(folder / "gradebook/gradebook.csv", "login")

    def run(self, script, *arguments: object) -> tuple[int, str]:
        self.patch.setattr(sys, "argv", [script.__name__, *map(str, arguments)])
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            return script.main(), said.getvalue()

    def table(self, path: Path, key: str) -> dict[str, dict]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row[key]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield Week(tmp_path_factory.mktemp("week"), patch)


odd = pytest.mark.parametrize("login", ODD)


@odd
def test_collecting_says_what_there_is_of_everybody(week, login):
    row = week.collected[login]
    assert row["status"] == ODD[login].collected
    assert ODD[login].note in row["notes"]


@odd
def test_what_is_solved_is_graded_whatever_lies_beside_it(week, login):
    if ODD[login].collected == "collected":
        assert week.graded[login]["score"] == str(ODD[login].score), week.graded[login]
    else:
        assert login not in week.graded


@odd
def test_nobody_is_a_gap_in_the_gradebook(week, login):
    row = week.book[login]
    assert row["toy score"] == str(ODD[login].score)
    assert row["of"] == "100"
    assert (row["toy standing"] == FAILED) == (ODD[login].collected == FAILED)


def test_the_gradebook_arrives_in_canvas_and_moodle(week):
    must_arrive(week.folder / "gradebook", read_roster(week.folder / "roster.csv"), {SLUG: "A toy"})


@pytest.mark.parametrize("verb", ["collect", "gradebook"])
def test_what_failed_is_said_loudly_and_the_verb_does_not_end_well(week, verb):
    code, said = week.ran[verb]
    loud = next(line for line in said.splitlines() if line.startswith("LOOK AT IT"))
    assert code == 1
    assert [login for login in ODD if login in loud] == [login for login in ODD if ODD[login].collected == FAILED]


@pytest.mark.parametrize("verb", ["collect", "update"])
def test_it_is_said_whose_extensions_are_applied(week, verb):
    assert f"Extensions of {SLUG}: nobody has one." in week.ran[verb][1]


def test_the_others_have_their_results(week):
    assert week.collected[FINE]["status"] == "collected" and week.collected[FINE]["notes"] == ""
    assert week.graded[FINE]["score"] == week.book[FINE]["toy score"] == "2"
    name, solved = f"{SLUG}-{FINE}", answer(3).encode()
    assert content(week.forge.repo(name), "refs/heads/solutions", "nb1_toy.py") == solved
    assert b"corrected" in content(week.forge.repo(name), "refs/heads/starter-update", "nb1_toy.ipynb")
    page = (week.folder / SLUG / "dashboard.html").read_text()
    assert all(login in page for login in (*ODD, FINE)) or "A student" in page


@odd
@pytest.mark.parametrize(("verb", "branch"), [("update", "starter-update"), ("release", "solutions")])
def test_each_repository_gets_its_branch_or_a_step_that_failed_with_the_reason(week, login, verb, branch):
    code, said = week.ran[verb]
    name = f"{SLUG}-{login}"
    lines = [line for line in said.splitlines() if f" {name}:" in line and "counts until" not in line]
    assert code == 1 and len(lines) == 1
    if lines[0].endswith("✓"):
        assert week.forge.tip(name, branch)
    else:
        assert ODD[login].collected == FAILED and lines[0].endswith("✗")


def test_an_update_never_takes_a_student_s_file_away(week):
    for login, path in {"link": "nb1_toy.ipynb", "submodule": "nb1_toy.ipynb", "file-for-a-folder": "genlab"}.items():
        repo = week.forge.repo(f"{SLUG}-{login}")
        mine, theirs = (git(repo, "rev-parse", f"refs/heads/{one}:{path}") for one in ("main", "starter-update"))
        assert mine == theirs


def test_nothing_that_a_verb_prints_acts_on_a_terminal(week):
    for _, said in week.ran.values():
        assert all(letter.isprintable() or letter == "\n" for letter in said)
        assert not [line for line in said.splitlines() if line.startswith(("::", "##["))]


def test_a_second_collection_changes_nothing_and_says_the_same(week):
    before = (week.folder / SLUG / "collection.csv").read_bytes()
    _, said = week.run(
        collect, SLUG, "--roster", week.folder / "roster.csv", "--forge", week.forge.folder, "--out", week.folder / SLUG
    )
    assert (week.folder / SLUG / "collection.csv").read_bytes() == before
    assert said.count("(was there)") == sum(one.collected == "collected" for one in ODD.values()) + 1
