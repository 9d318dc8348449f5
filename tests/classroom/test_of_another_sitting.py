"""What somebody wrote in one sitting counts in no other, whatever slips into the roster; and what came on a stick is graded
by the paper that it answers."""

from datetime import timedelta
from pathlib import Path

import collect
import generate
import pytest
from classroom_examples import NINE, NOON, SLUG, Clone, new_forge
from toy_exam import DAYS_BEFORE, EVENING, OVER, SITTINGS, ToyExam, build_papers, right

from genweek.course.day import Sitting
from genweek.forges.git import git

MINUTE = timedelta(minutes=1)
LOCKED = "autograding/locked/paper.bin"


@pytest.fixture(scope="module")
def built_papers(tmp_path_factory) -> dict[str, Path]:
    made = build_papers(tmp_path_factory.mktemp("papers"))
    for paper, folder in made.items():
        (folder / LOCKED).parent.mkdir()
        (folder / LOCKED).write_text(f"the locked paper {paper}")
        git(folder, "add", "--force", LOCKED)
        git(folder, "commit", "--quiet", "--message", "locked")
    return made


@pytest.fixture
def exam(tmp_path, monkeypatch, built_papers) -> ToyExam:
    """At noon everybody has amber, in the evening birch."""
    made = ToyExam(tmp_path, monkeypatch, built_papers)
    share_out(made, ["amber"], ["birch"])
    new_forge(tmp_path).set_clock(DAYS_BEFORE)
    return made


def share_out(exam: ToyExam, *papers: list[str]) -> None:
    """papers: of each sitting."""
    exam.facts.sittings = [
        Sitting(id=one.id, opens=one.opens, due=one.due, papers=some) for one, some in zip(SITTINGS, papers, strict=True)
    ]


@pytest.fixture
def alice(exam, tmp_path) -> Clone:
    exam.roster("alice")
    assert exam.run(generate, "--apply") == 0
    return Clone(new_forge(tmp_path), f"{SLUG}-alice", tmp_path / "alice")


def test_a_push_is_graded_from_the_beginning_of_the_own_sitting_on(exam, tmp_path):
    exam.roster("alice", "ben,30,evening")
    assert exam.run(generate, "--apply") == 0
    begins = [new_forge(tmp_path).hours(f"{SLUG}-{login}").begins for login in ("alice", "ben")]
    assert begins == [NINE, EVENING], "extra minutes are at the end"


def bundle(clone: Clone, login: str = "alice") -> None:
    folder = clone.folder.parent / SLUG / "bundles"
    folder.mkdir(exist_ok=True)
    git(clone.folder, "bundle", "create", "--quiet", str(folder / f"{login}.bundle"), "main")


def row(exam, login: str = "alice") -> dict[str, str]:
    return exam.table(f"{SLUG}/collection.csv", "student")[login]


def test_a_slip_in_the_roster_lets_no_late_push_count_for_a_later_sitting(exam, alice, tmp_path):
    forge, counts = alice.forge, alice.write(right("amber"))
    alice.push(at=NOON - MINUTE)
    alice.write(right("amber", 1))
    alice.push(at=NOON + 20 * MINUTE)
    assert exam.run(collect) == 0 and row(exam)["commit"] == counts
    for clock in (NOON + 30 * MINUTE, OVER + 10 * MINUTE):
        exam.roster("alice,,evening")
        forge.set_clock(clock)
        assert exam.run(collect) == 1
        assert (
            f"LOOK AT IT: alice: The repository {SLUG}-alice holds the paper amber, and the sitting evening" in exam.said[-1]
        )
        assert row(exam)["commit"] == counts, "what was collected before stays"
    exam.roster("alice")
    assert exam.run(collect) == 0 and row(exam)["commit"] == counts


def test_what_was_pushed_before_a_sitting_began_does_not_count_in_it(exam, alice):
    share_out(exam, ["amber"], ["amber"])  # in a course that asks both the same
    commit = alice.write(right("amber"))
    alice.push(at=NOON - MINUTE)
    exam.roster("alice,,evening")
    alice.forge.set_clock(OVER + 10 * MINUTE)
    assert exam.run(collect) == 1 and row(exam)["status"] == "nothing pushed"
    assert f"LOOK AT IT: alice: {commit[:7]} was pushed Tue 24 Nov 2026" in exam.said[-1]
    assert "before the sitting evening began" in exam.said[-1]


def test_a_stick_of_another_sitting_is_not_taken(exam, alice, tmp_path):
    alice.write(right("amber"))
    bundle(alice)
    exam.roster("alice,,evening")
    assert exam.run(generate, "--apply") == 0
    alice.forge.set_clock(NOON + 30 * MINUTE)
    assert exam.run(collect) == 1 and row(exam)["commit"] == ""
    assert "LOOK AT IT: alice: alice.bundle was not taken: the sitting evening begins" in exam.said[-1]
    there = Clone(alice.forge, f"{SLUG}-alice", tmp_path / "there")
    commit = there.write(right("birch"))
    there.push(at=EVENING + MINUTE)
    alice.forge.set_clock(OVER + 10 * MINUTE)
    assert exam.run(collect) == 1
    assert (row(exam)["commit"], row(exam)["paper"], row(exam)["counted_by"]) == (commit, "birch", "")
    assert "LOOK AT IT: alice: alice.bundle holds the paper amber, and the sitting evening" in exam.said[-1]


@pytest.mark.parametrize("packed", ["bundle", "zip"])
def test_a_stick_is_graded_by_the_paper_that_it_holds(exam, alice, tmp_path, packed):
    """Ben was not on the roster, worked in a clone of Alice's, and was drawn another paper afterwards."""
    share_out(exam, ["amber", "birch"], ["birch"])
    commit = alice.write(right("amber"))
    if packed == "bundle":
        bundle(alice, "ben")
    else:
        folder = tmp_path / SLUG / "bundles"
        folder.mkdir()
        git(alice.folder, "archive", "--format=zip", f"--output={folder / 'ben.zip'}", "--prefix=exam/", "main")
    exam.roster("alice,,,amber", "ben,,,birch")
    alice.forge.set_clock(NOON + 30 * MINUTE)
    assert exam.run(collect) == 1
    assert row(exam, "ben")["paper"] == "amber" and (packed == "zip" or row(exam, "ben")["commit"] == commit)
    said = f"LOOK AT IT: ben: ben.{packed} holds the paper amber, by which it is graded, and not birch. Write amber into the"
    assert said in exam.said[-1]
    assert (tmp_path / SLUG / "submissions" / f"{SLUG}-ben" / ".paper").read_text() == "amber\n"


def test_a_zip_of_the_notebooks_alone_tells_no_paper_and_says_so(exam, alice, tmp_path):
    folder = tmp_path / SLUG / "bundles"
    folder.mkdir()
    git(alice.folder, "archive", "--format=zip", f"--output={folder / 'alice.zip'}", "main", "nb1_toy.py")
    alice.write(right("amber"))
    git(alice.folder, "archive", "--format=zip", f"--output={folder / 'alice.zip'}", "main", "nb1_toy.py")
    alice.forge.set_clock(NOON + 30 * MINUTE)
    assert exam.run(collect) == 0 and row(exam)["paper"] == "amber"
    assert "alice.zip does not tell which paper it answers: it is graded by amber." in row(exam)["notes"]


def test_before_the_exam_nothing_counts_that_was_pushed_then(exam, alice):
    alice.write("early")
    alice.push(at=NINE - MINUTE)
    commit = alice.write(right("amber"))
    alice.push(at=NINE)
    alice.forge.set_clock(NOON + 30 * MINUTE)
    assert exam.run(collect) == 0 and row(exam)["commit"] == commit
