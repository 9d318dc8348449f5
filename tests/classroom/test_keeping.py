"""What was collected is never lost: only newer work in time takes its place, and everything says when it was taken."""

import shutil
from datetime import timedelta

import pytest
from classroom_examples import ALICE, BOB, NINE, NOON, SCHEDULE, SLUG, new_forge

from genweek.classroom.afterwards import gradebook
from genweek.classroom.afterwards.collecting import COLLECTED, FAILED, choose_all, write
from genweek.classroom.afterwards.grade import Standing
from genweek.classroom.afterwards.keeping import check_out, collect, let_go, provisional, refuse_another_source, taken
from genweek.course.day import CourseError
from genweek.forges.git import GitError
from genweek.forges.local.local_forge import LocalForge

MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


@pytest.fixture
def folder(tmp_path):
    """Where her work is collected."""
    return tmp_path / "out" / f"{SLUG}-alice"


def collected(forge, folder, at=None, student=ALICE):
    (row,) = choose_all(forge, SCHEDULE, [student], at)
    return collect(forge, row, folder)[0]


def said(row) -> str:
    return " ".join(row.notes)


@pytest.fixture
def first(forge, alice, folder) -> str:
    """The commit that was collected after the deadline."""
    commit = alice.write("one")
    alice.push(at=NINE)
    forge.set_clock(NOON + MINUTE)
    assert collected(forge, folder).push.commit == commit
    return commit


def gone(forge):
    shutil.rmtree(forge.repo("toy-alice"))


def unreadable(forge):
    shutil.rmtree(forge.repo("toy-alice") / "logs")


def an_older_backup(forge):
    gone(forge)
    forge.create("toy-alice", SLUG)


@pytest.mark.parametrize(
    ("accident", "reason"),
    [
        (gone, "The repository is gone. What was collected before stays: "),
        (unreadable, "The record of pushes to main is broken"),
        (an_older_backup, "Nothing counts that was pushed before Tue 24 Nov 2026"),
    ],
)
def test_what_the_forge_has_lost_stays_and_says_so(forge, folder, first, accident, reason):
    accident(forge)
    row = collected(forge, folder)
    assert (row.status, row.push.commit, row.stays, row.provisional) == (COLLECTED, first, True, False)
    assert reason in said(row) and "To let it go: --let-go alice" in said(row)
    assert (folder / "nb1_toy.py").read_text() == "one"


def test_a_year_that_was_mistyped_takes_nothing_away(forge, folder, first):
    row = collected(forge, folder, at=NOON - YEAR)
    assert row.stays and row.push.commit == first and row.deadline == NOON
    assert "What was collected before stays" in said(row)


def test_an_older_push_does_not_replace_a_newer_one(forge, alice, folder, first):
    alice.write("two")
    alice.push(at=NOON - MINUTE)
    newer = collected(forge, folder).push.commit
    row = collected(forge, folder, at=NOON - 2 * MINUTE)
    assert row.push.commit == newer and "is older. What was collected before stays" in said(row)


def test_what_gives_way_to_newer_work_is_kept_aside(forge, alice, folder, first):
    alice.write("two")
    alice.push(at=NOON - MINUTE)
    collected(forge, folder)
    (kept,) = (folder.parent / ".kept/toy-alice").iterdir()
    assert kept.name == f"{first[:10]}.1" and (kept / "nb1_toy.py").read_text() == "one"
    assert (folder / "nb1_toy.py").read_text() == "two"


def test_what_somebody_put_there_by_hand_is_never_deleted(forge, alice, folder):
    folder.mkdir(parents=True)
    (folder / "nb1_toy.py").write_text("by email")
    assert "toy-alice was not collected: somebody put it there. It stays." in said(collected(forge, folder))
    alice.write("one")
    alice.push(at=NINE)
    assert collected(forge, folder).status == COLLECTED
    assert (folder.parent / ".kept/toy-alice/by_hand.1/nb1_toy.py").read_text() == "by email"


def test_newer_work_that_cannot_be_had_is_no_collected_work_and_deletes_none(forge, alice, folder, first, monkeypatch):
    alice.write("two")
    alice.push(at=NOON - MINUTE)
    monkeypatch.setattr(LocalForge, "fetch", lambda *_, **__: (_ for _ in ()).throw(GitError("an object is missing")))
    row = collected(forge, folder)
    assert row.status == FAILED and f"What was collected before stays: {first[:7]}" in said(row)
    assert (folder / "nb1_toy.py").read_text() == "one"


def test_before_the_deadline_a_repository_that_cannot_be_read_may_hold_newer_work(forge, alice, folder):
    alice.write("one")
    alice.push(at=NINE)
    collected(forge, folder)
    unreadable(forge)
    assert collected(forge, folder).status == FAILED
    assert (folder / "nb1_toy.py").read_text() == "one"


def test_another_forge_or_another_assignment_is_refused(forge, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    refuse_another_source(out, forge, SLUG)
    refuse_another_source(out, LocalForge(shutil.copytree(forge.folder, tmp_path / "moved", symlinks=True)), SLUG)
    (tmp_path / "b").mkdir()
    with pytest.raises(CourseError, match="holds what was collected from another forge. Nothing was done"):
        refuse_another_source(out, new_forge(tmp_path / "b"), SLUG)
    with pytest.raises(CourseError, match="holds what was collected of toy. Nothing was done"):
        refuse_another_source(out, forge, "day1_vae")


# ---- Provisional ----


def test_a_collection_before_the_deadline_is_provisional_until_it_is_repeated(forge, alice, folder):
    alice.write("one")
    alice.push(at=NINE)
    assert collected(forge, folder).provisional
    assert provisional(folder).startswith("Provisional: collected Tue 24 Nov 2026")
    forge.set_clock(NOON)
    row = collected(forge, folder)
    assert not row.provisional and not row.stays and provisional(folder) == ""


def test_a_look_before_the_deadline_by_at_is_provisional_and_an_extension_counts(forge, alice, folder):
    alice.write("one")
    alice.push(at=NINE)
    forge.set_clock(NOON - MINUTE)
    assert collected(forge, folder, at=NINE + MINUTE).provisional
    forge.set_clock(NOON + MINUTE)
    assert collected(forge, folder.with_name("toy-bob-b"), student=BOB).provisional


def test_a_grade_of_a_provisional_collection_is_none_of_the_final_one(tmp_path):
    graded, collection = tmp_path / "grades.csv", tmp_path / "collection.csv"
    graded.write_text("student,score,max_score,status,commit,provisional\nalice,1,2,graded,abc,yes\n")
    collection.write_text("student,commit,status,provisional\nalice,abc,collected,yes\n")
    assert gradebook.read_regrade([ALICE], collection, graded)["alice"].standing is Standing.GRADED
    collection.write_text("student,commit,status,provisional\nalice,abc,collected,\n")
    found = gradebook.read_regrade([ALICE], collection, graded)["alice"]
    assert found.standing is Standing.OPEN and found.note.endswith("regrade with --resume")


def test_what_somebody_lets_go_is_kept_aside_but_not_where_nobody_can_look(forge, alice, folder, first):
    alice.write("late")
    alice.push(at=NOON + MINUTE)
    forge.set_clock(NOON + YEAR)
    collected(forge, folder, at=NOON + YEAR)
    (row,) = choose_all(forge, SCHEDULE, [ALICE], None)
    assert collect(forge, row, folder)[0].stays
    let_go(row, folder)
    assert not collect(forge, row, folder)[0].stays and (folder / "nb1_toy.py").read_text() == "one"
    assert "late" in [path.read_text() for path in (folder.parent / ".kept/toy-alice").glob("*/nb1_toy.py")]
    unreadable(forge)
    (row,) = choose_all(forge, SCHEDULE, [ALICE], None)
    let_go(row, folder)
    assert folder.is_dir()


@pytest.mark.parametrize(("graded", "score"), [("0,2,,missing", None), ("1,2,,graded", 1)])
def test_the_gradebook_gives_no_zero_of_a_provisional_collection(forge, alice, folder, tmp_path, graded, score):
    alice.write("one")
    alice.push(at=NINE)
    forge.create("toy-bob-b", SLUG)
    rows = [
        collect(forge, row, folder.parent / row.repository)[0] for row in choose_all(forge, SCHEDULE, [ALICE, BOB], None)
    ]
    write(rows, tmp_path)
    grades = tmp_path / "grades.csv"
    grades.write_text(f"student,score,max_score,claimed,status,commit,warnings\nalice,{graded},{rows[0].push.commit},\n")
    found = gradebook.read_regrade([ALICE, BOB], tmp_path / "collection.csv", grades)
    assert found["alice"].score == score and found["bob-b"].score is None
    assert found["bob-b"].standing is Standing.OPEN
    assert found["bob-b"].reason == "provisional: it was collected before the deadline"


def test_a_submission_whose_times_are_lost_still_gives_way(forge, alice, folder, first):
    (folder / ".taken.json").write_text("")
    assert taken(folder).push.commit == first
    alice.write("two")
    alice.push(at=NOON - MINUTE)
    (row,) = choose_all(forge, SCHEDULE, [ALICE], None)
    assert check_out(forge, row, folder)
