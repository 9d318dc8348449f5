"""A whole week by the verbs alone, with its accidents: a rename, a leaver, a second fix, a repository that is gone, two
people at once, an appeal, an adjustment, and a move of the server."""

import shutil
from datetime import timedelta
from pathlib import Path

import collect
import generate
import give_back
import gradebook
import pytest
import regrade
from classroom_examples import NINE, NOON, SLUG, Clone, answer, new_forge
from toy_verbs import ToyVerbs
from updates import run, solved, sources, starter

from genweek.alone import alone
from genweek.course.day import CourseError
from genweek.forges.git import git
from genweek.forges.local.local_forge import LocalForge
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

MINUTE = timedelta(minutes=1)
ONE = "def words():\n    return 1\n"
CLASS = ("alice", "bob", "carol", "dave", "erin", "frank")

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")


@pytest.fixture
def week(tmp_path, monkeypatch) -> ToyVerbs:
    return ToyVerbs(tmp_path, monkeypatch, starter(tmp_path / "first", 0))


def row(login: str, was: str = "", status: str = "") -> str:
    return f"{login},{login.title()} Ng,{login}@uni.example,{was},{status}"


def test_a_week_with_its_accidents(week, tmp_path):
    forge = new_forge(tmp_path)
    week.roster(*map(row, CLASS))
    assert week.run(generate, "--apply") == 0
    clones = {login: Clone(forge, f"{SLUG}-{login}", tmp_path / login) for login in CLASS}
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
    week.roster(*map(row, ("alice", "bob", "erin", "frank")), row("caroline", was="carol"), row("dave", status="left"))
    assert week.run(generate, "--apply") == 0
    assert f"{SLUG}-caroline" in forge.repos() and f"{SLUG}-carol" not in forge.repos()
    assert len(forge.pushes(f"{SLUG}-caroline")) == len(forge.pushes(f"{SLUG}-dave")) == 1

    # Before the deadline nobody has a zero.
    assert week.run(collect) == week.run(regrade) == week.run(gradebook) == 0
    assert "PROVISIONAL" in week.said[-1] and week.book["frank"][f"{SLUG} standing"] == "not graded yet"
    assert "dave" not in week.book

    # A repository goes, and somebody else is at work: nothing is lost, and nothing is done twice.
    shutil.rmtree(forge.repo(f"{SLUG}-erin"))
    forge.set_clock(NOON)
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
    page = content(forge.repo(f"{SLUG}-bob"), "refs/heads/grades", "grade.html").decode()
    assert "an hour late" in page and "Bob Ng" in page

    # The server moves to another machine, and the course goes on there.
    week.forge = Path(shutil.move(forge.folder, tmp_path / "another machine"))
    moved = LocalForge(week.forge).set_up()
    moved.set_clock(NOON + MINUTE)
    git(clones["bob"].folder, "remote", "set-url", "origin", moved.url(f"{SLUG}-bob"))
    clones["bob"].write(answer(2, "# too late"))
    late = clones["bob"].push()
    assert late.returncode == 0 and "LATE" in late.stderr
    assert week.run(collect) == 0
    assert week.table(f"{SLUG}/late.csv", "student").keys() == {"bob"}
    assert week.table(f"{SLUG}/collection.csv", "student")["bob"]["status"] == "collected"
