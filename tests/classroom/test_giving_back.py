"""The grade of record goes back to its student: on a branch, by name, and after an appeal with what changed."""

import csv
import json
import sys
from datetime import timedelta
from types import SimpleNamespace

import give_back as script
import pytest
from classroom_examples import ALICE, BOB, NOON, SCHEDULE, SLUG, Clone, new_forge, open_repo
from gradebook_examples import graded, table

from autograding.reports.scorecard import Assignment
from genweek.classroom.afterwards.grade import Grade, Standing
from genweek.classroom.afterwards.record import read_record
from genweek.course.course_file import Course
from genweek.course.day import CourseError
from genweek.forges.git import git
from genweek.forges.snapshot import content

HEADER = "student,score,max_score,claimed,status,commit,under,warnings"
COMMIT, REF = "a" * 40, "refs/heads/grades"


class Afterwards:
    """A toy assignment that is collected and graded, and the real verb on it."""

    def __init__(self, folder, built):
        self.folder, self.forge = folder, new_forge(folder)
        for student in (ALICE, BOB):
            open_repo(self.forge, built, f"{SLUG}-{student.login}")
        self.roster = table(
            folder / "roster.csv", "login,name,email", "alice,Alice Ng,a@uni.example", "bob-b,Bob,b@uni.example"
        )
        self.forge.set_clock(NOON + timedelta(days=1))
        (folder / SLUG / "grades").mkdir(parents=True)
        table(
            folder / SLUG / "collection.csv", "student,commit,status", f"alice,{COMMIT},collected", "bob-b,,nothing pushed"
        )
        self.grade(1)

    def grade(self, score: int) -> None:
        """Alice's grade of record, of 2 points, with notes that are not for her."""
        out = self.folder / SLUG / "grades"
        table(out / "grades.csv", HEADER, f"alice,{score},2,,graded,{COMMIT},1234,Two submissions: toy-alice was graded.")
        tests = [{"name": "test_1", "title": "Word 1", "status": "pass", "points": score, "max_points": 2, "message": ""}]
        tasks = [{"id": "nb1.words", "score": score, "max_score": 2, "tests": tests, "under": "1234"}]
        facts = {"schema": "genweek/scores/v1", "assignment": SLUG, "commit": COMMIT, "score": score, "max_score": 2}
        notes = {"warnings": [], "notes": ["Two submissions: toy-alice was graded."], "status": "graded", "claimed": None}
        path = out / "students" / "alice" / "scores.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(facts | {"graded_at": "2026-11-25T10:00:00+00:00", "tasks": tasks} | notes))

    def adjust(self, *rows: str) -> None:
        table(self.folder / "adjustments.csv", "login,assignment,points,reason,by,when", *rows)

    def give_back(self, *options: str) -> int:
        where = ("--roster", self.roster, "--forge", self.forge.folder, "--work", self.folder)
        sys.argv = ["give_back.py", SLUG, *map(str, where), *options]
        return script.main()

    def branch(self, login: str = "alice") -> dict[str, str]:
        """What stands on the branch: the page, the data, and the last commit's message."""
        repo = self.forge.repo(f"{SLUG}-{login}")
        files = {name: content(repo, REF, name).decode() for name in ("grade.html", "grade.json")}
        return files | {"message": git(repo, "log", "-1", "--format=%B", REF)}

    def mail(self) -> dict[str, dict[str, str]]:
        with (self.folder / SLUG / "given_back" / "mail.csv").open(encoding="utf-8-sig") as file:
            return {row["login"]: row for row in csv.DictReader(file)}


@pytest.fixture
def afterwards(tmp_path, toy, monkeypatch) -> Afterwards:
    monkeypatch.setattr(script.Day, "load", lambda slug: SimpleNamespace(slug=slug, title="A toy"))
    monkeypatch.setattr(script.verbs, "known_slug", str)
    monkeypatch.setattr(script.Schedule, "of", lambda day: SCHEDULE)
    monkeypatch.setattr(script, "read_course", lambda: Course(weights={SLUG: 100}))
    monkeypatch.setattr(sys, "argv", [])
    return Afterwards(tmp_path, toy)


def test_a_plan_gives_nothing_and_says_who_gets_what(afterwards, capsys):
    assert afterwards.give_back() == 0
    said = capsys.readouterr().out
    assert (
        "toy-alice: branch grades: 1 of 2 points" in said
        and "toy-bob-b: branch grades: 0 of 2 points; absent without excuse; nothing pushed" in said
    )
    assert afterwards.forge.tip("toy-alice", "grades") is None and not (afterwards.folder / SLUG / "given_back").exists()


def test_each_student_gets_a_page_with_the_name_and_nothing_of_staffs(afterwards):
    assert afterwards.give_back("--apply") == 0
    given = afterwards.branch()
    assert "Grade of record" in given["grade.html"] and "Alice Ng" in given["grade.html"]
    assert json.loads(given["grade.json"])["score"] == 1
    everything = " ".join([*given.values(), *afterwards.mail()["alice"].values()])
    assert not [
        word for word in ("Two submissions", "1234", ".csv", "--resume", "Next:", "check cell") if word in everything
    ]
    assert "absent without excuse; nothing pushed" in afterwards.branch("bob-b")["grade.html"]
    assert afterwards.forge.pushes("toy-alice") == []


def test_a_second_run_finds_nothing_to_do(afterwards, capsys):
    afterwards.give_back("--apply")
    mail = afterwards.mail()
    capsys.readouterr()
    assert afterwards.give_back("--apply") == 0
    assert "Nothing to do" in capsys.readouterr().out and afterwards.mail() == mail


def test_after_an_appeal_it_says_what_changed(afterwards, capsys):
    afterwards.give_back("--apply")
    first = afterwards.forge.tip("toy-alice", "grades")
    afterwards.grade(2)
    afterwards.adjust("alice,toy,-0.5,one hour late,Kim,2026-11-25")
    assert afterwards.give_back("--apply") == 0
    changed = "1 -> 1.5, nb1.words 1 -> 2, one hour late (-0.5)"
    assert f"changed: {changed}" in capsys.readouterr().out
    assert f"Changed: {changed}" in afterwards.branch()["message"] and afterwards.mail()["alice"]["changed"] == changed
    assert "The grader gave 2 of 2 points." in afterwards.branch()["grade.html"]
    repo = afterwards.forge.repo("toy-alice")
    assert git(repo, "rev-parse", f"{REF}^") == first  # a pull needs no force


def test_a_branch_of_the_students_own_is_never_written_over(afterwards, tmp_path, capsys):
    clone = Clone(afterwards.forge, "toy-alice", tmp_path / "alice")
    mine = clone.write("mine")
    clone.push("origin", "HEAD:grades")
    assert afterwards.give_back("--apply") == 0
    assert "branch grades-2 (the student has an own branch grades)" in capsys.readouterr().out
    assert afterwards.forge.tip("toy-alice", "grades") == mine and afterwards.forge.tip("toy-alice", "grades-2")
    assert "git switch grades-2" in afterwards.mail()["alice"]["text"]


def test_who_has_no_grade_or_may_still_push_gets_no_page(afterwards, capsys):
    table(
        afterwards.folder / SLUG / "collection.csv",
        "student,commit,status",
        f"alice,{'b' * 40},collected",
        "bob-b,,no repository",
    )
    afterwards.give_back("--apply")
    said = capsys.readouterr().out
    assert "alice                is not given back: not graded yet, regraded at aaaaaaa, collected is bbbbbbb" in said
    assert "bob-b                is not given back: not graded yet, no repository" in said
    table(afterwards.folder / SLUG / "collection.csv", "student,commit,status,provisional", f"alice,{COMMIT},collected,yes")
    afterwards.give_back("--apply")
    assert "alice                is not given back: graded, provisional" in capsys.readouterr().out
    afterwards.forge.set_clock(NOON - timedelta(minutes=1))
    table(
        afterwards.folder / SLUG / "collection.csv",
        "student,commit,status",
        f"alice,{COMMIT},collected",
        "bob-b,,nothing pushed",
    )
    afterwards.give_back("--apply")
    assert "alice                is not given back: may push until" in capsys.readouterr().out
    assert afterwards.forge.tip("toy-alice", "grades") is None


def test_where_all_wait_it_does_not_say_that_all_is_as_it_should_be(afterwards, capsys):
    rows = (f"alice,{COMMIT},collected,yes", "bob-b,,nothing pushed,yes")
    table(afterwards.folder / SLUG / "collection.csv", "student,commit,status,provisional", *rows)
    assert afterwards.give_back("--apply") == 0
    said = capsys.readouterr().out
    assert "Nothing to give back as yet: 2 wait, each for the reason above." in said and "as it should be" not in said
    assert "\n    scripts/status.py toy\n" in said


def test_an_excuse_is_given_back_as_one(tmp_path):
    record = read_record(ALICE, Grade(Standing.EXCUSED), Assignment(SLUG), tmp_path)
    assert 'aria-label="– excused points"' in record.page() and record.facts()["score"] is None


def test_scores_that_are_not_those_of_the_table_are_refused(tmp_path):
    with pytest.raises(CourseError, match="is not what grades.csv says of alice: regrade with --resume"):
        read_record(ALICE, graded(50), Assignment(SLUG), tmp_path)
