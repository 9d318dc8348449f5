"""A whole exam by the verbs alone: two papers, two sittings, and what goes wrong in a room full of nerves."""

import subprocess
from datetime import timedelta
from pathlib import Path

import collect
import generate
import give_back
import gradebook
import pytest
import regrade
import release_solutions
from classroom_examples import NOON, SLUG, new_forge
from toy_exam import DAYS_BEFORE, OVER, SITTINGS, ToyExam, build_papers, right

from genweek.course.day import CourseError
from genweek.course.schedule import Window
from genweek.demo.room import ALL, CLASS, HALF, IN_THE_ROOM, LATER, SECOND_SITTING, Room, Seat, Turn
from genweek.forges.git import git
from genweek.forges.snapshot import content
from genweek.regrading import sandbox

MINUTE = timedelta(minutes=1)
OTHER = {"amber": "birch", "birch": "amber"}
POINTS = {HALF: 1, ALL: 2}

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="the regrade's sandbox needs bubblewrap")


@pytest.fixture(scope="module")
def built_papers(tmp_path_factory) -> dict[str, Path]:
    return build_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def exam(tmp_path, monkeypatch, built_papers) -> ToyExam:
    made = ToyExam(
        tmp_path, monkeypatch, {paper: copied(one, tmp_path / f"built-{paper}") for paper, one in built_papers.items()}
    )
    new_forge(tmp_path).set_clock(DAYS_BEFORE)
    return made


def copied(repo: Path, there: Path) -> Path:
    subprocess.run(["cp", "-r", repo, there], check=True)
    return there


@pytest.fixture
def room(exam, tmp_path) -> Room:
    """The eight of `genweek.demo.room`, and Jack, who never comes. The papers are drawn, and all have their repositories."""
    exam.roster(*(f"{one.login},{one.extra or ''},{'evening' * one.second}" for one in CLASS), "jack")
    assert exam.run(generate, "--apply") == 0

    def write(seat: Seat, how_much: str) -> None:
        (seat.folder / "nb1_toy.py").write_text(right(seat.paper, POINTS[how_much]))

    forge = new_forge(tmp_path)
    forge.set_clock(DAYS_BEFORE)
    sittings = [Window(one.opens, one.due, one.id) for one in SITTINGS]
    where = tmp_path / "students", tmp_path / SLUG
    return Room(SLUG, ["nb1_toy"], forge, *where, sittings, exam.papers, write, begin=lambda seat: None)


def happens(room: Room, turns: tuple[Turn, ...]) -> dict[str, list[str]]:
    """What was said to each student."""
    said = {}
    for _, seat, text in room.play(turns):
        said.setdefault(seat.sitter.login, []).append(text)
    return said


def tip(room: Room, login: str, before: int = 0) -> str:
    """What a student has on main, or had so many commits before."""
    return git(room.seats[login].folder, "rev-parse", f"HEAD~{before}")


def test_an_exam_with_its_accidents(exam, room, tmp_path):
    forge, papers = room.forge, dict(room.papers)
    assert set(papers.values()) == {"amber", "birch"}, "the draw of this secret"
    assert content(forge.repo(f"{SLUG}-ada"), "HEAD", "nb1_toy.py").decode().count(papers["ada"]) == 1

    # Somebody is renamed after the draw: the paper stays.
    exam.roster(*(f"{one.login},{one.extra or ''},{'evening' * one.second}" for one in CLASS), "jake,,,,jack")
    assert exam.run(generate, "--apply") == 0
    assert exam.papers["jake"] == papers["jack"] and "jack" not in exam.papers
    papers = exam.papers
    assert exam.run(generate) == 0 and "Nothing to do" in exam.said[-1]

    said = happens(room, IN_THE_ROOM)
    assert "After the end" in said["ben"][1] and "It counts by the time of grace, until" in said["ben"][1]
    assert "LATE" in said["ben"][2]
    assert exam.run(collect) == 1, "somebody has to see to it"
    assert "was read to Kim" in exam.said[-1] and "is not pushed yet" in exam.said[-1]
    happens(room, LATER)

    # The second sitting is another evening: until then nobody gets a solution.
    forge.set_clock(NOON + 120 * MINUTE)
    with pytest.raises(CourseError, match="the solutions wait for the last one|are not released before"):
        exam.run(release_solutions, "--apply")
    happens(room, SECOND_SITTING)
    forge.set_clock(OVER + 10 * MINUTE)

    assert exam.run(collect) == 0
    rows = exam.table(f"{SLUG}/collection.csv", "student")
    assert {login: row["paper"] for login, row in rows.items()} == papers
    assert rows["hugo"]["sitting"] == "evening" and rows["ada"]["sitting"] == "noon"
    assert rows["ben"]["counted_by"] == "pushed 2.0 minutes after the end, within the 3 minutes of grace"
    assert rows["ben"]["commit"] == tip(room, "ben", before=1) and rows["ben"]["late_pushes"] == "1"
    assert rows["dai"]["commit"] == tip(room, "dai", before=1) and rows["dai"]["counted_by"].startswith("pushed later, and ")
    assert rows["emma"]["counted_by"].startswith("handed in as a git bundle, in the room")
    assert {login for login, row in rows.items() if row["counted_by"]} == {"ben", "dai", "emma"}
    assert set(exam.table(f"{SLUG}/late.csv", "student")) == {"ben", "dai"}

    assert exam.run(regrade) == exam.run(gradebook) == 0
    points = {login: row[f"{SLUG} score"] for login, row in exam.book.items()}
    full = dict.fromkeys(("ada", "ben", "chloe", "dai", "finn", "hugo"), "2")
    assert points == full | {"emma": "1", "gita": "0", "jake": "0"}
    assert "within the 3 minutes of grace" in str(exam.book["ben"])

    # Everybody gets the own grade, with how it counted, and the solutions of the own paper.
    assert exam.run(give_back, "--apply") == 0
    page = content(forge.repo(f"{SLUG}-ben"), "refs/heads/grades", "grade.html").decode()
    assert "within the 3 minutes of grace" in page
    assert exam.run(release_solutions, "--apply") == 0
    for login in papers:
        solved = content(forge.repo(f"{SLUG}-{login}"), "refs/heads/solutions", "nb1_toy.py").decode()
        assert solved == right(papers[login], 3)
    assert exam.run(release_solutions, "--apply") == 0 and "Nothing to do" in exam.said[-1]

    # An appeal is right, on one paper: its class is graded anew by it, the other paper stays.
    tests = exam.built_papers["amber"] / "autograding/tests/test_nb1_toy.py"
    tests.write_text(tests.read_text().replace("reaches, 2", "reaches, 1"))
    assert exam.run(regrade, "--resume") == 0
    of_amber = [login for login, paper in papers.items() if paper == "amber" and login != "jake"]
    assert f"of {len(of_amber)} that were graded anew changed" in exam.said[-1]


def test_submissions_whose_paper_nobody_knows_are_named_before_anything_is_graded(exam, tmp_path):
    folder = tmp_path / SLUG / "submissions" / f"{SLUG}-alice"
    folder.mkdir(parents=True)
    (folder / "nb1_toy.py").write_text(right("amber"))
    with pytest.raises(CourseError, match=f"Nobody knows which paper {SLUG}-alice answers, so nothing was graded"):
        exam.run(regrade)
