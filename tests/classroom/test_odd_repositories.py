"""One student never stops a verb for all: every odd repository in one class, and every verb run once over it."""

from pathlib import Path
from types import ModuleType

import collect
import dashboard
import generate
import gradebook
import pytest
import regrade
import release_solutions
from arriving import must_arrive
from classroom_examples import NOON, SLUG, answer, build, new_forge, open_repo
from odd_repositories import FAILED, ODD, files
from toy_verbs import ToyVerbs

from genweek.course.roster import read_roster
from genweek.forges.git import git
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

FINE = "bob"
pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the sandbox needs bubblewrap")


class Week(ToyVerbs):
    """A class of odd students and one other. ran: how each verb ended, and what it printed."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch):
        super().__init__(folder, patch, build(folder / "built"))
        new = build(folder / "new", ("# Toy, corrected", "def words():\n    raise NotImplementedError\n", "check(words)"))
        (new / "genlab/more.py").write_text("")
        git(new, "add", "--all")
        git(new, "commit", "--quiet", "--amend", "--no-edit")
        lines = [f"{login},A student,{login}@uni.example" for login in (*ODD, FINE)]
        (folder / "roster.csv").write_text("\n".join(["login,name,email", *lines]))
        self.local = new_forge(folder)
        for login in (*ODD, FINE):
            repo = self.local.repo(open_repo(self.local, self.built, f"{SLUG}-{login}"))
            (ODD[login].make if login in ODD else files({}))(repo, git(repo, "rev-parse", "refs/heads/main"))
        self.local.set_clock(NOON)
        self.ran = {"collect": self.told(collect), "regrade": self.told(regrade), "gradebook": self.told(gradebook)}
        self.ran["dashboard"] = self.told(dashboard, "--names")
        self.built = new
        self.ran["update"] = self.told(generate, "--update", "--apply")
        self.ran["release"] = self.told(release_solutions, "--apply")
        self.collected = self.table(f"{SLUG}/collection.csv", "student")
        self.graded = self.table(f"{SLUG}/grades/grades.csv", "student")

    def told(self, script: ModuleType, *arguments: str) -> tuple[int, str]:
        return self.run(script, *arguments), self.said[-1]


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
    assert content(week.local.repo(name), "refs/heads/solutions", "nb1_toy.py") == solved
    assert b"corrected" in content(week.local.repo(name), "refs/heads/starter-update", "nb1_toy.ipynb")
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
        assert week.local.tip(name, branch)
    else:
        assert ODD[login].collected == FAILED and lines[0].endswith("✗")


def test_an_update_never_takes_a_student_s_file_away(week):
    for login, path in {"link": "nb1_toy.ipynb", "submodule": "nb1_toy.ipynb", "file-for-a-folder": "genlab"}.items():
        repo = week.local.repo(f"{SLUG}-{login}")
        mine, theirs = (git(repo, "rev-parse", f"refs/heads/{one}:{path}") for one in ("main", "starter-update"))
        assert mine == theirs


def test_nothing_that_a_verb_prints_acts_on_a_terminal(week):
    for _, said in week.ran.values():
        assert all(letter.isprintable() or letter == "\n" for letter in said)
        assert not [line for line in said.splitlines() if line.startswith(("::", "##["))]


def test_a_second_collection_changes_nothing_and_says_the_same(week):
    before = (week.folder / SLUG / "collection.csv").read_bytes()
    _, said = week.told(collect)
    assert (week.folder / SLUG / "collection.csv").read_bytes() == before
    assert said.count("(was there)") == sum(one.collected == "collected" for one in ODD.values()) + 1
