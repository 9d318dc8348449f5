"""The overview: what stands, said once, and the one thing to do next."""

import csv
import os
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
import status
from classroom_examples import ALICE, BOB, CELLS, NOON, SCHEDULE, SLUG, Clone, answer, build, open_repo
from filelock import FileLock

from genweek.classroom.afterwards.collecting import choose_all, write
from genweek.classroom.afterwards.keeping import collect, let_go
from genweek.classroom.overview import announcing
from genweek.classroom.overview.facts import Fact, next_of, some
from genweek.classroom.overview.results import Results
from genweek.classroom.overview.running import Running
from genweek.classroom.publishing.generating import hours_of
from genweek.forges.forge import Status
from genweek.forges.local.local_forge import CATCH_UP
from genweek.making.locking import check_value

DAY = SimpleNamespace(slug=SLUG, title="A toy", notebooks=["nb1_toy"], facts=SimpleNamespace(kind="lab"))
MINUTE = timedelta(minutes=1)
END = NOON + 31 * MINUTE  # Bob has half an hour more


@pytest.fixture
def alice(forge, alice) -> Clone:
    forge.set_hours("toy-alice", hours_of(SCHEDULE, False, ALICE))
    return alice


@pytest.fixture
def bob(forge, toy, alice, tmp_path) -> Clone:
    """Both have a repository."""
    name = open_repo(forge, toy, f"{SLUG}-{BOB.login}", BOB.login)
    forge.set_hours(name, hours_of(SCHEDULE, False, BOB))
    return Clone(forge, name, tmp_path / "bob")


def running(forge, *students) -> Running:
    return Running(DAY, SCHEDULE, students or (ALICE, BOB), forge)


def facts(forge, work, *students) -> dict[str, Fact]:
    here = running(forge, *students)
    return {fact.subject: fact for fact in [*here.facts(), *Results(here, work).facts()]}


def collected(forge, work, at=None, students=(ALICE, BOB), gone=()) -> None:
    """As scripts/collect.py does. gone: whose submission is let go."""
    rows = choose_all(forge, SCHEDULE, students, at)
    folder = work / SLUG / "submissions"
    for row in rows:
        if row.student.login in gone:
            let_go(row, folder / row.repository)
    write([collect(forge, row, folder / row.repository)[0] for row in rows], work / SLUG)


def test_where_all_is_well_nothing_is_to_do(forge, bob, tmp_path):
    found = facts(forge, tmp_path)
    assert next_of(found.values(), "the wall") == "the wall"
    assert found["repositories"].said == "2 of 2" and found["extensions"].said == "bob-b +30 min"
    assert found["pushes"].said == "0 from 0 of 2; nothing from alice, bob-b"


def test_who_has_no_repository_is_named_and_generate_comes_next(forge, alice, tmp_path):
    found = facts(forge, tmp_path)
    assert found["repositories"] == Fact("repositories", "1 of 2; none for bob-b", f"scripts/generate.py {SLUG} --apply")


def test_what_belongs_to_nobody_is_named_with_its_pushes(forge, alice, bob, tmp_path):
    bob.write("x")
    bob.push()
    assert "toy-bob-b (1 pushes): the roster has no such login" in facts(forge, tmp_path, ALICE)["of nobody"].said


def test_a_hook_that_cannot_be_run_is_told(forge, bob, tmp_path):
    (forge.folder / "hooks/post-receive").chmod(0o644)
    assert facts(forge, tmp_path)["hooks"].todo == f"scripts/generate.py {SLUG} --apply"


def test_another_secret_than_the_repositories_were_made_with_comes_before_all_else(forge, bob, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "genweek.classroom.overview.running.of_forge", lambda *_: {"the repositories": check_value(b"right")}
    )
    monkeypatch.setenv("GENWEEK_SECRET", "right")
    assert facts(forge, tmp_path)["secret"] == Fact("secret", "belongs to these repositories")
    monkeypatch.setenv("GENWEEK_SECRET", "wrong")
    found = facts(forge, tmp_path, ALICE, BOB)
    assert "is not the one" in found["secret"].said and next_of(found.values(), "") == found["secret"].todo


def test_a_push_that_waits_while_nobody_grades_is_caught_up_with(forge, alice, bob, tmp_path):
    commit = alice.write(answer(1))
    alice.push()
    forge.set_up(grading="background")
    found = facts(forge, tmp_path)["grading"]
    assert found.said == "0 last pushes are graded, 1 wait, 0 failed; nobody grades"
    assert found.todo == f"{CATCH_UP[0]} {forge.folder} {CATCH_UP[1]}"
    turn = forge.runs_folder / "toy-alice" / ".turn"
    turn.parent.mkdir(exist_ok=True)
    with FileLock(turn):
        assert facts(forge, tmp_path)["grading"].todo == ""
    forge.set_status("toy-alice", commit, Status("error", "Failed (look at it): no disk"))
    assert f"1 failed: alice {commit[:7]}: Failed (look at it): no disk" in facts(forge, tmp_path)["grading"].said


def test_while_pushes_count_a_collection_is_provisional_and_asks_for_nothing(forge, alice, bob, tmp_path):
    collected(forge, tmp_path)
    found = facts(forge, tmp_path)["collection"]
    assert "PROVISIONAL" in found.said and found.todo == ""


def test_after_the_last_extension_collecting_comes_next_then_the_regrade(forge, alice, bob, tmp_path):
    forge.set_clock(NOON + MINUTE)
    assert facts(forge, tmp_path)["collection"].todo == ""
    forge.set_clock(END)
    assert facts(forge, tmp_path)["collection"].todo == f"scripts/collect.py {SLUG}"
    collected(forge, tmp_path)
    found = facts(forge, tmp_path)
    assert "Final" in found["collection"].said and found["collection"].todo == ""
    assert found["grade"].todo.startswith(f"scripts/regrade.py {SLUG} ")


def test_work_that_came_after_the_collection_and_counts_is_named(forge, alice, bob, tmp_path):
    collected(forge, tmp_path)
    bob.write("x")
    bob.push(at=NOON + MINUTE)
    forge.set_clock(END)
    found = facts(forge, tmp_path)["collection"]
    assert "other work counts now of bob-b" in found.said and found.todo == f"scripts/collect.py {SLUG}"


def test_after_an_appeal_the_grades_go_back_once_more(forge, alice, bob, tmp_path):
    commit = alice.write("x")
    alice.push()
    forge.set_clock(END)
    collected(forge, tmp_path)
    graded(tmp_path, commit)
    forge.publish("toy-alice", alice.folder, "HEAD", "grades")
    mail = tmp_path / SLUG / "given_back/mail.csv"
    mail.parent.mkdir()
    mail.touch()
    assert facts(forge, tmp_path)["given back"] == Fact("given back", "to 1 of 2")
    os.utime(mail, (0, 0))
    found = facts(forge, tmp_path)["given back"]
    assert found.said == "to 1 of 2; before the last change of collection.csv, grades.csv"
    assert found.todo == f"scripts/give_back.py {SLUG} --apply"


def test_nobody_is_asked_for_a_new_starter_when_all_is_over(forge, alice, bob, toy, tmp_path, monkeypatch):
    monkeypatch.setattr("genweek.classroom.overview.running.refuse_stale", lambda day: None)
    newer = build(tmp_path / "newer", ("# Toy, corrected", *CELLS[1:]))
    here = replace(running(forge), built={"": newer})
    assert {one.subject: one for one in here.facts()}["starter"].todo == f"scripts/generate.py {SLUG} --update"
    forge.set_clock(END)
    found = {one.subject: one for one in here.facts()}["starter"]
    assert "is newer than what students have: nb1_toy.ipynb, nb1_toy.py" in found.said and found.todo == ""


def test_what_a_slip_of_at_collected_too_late_is_let_go_and_asks_for_nothing_more(forge, alice, bob, tmp_path):
    alice.write("x")
    alice.push()
    alice.write("late")
    alice.push(at=NOON + MINUTE)
    forge.set_clock(END)
    collected(forge, tmp_path, at=NOON + timedelta(days=365))
    collected(forge, tmp_path)
    found = facts(forge, tmp_path)["collection"]
    assert "PROVISIONAL; STAYS, collected by --at after the end: alice" in found.said
    assert found.todo == f"scripts/collect.py {SLUG} --let-go alice"
    collected(forge, tmp_path, gone=["alice"])
    found = facts(forge, tmp_path)["collection"]
    assert "Final" in found.said and found.todo == ""


def test_what_stays_of_a_repository_that_is_gone_is_said_and_asks_for_nothing(forge, alice, bob, tmp_path):
    alice.write("x")
    alice.push()
    forge.set_clock(END)
    collected(forge, tmp_path)
    shutil.rmtree(forge.repo("toy-alice"))
    collected(forge, tmp_path)
    found = facts(forge, tmp_path)["collection"]
    assert "STAYS, for the repository is gone or cannot be read: alice" in found.said and found.todo == ""


def test_who_comes_after_the_final_collection_is_named_and_gets_a_repository_then_a_collection(forge, alice, bob, tmp_path):
    forge.set_clock(END)
    collected(forge, tmp_path, students=[ALICE])
    found = facts(forge, tmp_path)["collection"]
    assert "PROVISIONAL; not collected yet: bob-b" in found.said and found.todo == f"scripts/collect.py {SLUG}"
    carol = replace(BOB, login="carol")
    found = facts(forge, tmp_path, ALICE, carol)
    assert next_of(found.values(), "") == f"scripts/generate.py {SLUG} --apply"
    assert "not collected yet: carol" in found["collection"].said


def test_a_date_that_the_server_was_not_told_comes_before_the_page_that_says_it(forge, alice, bob, tmp_path, toy):
    later = replace(SCHEDULE, due=NOON + MINUTE)
    found = {fact.subject: fact for fact in Running(DAY, later, (ALICE, BOB), forge).facts()}
    assert found["dates"].said == "CHANGED since the server was told those of alice, bob-b"
    assert found["dates"].todo == f"scripts/generate.py {SLUG} --apply" and "dates" not in facts(forge, tmp_path)


def graded(work, commit: str, provisional: str = "") -> None:
    folder = work / SLUG / "grades"
    folder.mkdir(parents=True)
    rows = f"student,score,max_score,claimed,status,commit,provisional\nalice,1,2,,graded,{commit},{provisional}\n"
    (folder / "grades.csv").write_text(rows)


def test_a_grade_of_another_commit_than_the_collected_one_is_made_anew(forge, alice, bob, tmp_path):
    commit = alice.write("x")
    alice.push()
    forge.set_clock(END)
    collected(forge, tmp_path)
    graded(tmp_path, commit)
    assert facts(forge, tmp_path)["grade"].todo == ""
    assert facts(forge, tmp_path)["gradebook"].todo == "scripts/gradebook.py"
    assert facts(forge, tmp_path)["given back"].todo == f"scripts/give_back.py {SLUG} --apply"
    (tmp_path / SLUG / "grades/grades.csv").write_text(
        (tmp_path / SLUG / "grades/grades.csv").read_text().replace(commit, "f" * 40)
    )
    found = facts(forge, tmp_path)["grade"]
    assert "to be graded: alice" in found.said and found.todo.endswith("--resume")


def test_a_zero_that_is_withheld_while_pushes_count_asks_for_no_second_regrade(forge, alice, bob, tmp_path):
    commit = alice.write("x")
    alice.push()
    collected(forge, tmp_path)
    graded(tmp_path, commit)
    path = tmp_path / SLUG / "grades/grades.csv"
    path.write_text(path.read_text().replace("alice,1,2", "alice,0,2"))
    found = facts(forge, tmp_path)["grade"]
    assert "withheld as long as the collection is provisional: alice" in found.said and found.todo == ""


def test_a_grade_of_a_provisional_collection_is_renewed_before_anything_is_given_back(forge, alice, bob, tmp_path):
    commit = alice.write("x")
    alice.push()
    forge.set_clock(END)
    collected(forge, tmp_path)
    graded(tmp_path, commit, provisional="yes")
    found = facts(forge, tmp_path)
    assert "to be graded: alice" in found["grade"].said
    assert next_of(found.values(), "") == found["grade"].todo and found["grade"].todo.endswith("--resume")


def test_solutions_come_at_their_date_and_not_before(forge, alice, bob, tmp_path):
    forge.set_clock(END)
    assert facts(forge, tmp_path)["solutions"].todo == ""
    forge.set_clock(SCHEDULE.solutions)
    assert facts(forge, tmp_path)["solutions"].todo == f"scripts/release_solutions.py {SLUG} --apply"
    for name in ("toy-alice", "toy-bob-b"):
        forge.publish(name, alice.folder, "HEAD", "solutions")
    assert facts(forge, tmp_path)["solutions"] == Fact("solutions", "given to 2 of 2")


def test_a_table_that_cannot_be_read_hides_none_of_the_others(forge, bob, tmp_path):
    (tmp_path / "adjustments.csv").write_text("login,assignment\nalice,toy\n")
    found = facts(forge, tmp_path)
    assert "missing" in found["adjusted"].said and found["adjusted"].todo
    assert found["solutions"].said == "given to 0 of 2"


def test_it_changes_nothing(forge, alice, bob, tmp_path):
    def state():
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file() and path.name != ".turn"}

    before = state()
    facts(forge, tmp_path)
    assert state() == before


def test_the_class_is_told_how_to_clone_until_when_and_only_where_there_is_one_of_a_fix(forge, alice, bob):
    forge.set_up(address={"account": "course", "host": "git.uni.example", "port": 2222})
    said = announcing.text(running(forge))
    assert "git clone ssh://course@git.uni.example:2222/toy-LOGIN" in said
    assert "count until Tue 24 Nov 2026, 12:00:00" in said and "your own extension" in said
    assert announcing.UPDATE not in said
    forge.publish("toy-alice", alice.folder, "HEAD", announcing.BRANCH)
    assert announcing.UPDATE in announcing.text(running(forge))


def test_a_mail_merge_has_each_student_s_own_deadline_and_fix(forge, alice, bob, tmp_path):
    forge.publish("toy-alice", alice.folder, "HEAD", announcing.BRANCH)
    announcing.write_mail(running(forge), tmp_path / "mail.csv")
    with (tmp_path / "mail.csv").open(newline="") as file:
        mine, bobs = csv.DictReader(file)
    assert mine["clone"] == f"git clone {forge.url('toy-alice')}" and mine["update"] == announcing.UPDATE
    assert bobs["update"] == "" and "12:30:00" in bobs["deadline"] and "12:00:00" in mine["deadline"]


def test_a_next_command_stands_on_a_line_of_its_own_and_a_sentence_on_none(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["status.py", "--roster", "elsewhere.csv"])
    assert status._in_words("scripts/gradebook.py") == "Next (and --roster as here):\n    scripts/gradebook.py"
    assert status._in_words("nothing: all is done") == "Next: nothing: all is done"


def test_before_the_end_no_gradebook_is_asked_for(forge, alice, bob, tmp_path):
    commit = alice.write("x")
    alice.push()
    collected(forge, tmp_path)
    graded(tmp_path, commit, provisional="yes")
    assert facts(forge, tmp_path)["gradebook"].todo == ""


def test_the_first_thing_to_do_is_the_next_and_a_long_list_is_cut():
    assert next_of([Fact("a", ""), Fact("b", "", "first"), Fact("c", "", "second")], "none") == "first"
    assert some([str(n) for n in range(10)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
