"""A whole week by the verbs alone, in a folder and at GitHub, with its accidents: a rename, a leaver, a second fix, a
repository that is gone, two people at once, an appeal, an adjustment; and a move of the server, where we have one."""

import shutil
from datetime import timedelta
from pathlib import Path

import collect
import generate
import give_back
import gradebook
import pytest
import regrade
import release_solutions
from classroom_examples import NINE, NOON, SLUG, answer
from places import Clone, FolderPlace, Place, place  # noqa: F401 - a fixture
from toy_verbs import ToyVerbs
from updates import run, solved, sources, starter

from genweek import verbs
from genweek.alone import alone
from genweek.course.day import CourseError
from genweek.forges.forge import MAIN
from genweek.forges.git import git
from genweek.forges.local.local_forge import LocalForge
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

MINUTE = timedelta(minutes=1)
ONE = "def words():\n    return 1\n"
CLASS = ("alice", "bob", "carol", "dave", "erin", "frank")

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")


@pytest.fixture
def week(place: Place, tmp_path, monkeypatch) -> ToyVerbs:  # noqa: F811
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    made = ToyVerbs(tmp_path, monkeypatch, starter(tmp_path / "first", 0))
    made.forge = place.option
    return made


def row(login: str, was: str = "", status: str = "") -> str:
    return f"{login},{login.title()} Ng,{login}@uni.example,{was},{status}"


def test_a_week_with_its_accidents(week, place, tmp_path):  # noqa: F811
    place.knows(*CLASS)
    week.roster(*map(row, CLASS))
    assert week.run(generate, "--apply") == 0
    clones = {login: Clone(place, f"{SLUG}-{login}", tmp_path / login, login) for login in CLASS}
    for login, points in {"bob": 2, "carol": 2, "dave": 2, "erin": 1}.items():
        clones[login].write(answer(points))
        assert clones[login].push(at=NINE + MINUTE).returncode == 0

    # Two fixes in one session. Alice pulls the first, solves an exercise, and pushes only after the second.
    for version in (1, 2):
        week.built = starter(tmp_path / f"fix{version}", version)
        assert week.run(generate, "--update", "--apply") == 0
        assert run(clones["alice"])[0] == 0
        for name, text in solved(version, words=ONE).items():
            (clones["alice"].folder / name).write_text(text)
    assert run(clones["alice"]) == (0, "Nothing to do: all fixes of the course are here.")
    assert ONE in sources(clones["alice"]) and "# Toy, corrected" in sources(clones["alice"])
    git(clones["alice"].folder, "commit", "--quiet", "--all", "--message", "mine")
    assert clones["alice"].push(at=NINE + 5 * MINUTE).returncode == 0

    # One changes the login, one leaves, and everybody else has what they had.
    place.renamed("carol", "caroline")
    week.roster(*map(row, ("alice", "bob", "erin", "frank")), row("caroline", was="carol"), row("dave", status="left"))
    assert week.run(generate, "--apply") == 0
    forge = place.reopened()
    assert f"{SLUG}-caroline" in forge.repos() and f"{SLUG}-carol" not in forge.repos()
    assert len(forge.pushes(f"{SLUG}-caroline")) == len(forge.pushes(f"{SLUG}-dave")) == 1
    assert forge.access(f"{SLUG}-caroline") == {"caroline": "write"} and forge.access(f"{SLUG}-dave") == {"dave": "read"}

    # Before the deadline nobody has a zero.
    assert week.run(collect) == week.run(regrade) == week.run(gradebook) == 0
    assert "PROVISIONAL" in week.said[-1] and week.book["frank"][f"{SLUG} standing"] == "not graded yet"
    assert "dave" not in week.book

    # A repository goes, and somebody else is at work: nothing is lost, and nothing is done twice.
    place.lose(f"{SLUG}-erin")
    place.at(NOON)
    with alone(tmp_path / SLUG), pytest.raises(CourseError, match="is writing to"):
        week.run(collect)
    assert week.run(collect) == 0
    assert "LOOK AT IT: of erin, what was collected before stays" in week.said[-1]
    assert week.run(regrade, "--resume") == week.run(gradebook) == 0
    points = {login: row[f"{SLUG} score"] for login, row in week.book.items()}
    assert points == {"alice": "1", "bob": "2", "caroline": "2", "erin": "1", "frank": "0"}

    # An appeal is right: the second test asked too much. Then an excuse, a late penalty, and the grades go back.
    tests = week.built / "autograding/tests/test_nb1_toy.py"
    tests.write_text(tests.read_text().replace("reaches, 2", "reaches, 1"))
    assert week.run(regrade, "--only", "alice") == 0
    assert "alice: 1 -> 2, nb1.words 1 -> 2 (the tests changed)" in week.said[-1]
    (tmp_path / "adjustments.csv").write_text(
        "login,assignment,points,reason,by,when\n"
        f"bob,{SLUG},-1,an hour late,Kim,2026-11-25\nfrank,{SLUG},excused,ill,Kim,2026-11-25\n"
    )
    assert week.run(gradebook) == 0
    assert week.book["alice"][f"{SLUG} score"] == "2" and week.book["bob"][f"{SLUG} score"] == "1"
    assert week.book["frank"][f"{SLUG} standing"] == "excused"
    week.run(give_back, "--apply")
    grades = place.reopened().fetch(f"{SLUG}-bob", tmp_path / "grades of bob", "refs/heads/grades")
    page = content(grades, MAIN, "grade.html").decode()
    assert "an hour late" in page and "Bob Ng" in page
    assert week.run(release_solutions, "--apply") == 0
    assert place.reopened().tip(f"{SLUG}-frank", "solutions")

    # What the verbs made is no push of a student's, and a push that comes too late is kept and named.
    if isinstance(place, FolderPlace):
        _move(week, place, clones["bob"])
    clones["bob"].write(answer(2, "# too late"))
    assert clones["bob"].push(at=NOON + MINUTE).returncode == 0
    assert week.run(collect) == 0
    assert week.table(f"{SLUG}/late.csv", "student").keys() == {"bob"}
    assert week.table(f"{SLUG}/collection.csv", "student")["bob"]["status"] == "collected"


def _move(week: ToyVerbs, place: FolderPlace, bob: Clone) -> None:  # noqa: F811
    """The server moves to another machine, and the course goes on there."""
    week.forge = Path(shutil.move(place.local.folder, week.folder / "another machine"))
    place.forge = place.local = LocalForge(week.forge).set_up()
    git(bob.folder, "remote", "set-url", "origin", place.local.url(f"{SLUG}-bob"))
