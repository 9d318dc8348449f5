"""Collecting: the last commit pushed to main before a student's own deadline, by the server's clock."""

from datetime import timedelta

from classroom_examples import ALICE, BOB, NINE, NOON, SCHEDULE, Clone, open_repo

from genweek.classroom.afterwards.collecting import NO_PUSH, NO_REPOSITORY, ONLY_LATE, choose_all, write
from genweek.classroom.afterwards.gradebook import read_regrade
from genweek.classroom.afterwards.keeping import check_out
from genweek.classroom.afterwards.tables import read_table
from genweek.forges.git import git

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def collected(forge, student=ALICE, at=None):
    (row,) = choose_all(forge, SCHEDULE, [student], at)
    return row


def test_the_last_push_in_time_counts_and_a_later_one_is_listed(forge, alice):
    alice.write("one")
    alice.push(at=NINE)
    second = alice.write("two")
    alice.push(at=NOON - SECOND)
    third = alice.write("three")
    alice.push(at=NOON)
    row = collected(forge)
    assert row.push.commit == second
    assert [push.commit for push in row.late] == [third]


def test_a_forged_commit_date_makes_no_late_push_early(forge, alice):
    early = alice.write("one")
    alice.push(at=NINE)
    (alice.folder / "nb1_toy.py").write_text("late")
    git(alice.folder, "commit", "--quiet", "--all", "--message", "late", when=NINE - 60 * MINUTE)
    alice.push(at=NOON + MINUTE, GIT_COMMITTER_DATE="2001-01-01T00:00:00Z")
    assert collected(forge).push.commit == early


def test_commits_made_in_time_and_pushed_too_late_do_not_count(forge, alice):
    (alice.folder / "nb1_toy.py").write_text("in time")
    git(alice.folder, "commit", "--quiet", "--all", "--message", "in time", when=NINE)
    alice.push(at=NOON + MINUTE)
    row = collected(forge)
    assert (row.push, row.status, len(row.late)) == (None, ONLY_LATE, 1)


def test_a_late_force_push_does_not_take_away_what_was_in_time(forge, alice, tmp_path):
    early = alice.write("right")
    alice.push(at=NINE)
    git(alice.folder, "checkout", "--quiet", "--orphan", "fresh")
    alice.write("all new")
    alice.push("--force", "origin", "HEAD:main", at=NOON + MINUTE)
    row = collected(forge)
    assert row.push.commit == early
    check_out(forge, row, tmp_path / "out")
    assert (tmp_path / "out/nb1_toy.py").read_text() == "right"


def test_a_rewritten_history_in_time_counts_and_is_noted(forge, alice):
    alice.write("one")
    alice.push(at=NINE)
    git(alice.folder, "commit", "--quiet", "--amend", "--message", "other")
    alice.push("--force", "origin", "HEAD:main", at=NINE + MINUTE)
    row = collected(forge)
    assert row.push.commit == git(alice.folder, "rev-parse", "HEAD")
    assert "History was rewritten" in row.notes[0]


def test_going_back_to_an_older_commit_counts_as_the_last_push(forge, alice):
    first = alice.write("one")
    alice.push(at=NINE)
    alice.write("two")
    alice.push(at=NINE + MINUTE)
    alice.push("--force", "origin", f"{first}:main", at=NINE + 2 * MINUTE)
    assert collected(forge).push.commit == first


def test_a_second_branch_counts_for_nothing_and_is_noted(forge, alice):
    first = alice.write("one")
    alice.push(at=NINE)
    alice.write("two")
    alice.push("origin", "HEAD:zz", at=NINE + MINUTE)
    row = collected(forge)
    assert row.push.commit == first
    assert row.notes == ("Other branches, not counted: zz.",)


def test_a_student_who_pushed_to_another_branch_alone_is_told_so(forge, alice, tmp_path):
    alice.write("one")
    alice.push("origin", "HEAD:master")
    forge.set_clock(NOON)
    write([collected(forge)], tmp_path)
    grades = read_regrade([ALICE], tmp_path / "collection.csv", tmp_path / "grades.csv")
    assert grades[ALICE.login].score == 0
    assert grades[ALICE.login].reason == "nothing pushed to main. Other branches, not counted: master."


def test_a_late_push_of_what_another_branch_had_in_time_is_noted(forge, alice):
    commit = alice.write("one")
    alice.push("origin", "HEAD:work", at=NINE)
    alice.push(at=NOON + MINUTE)
    row = collected(forge)
    assert row.push is None
    assert f"The late {commit[:7]} had been pushed in time to another branch." in row.notes


def test_deleting_main_does_not_undo_a_push(forge, alice):
    commit = alice.write("one")
    alice.push(at=NINE)
    git(forge.folder / "repos/toy-alice.git", "config", "receive.denyDeleteCurrent", "ignore")
    assert alice.push("origin", ":main", at=NINE + MINUTE).returncode == 0
    assert collected(forge).push.commit == commit


def test_an_extension_moves_the_deadline_of_one_student(forge, alice, toy, tmp_path):
    bob = Clone(forge, open_repo(forge, toy, "toy-bob-b"), tmp_path / "bob")
    commit = bob.write("one")
    bob.push(at=NOON + 29 * MINUTE)
    assert collected(forge, BOB).push.commit == commit
    assert collected(forge, BOB, at=NOON - 10 * MINUTE).push is None


def test_a_student_without_a_push_or_a_repository_is_a_row_with_the_reason(forge, alice):
    assert [row.status for row in choose_all(forge, SCHEDULE, [ALICE, BOB], None)] == [NO_PUSH, NO_REPOSITORY]


def test_a_checkout_is_plain_files_with_the_commit_whatever_the_student_named_so(forge, alice, tmp_path):
    (alice.folder / ".commit").mkdir()
    (alice.folder / ".commit/x").write_text("")
    commit = alice.write('{"score": 100}', "scores.json")
    alice.push()
    assert check_out(forge, collected(forge), tmp_path / "out")
    assert (tmp_path / "out/.commit").read_text() == f"{commit}\n"
    assert not (tmp_path / "out/.git").exists()
    assert not (tmp_path / "out/scores.json").exists()  # only a score that the forge has is a claim


def test_collecting_again_changes_what_has_changed_and_nothing_else(forge, alice, tmp_path):
    out = tmp_path / "out"
    alice.write("one")
    alice.push()
    assert check_out(forge, collected(forge), out)
    assert not check_out(forge, collected(forge), out)
    alice.write("two")
    alice.push()
    (tmp_path / ".part-out").mkdir()  # an earlier run was cut off
    assert check_out(forge, collected(forge), out)
    assert (out / "nb1_toy.py").read_text() == "two"
    assert sorted(path.name for path in tmp_path.glob("*out*")) == ["out"]


def test_the_tables_list_everybody_and_every_late_push(forge, alice, tmp_path):
    commit = alice.write("one")
    alice.push(at=NOON + MINUTE)
    collection, late = write(choose_all(forge, SCHEDULE, [ALICE, BOB], None), tmp_path)
    assert [row["status"] for _, row in read_table(collection, ["status"])] == [ONLY_LATE, NO_REPOSITORY]
    assert [(row["commit"], row["minutes_late"]) for _, row in read_table(late, [])] == [(commit, "1.0")]
