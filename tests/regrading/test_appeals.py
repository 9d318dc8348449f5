"""A grade that changes says what it was made under, whose it is, by how much, and why; the earlier one is kept."""

import csv
import shutil

import pytest
import regrade as script
from attacks.arena import PARTLY, SOLVED, STEM

from genweek.course.day import CourseError
from genweek.regrading import results
from genweek.regrading.fingerprint import WORDS, difference

pytestmark = [
    pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap"),
    pytest.mark.usefixtures("warm"),
]

HALF = SOLVED.replace("return shift(scale(x))", "return scale(shift(x))")  # `combine` is wrong: 80 points


def too_strict(course, strict: bool = True) -> None:
    """Change the test of `combine` so that nothing passes it, or back; the masters' answers go with it."""
    path = course.repo / "autograding" / "tests" / f"test_{STEM}.py"
    right, wrong = "x = rng.normal(4)\n    assert_same_either(", "x = rng.normal(4) + 1\n    assert_same_either("
    path.write_text(path.read_text().replace(*((right, wrong) if strict else (wrong, right))))


@pytest.fixture
def appealed(course):
    """Ada and Bob, graded with a test that takes points from every right answer; it is repaired since."""
    too_strict(course)
    course.hand_in("ada")
    course.hand_in("bob", PARTLY)
    assert [row["score"] for row in course.run("--seed", "7").values()] == ["80", "20"]
    too_strict(course, strict=False)
    return course


def test_after_a_test_was_repaired_everybody_is_graded_anew_and_told_of(appealed, capsys):
    rows = appealed.run("--resume")
    said = capsys.readouterr().out
    assert [row["score"] for row in rows.values()] == ["100", "20"]
    assert "2 are graded anew: the tests changed." in said
    assert "ada: 80 -> 100, nb1.combine 0 -> 20 (the tests changed)" in said
    assert "1 of 2 that were graded anew changed." in said
    with (appealed.out / "changes.csv").open() as file:
        changes = list(csv.DictReader(file))
    assert [(one["student"], one["before"], one["after"]) for one in changes] == [("ada", "80", "100"), ("bob", "20", "20")]
    assert appealed.run("--resume") == rows and "graded anew" not in capsys.readouterr().out


def test_a_recording_of_other_tests_is_never_used(appealed):
    """Deleting one student's folder put new tests before an old recording: a right answer lost points."""
    shutil.rmtree(appealed.out / "students" / "ada")
    rows = appealed.run("--resume")
    assert appealed.recorded == 2 and len(list(appealed.out.glob("recording*"))) == 1
    assert (rows["ada"]["score"], rows["ada"]["under"]) == ("100", rows["bob"]["under"])


def test_who_appeals_is_graded_anew_and_the_others_are_named(appealed, capsys):
    rows = appealed.run("--only", "ada")
    assert [row["score"] for row in rows.values()] == ["100", "20"] and rows["ada"]["under"] != rows["bob"]["under"]
    assert "1 of 2 keep a grade of another make" in capsys.readouterr().out


def test_every_earlier_grade_is_kept_once(appealed):
    folder = results.folder_of(appealed.out, "ada")
    first = (folder / "scores.json").read_bytes()
    results.keep(appealed.out, "ada")  # by a run that was cut off
    appealed.run("--resume")
    appealed.run("--only", "ada")
    assert [one["score"] for one in results.history(folder)] == [80, 100]
    assert (folder / "history" / "1.json").read_bytes() == first


def test_only_the_task_of_an_appeal_changes(appealed, capsys):
    (appealed.handed_in / "ada" / f"{STEM}.py").write_text(HALF.replace("2.5 * x", "2 * x"))  # as if it were unstable
    rows = appealed.run("--task", "nb1.combine")
    assert (rows["ada"]["score"], len(rows["ada"]["under"].split())) == ("80", 2)
    (appealed.handed_in / "ada" / f"{STEM}.py").write_text(SOLVED.replace("x + 1", "x + 2"))
    assert appealed.run("--only", "ada", "--task", "nb1.combine")["ada"]["score"] == "100"
    assert "ada: 80 -> 100, nb1.combine 0 -> 20" in capsys.readouterr().out
    assert len(set(row["under"] for row in appealed.run("--resume").values())) == 1  # all of it, of one make


REFUSED = [
    (("--only", "aad", "zoe"), "no submission of 'aad'. Did you mean 'ada'? And none of 'zoe'. Nothing was graded."),
    (("--task", "nb1.sacle"), "--task: There is no task 'nb1.sacle'. The tasks are: nb1.scale"),
    (("--task", "nb1.scale"), "--task: cyd has no grade that it could change. Grade them without --task."),
    (("--only", "ada", "--task", "nb1.scale"), "--task: ada has handed in anew since. Grade them without --task."),
    ((), "holds 1 graded submissions: go on with --resume, grade single ones anew with --only LOGIN, or name another --out"),
]


def test_an_appeal_that_cannot_be_is_a_sentence(course):
    ada = course.hand_in("ada")
    course.run()
    course.hand_in("cyd")
    (ada / ".commit").write_text("b" * 40)
    for options, said in REFUSED:
        if said.startswith("--task: cyd"):
            (ada / ".commit").unlink()
        if said.startswith("--task: ada"):
            (ada / ".commit").write_text("b" * 40)
        with pytest.raises(CourseError) as refused:
            course.run(*options)
        assert said in str(refused.value)


@pytest.mark.parametrize("part", [part for part in WORDS if part not in ("seed", "paper")])
def test_each_thing_that_can_change_a_grade_is_named(course, part):
    course.hand_in("ada")
    (course.masters / f"{STEM}.py").write_text("old")
    grader = course.repo / "autograding"
    files = {
        "tests": grader / "tests" / f"test_{STEM}.py",
        "masters": course.masters / f"{STEM}.py",
        "starter": grader / "assignment.json",
        "grader": grader / "checks" / "compare.py",
        "given": course.repo / "genlab" / "checking.py",
    }
    before = prints(course)
    files[part].write_text((files[part].read_text() if files[part].exists() else "") + "\n")
    (grader / "reports" / "card.py").write_text("")  # how a score is shown changes no grade
    after = prints(course)
    known = {one.id: one.parts for one in (before, after)}
    assert difference(known, [before.id], [after.id]) == f"{WORDS[part]} changed"


def prints(course):
    return script.fingerprint(script.Day.load("target"), course.repo, "7")
