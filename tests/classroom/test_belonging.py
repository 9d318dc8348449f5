"""After one student was renamed, one changed the case of a login and one left: nobody's work is lost sight of."""

from dataclasses import replace

import pytest
from classroom_examples import ALICE, BOB, NOON, SCHEDULE, SLUG, Clone

from genweek.classroom import belonging
from genweek.classroom.afterwards.collecting import choose_all
from genweek.classroom.afterwards.keeping import collect, folder_for
from genweek.classroom.publishing import generating
from genweek.classroom.publishing.planning import carry_out
from genweek.course.roster import read_everybody, read_roster
from genweek.course.toml import CourseError

RENAMED = replace(ALICE, login="ng", was=("alice",))
LEFT = replace(ALICE, left=True)


def plan(forge, toy, *students, left=()):
    return generating.plan(forge, SLUG, toy, students, SCHEDULE, left=left)


@pytest.fixture
def work(forge, toy, tmp_path) -> str:
    """What Alice has pushed, before the roster changes."""
    carry_out(plan(forge, toy, ALICE, BOB), apply=True)
    clone = Clone(forge, "toy-alice", tmp_path / "alice")
    commit = clone.write("hers")
    assert clone.push().returncode == 0
    return commit


def test_a_renamed_student_s_repository_is_renamed_with_its_pushes_and_taken_from_the_old_login(forge, toy, work):
    url = forge.clone_url("toy-ng")
    sentences = [step.sentence for step in plan(forge, toy, RENAMED, BOB)]
    assert sentences == [
        f"rename toy-alice to toy-ng, pushes and all; its clones need `git remote set-url origin {url}`",
        "let ng write toy-ng",
        "let alice no longer reach toy-ng",
    ]
    carry_out(plan(forge, toy, RENAMED, BOB), apply=True)
    assert forge.repos() == ["toy", "toy-bob-b", "toy-ng"]
    assert forge.access("toy-ng") == {"ng": "write"}
    assert [push.commit for push in forge.pushes("toy-ng")] == [work]
    assert plan(forge, toy, RENAMED, BOB) == []


def test_renaming_that_was_cut_off_is_completed(forge, toy, work):
    for _ in range(3):
        carry_out(plan(forge, toy, RENAMED, BOB)[:1], apply=True)
    assert plan(forge, toy, RENAMED, BOB) == []


def test_the_empty_repository_that_was_made_for_the_new_login_makes_room(forge, toy, work):
    carry_out(plan(forge, toy, replace(RENAMED, was=()), BOB), apply=True)
    assert forge.repos() == ["toy", "toy-alice", "toy-bob-b", "toy-ng"]
    first = plan(forge, toy, RENAMED, BOB)[0]
    assert first.sentence == "set toy-ng aside, to which nobody pushed, as toy-ng--unused"
    carry_out(plan(forge, toy, RENAMED, BOB), apply=True)
    assert [push.commit for push in forge.pushes("toy-ng")] == [work]
    assert forge.repos() == ["toy", "toy-bob-b", "toy-ng", "toy-ng--unused"]


def test_work_is_collected_from_under_an_old_login_and_what_was_collected_moves_along(forge, toy, work, tmp_path):
    (before,) = choose_all(forge, SCHEDULE, [ALICE], None)
    collect(forge, before, folder_for(before, SLUG, tmp_path / "submissions"))
    (row,) = choose_all(forge, SCHEDULE, [RENAMED], None)
    assert (row.repository, row.push.commit) == ("toy-alice", work)
    assert folder_for(row, SLUG, tmp_path / "submissions") == tmp_path / "submissions/toy-ng"
    assert [path.name for path in (tmp_path / "submissions").iterdir()] == ["toy-ng"]


def test_two_repositories_of_one_student_that_hold_work_stay_and_are_told(forge, toy, work, tmp_path):
    carry_out(plan(forge, toy, replace(RENAMED, was=()), BOB), apply=True)
    clone = Clone(forge, "toy-ng", tmp_path / "ng")
    clone.write("later")
    clone.push(at=NOON)
    carry_out(plan(forge, toy, RENAMED, BOB), apply=True)
    assert {"toy-alice", "toy-ng"} <= set(forge.repos())
    assert belonging.notes(forge, SLUG, [RENAMED, BOB]) == [
        "toy-alice is ng's too, with 1 push, the last on Tue 24 Nov 2026, 09:00:00 UTC: only toy-ng counts."
    ]


def test_who_has_left_keeps_the_work_and_is_in_no_plan(forge, toy, work):
    assert belonging.notes(forge, SLUG, [LEFT, BOB]) == [
        "alice has left, by the roster: in no plan and no grade; toy-alice stays, with 1 push, the last on Tue 24 Nov "
        "2026, 09:00:00 UTC."
    ]
    (step,) = plan(forge, toy, BOB, left=[LEFT])
    assert step.sentence == "let alice, who has left, only read toy-alice"
    step.act()
    assert plan(forge, toy, BOB, left=[LEFT]) == []
    assert [push.commit for push in forge.pushes("toy-alice")] == [work]


def test_what_belongs_to_nobody_is_told_with_its_pushes(forge, toy, work):
    carry_out(plan(forge, toy, replace(BOB, login="zoe")), apply=True)
    said = belonging.notes(forge, SLUG, [BOB])
    assert said[0].startswith(
        "toy-alice belongs to nobody of the roster, with 1 push, the last on Tue 24 Nov 2026, 09:00:00 UTC. Whoever was "
        "renamed gets the old login into the column `was`"
    )
    assert said[1:] == ["toy-zoe: of nobody in the roster, and without a push."]
    assert belonging.notes(forge, SLUG, [ALICE, BOB, replace(BOB, login="zoe")]) == []


def roster(tmp_path, *rows: str):
    path = tmp_path / "roster.csv"
    path.write_text("\n".join(["login,name,email,was,status", *rows]) + "\n")
    return path


def test_a_login_is_the_same_in_any_case(tmp_path):
    (one,) = read_roster(roster(tmp_path, "Alice,Alice Ng,a@uni.example,aLICE Ang,"))
    assert (one.login, one.was) == ("alice", ("ang",))


def test_who_has_left_is_read_by_those_who_ask_for_everybody(tmp_path):
    path = roster(tmp_path, "alice,Alice Ng,a@uni.example,,left", "bob,Bob,b@uni.example,,")
    assert [one.login for one in read_roster(path)] == ["bob"]
    assert [(one.login, one.left) for one in read_everybody(path)] == [("alice", True), ("bob", False)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("bob,Bob,b@uni.example,,gone", "line 3: the status 'gone' is none: write left for a student who has left"),
        ("bob,Bob,b@uni.example,bo/b,", "line 3: the was 'bo/b' has 'bo/b', which is no login."),
        ("bob,Bob,b@uni.example,Alice,", "line 3: the earlier login 'alice' is the one of line 2"),
    ],
)
def test_a_status_or_an_earlier_login_that_cannot_be_is_refused(tmp_path, row, said):
    with pytest.raises(CourseError) as refusal:
        read_roster(roster(tmp_path, "alice,Alice Ng,a@uni.example,,", row))
    assert said in str(refusal.value)
