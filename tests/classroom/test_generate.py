"""Generating: a plan, then exactly what is missing; updates that leave a student's cells alone; solutions in time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import nbformat
import pytest
from classroom_examples import ALICE, BOB, CELLS, NINE, NOON, SCHEDULE, SLUG, Clone, build, notebook, script

from autograding.updating.cells import merge_texts
from genweek.classroom.publishing import generating, solutions
from genweek.classroom.publishing.planning import Step, carry_out
from genweek.course.day import CourseError, Dates
from genweek.course.roster import without
from genweek.course.schedule import read_schedule
from genweek.forges.forge import MAIN, ForgeError
from genweek.forges.git import git
from genweek.forges.snapshot import content

FACTS = {
    "release": datetime(2026, 11, 24, 8),
    "due": datetime(2026, 11, 24, 12),
    "solutions": datetime(2026, 11, 28, 9),
}
SOLVED = "def words():\n    return 'right'\n"
FIXED = (
    "# Toy, corrected",
    "def words():\n    # two of them\n    raise NotImplementedError\n",
    "check(words)",
    "more()",
)


def plan(forge, toy, *students):
    return generating.plan(forge, SLUG, toy, students, SCHEDULE)


def update(forge, toy, *students) -> list[Step]:
    commit, is_new = generating.next_template(forge, SLUG, toy)
    return generating.plan_update(forge, SLUG, toy, commit, is_new, students)[0]


def sources(folder) -> list[str]:
    return [cell.source for cell in nbformat.read(folder / "nb1_toy.ipynb", 4).cells]


def test_a_plan_changes_nothing(forge, toy, capsys):
    assert carry_out(plan(forge, toy, ALICE), apply=False) == 0
    assert forge.repos() == []
    assert "Nothing was changed: add --apply" in capsys.readouterr().out


def test_each_student_gets_a_repository_made_from_the_template(forge, toy):
    assert carry_out(plan(forge, toy, ALICE, BOB), apply=True) == 0
    assert forge.repos() == ["toy", "toy-alice", "toy-bob-b"]
    assert forge.tip("toy-alice") == git(toy, "rev-parse", "HEAD")
    assert forge.access("toy-bob-b") == {"bob-b": "write"}


def test_a_second_run_has_nothing_to_do_and_a_later_student_gets_a_repository(forge, toy):
    carry_out(plan(forge, toy, ALICE), apply=True)
    assert plan(forge, toy, ALICE) == []
    carry_out(plan(forge, toy, ALICE, BOB), apply=True)
    assert forge.repos() == ["toy", "toy-alice", "toy-bob-b"]


def test_a_run_that_was_cut_off_is_completed_by_the_next(forge, toy):
    steps = plan(forge, toy, ALICE, BOB)
    for cut in range(len(steps)):
        carry_out(plan(forge, toy, ALICE, BOB)[:1], apply=True)
        assert len(plan(forge, toy, ALICE, BOB)) == len(steps) - cut - 1
    assert plan(forge, toy, ALICE, BOB) == []


def test_a_step_that_fails_does_not_stop_the_others(capsys):
    def fail():
        raise ForgeError("The disk is full.")

    done = []
    assert carry_out([Step("one", fail), Step("two", lambda: done.append(2))], apply=True) == 1
    assert done == [2]
    assert "The disk is full." in capsys.readouterr().out


def test_an_update_is_a_branch_that_brings_the_fix_and_keeps_the_student_s_cells(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    alice = Clone(forge, "toy-alice", tmp_path / "alice")
    alice.write(notebook(CELLS[0], SOLVED, CELLS[2], "my_own_cell()"), "nb1_toy.ipynb")
    alice.push()
    new = build(tmp_path / "new", FIXED)
    (new / "README.md").write_text("Read me.")
    git(new, "add", "--all")
    git(new, "commit", "--quiet", "--amend", "--no-edit")
    before = forge.tip("toy-alice")
    assert carry_out(update(forge, new, ALICE), apply=True) == 0
    assert forge.tip("toy-alice") == before
    git(alice.folder, "pull", "--quiet", "--no-rebase", "origin", "starter-update")
    assert sources(alice.folder) == ["# Toy, corrected", SOLVED, "check(words)", "more()", "my_own_cell()"]
    assert (alice.folder / "nb1_toy.py").read_text() == script(*FIXED)
    assert (alice.folder / "README.md").read_text() == "Read me."
    assert "def words" in git(alice.folder, "log", "-1", "--format=%B")  # what was left to look at


def test_an_update_is_made_once_and_not_again_when_it_is_merged(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    new = build(tmp_path / "new", FIXED)
    carry_out(update(forge, new, ALICE), apply=True)
    assert update(forge, new, ALICE) == []
    alice = Clone(forge, "toy-alice", tmp_path / "alice")
    git(alice.folder, "pull", "--quiet", "origin", "starter-update")
    alice.write(SOLVED)
    alice.push()
    assert update(forge, new, ALICE) == []


def test_a_second_update_builds_on_the_first(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    carry_out(update(forge, build(tmp_path / "new", FIXED), ALICE), apply=True)
    alice = Clone(forge, "toy-alice", tmp_path / "alice")
    git(alice.folder, "pull", "--quiet", "origin", "starter-update")
    alice.write(notebook(FIXED[0], SOLVED, *FIXED[2:]), "nb1_toy.ipynb")
    alice.push()
    carry_out(update(forge, build(tmp_path / "newer", (*FIXED[:3], "even_more()")), ALICE), apply=True)
    git(alice.folder, "pull", "--quiet", "origin", "starter-update")
    assert sources(alice.folder) == [FIXED[0], SOLVED, "check(words)", "even_more()"]


def test_an_update_survives_a_history_that_was_rewritten(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    alice = Clone(forge, "toy-alice", tmp_path / "alice")
    git(alice.folder, "checkout", "--quiet", "--orphan", "fresh")
    alice.write(notebook(CELLS[0], SOLVED, CELLS[2]), "nb1_toy.ipynb")
    alice.push("--force", "origin", "HEAD:main")
    assert carry_out(update(forge, build(tmp_path / "new", FIXED), ALICE), apply=True) == 0
    git(alice.folder, "pull", "--quiet", "origin", "starter-update")
    assert sources(alice.folder)[1] == SOLVED


def test_a_notebook_that_cannot_be_read_is_left_alone_and_named(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    alice = Clone(forge, "toy-alice", tmp_path / "alice")
    alice.write("<<<<<<< HEAD", "nb1_toy.ipynb")
    alice.push()
    new = build(tmp_path / "new", FIXED)
    _, (one,) = generating.plan_update(forge, SLUG, new, *generating.next_template(forge, SLUG, new), [ALICE])
    assert one.own == ["nb1_toy.ipynb: all of it (it is no Jupyter notebook)"]


@pytest.mark.parametrize(("name", "text"), [("nb1.ipynb", notebook), ("nb1.py", script)])
class TestMerge:
    """Cell by cell, alike in both halves of a pair."""

    def merged(self, name, text, base, mine, new):
        result, kept = merge_texts(name, text(*base), text(*mine), text(*new))
        return result, kept

    def test_an_untouched_cell_follows_the_starter(self, name, text):
        result, kept = self.merged(name, text, ["# T", "a = 1", "b"], ["# T", "a = 9", "b"], ["# T", "a = 1", "c"])
        assert "a = 9" in result
        assert "c" in result.split("a = 9")[1]
        assert kept == []

    def test_a_changed_cell_stays_and_is_named(self, name, text):
        result, kept = self.merged(name, text, ["# T", "a = 1"], ["# T", "a = 9"], ["# T", "a = 2"])
        assert "a = 9" in result
        assert "a = 2" not in result
        assert kept == ["a = 9"]

    def test_a_new_cell_comes_at_its_place_and_a_removed_one_goes(self, name, text):
        result, _ = self.merged(name, text, ["# T", "a()", "bb"], ["# T", "a()", "bb", "mine()"], ["# T", "first()", "a()"])
        assert "bb" not in result
        assert result.index("first()") < result.index("a()") < result.index("mine()")

    def test_a_cell_that_the_student_removed_does_not_come_back(self, name, text):
        result, _ = self.merged(name, text, ["# T", "a = 1", "b = 1"], ["# T", "b = 1"], ["# T", "a = 1", "b = 2"])
        assert "a = 1" not in result
        assert "b = 2" in result

    def test_nothing_new_leaves_the_file_as_it_is_to_the_byte(self, name, text):
        mine = text("# T", "a = 9") + " "
        assert merge_texts(name, text("# T", "a = 1"), mine, text("# T", "a = 2"))[0] == mine


def test_solutions_are_refused_before_their_date(forge, toy):
    with pytest.raises(CourseError, match="not released before"):
        solutions.refuse_early(SCHEDULE.solutions - timedelta(seconds=1), SCHEDULE, [ALICE])
    solutions.refuse_early(SCHEDULE.solutions, SCHEDULE, [ALICE, BOB])


def test_solutions_are_refused_while_somebody_may_still_push(forge, toy):
    early = read_schedule(SLUG, Dates(release=NINE, due=NOON, solutions=NOON), ZoneInfo("UTC"))
    with pytest.raises(CourseError, match="bob-b may still push"):
        solutions.refuse_early(NOON, early, [ALICE, BOB])
    solutions.refuse_early(NOON, early, without([ALICE, BOB], ["Bob-B"]))
    with pytest.raises(CourseError, match="The roster has no login 'bob'. Did you mean 'bob-b'"):
        without([ALICE, BOB], ["bob"])


def test_solutions_come_as_a_branch_of_their_own_once(forge, toy, tmp_path):
    carry_out(plan(forge, toy, ALICE), apply=True)
    commit = solutions.make_commit(forge, SLUG, {"nb1_toy.py": SOLVED}, SCHEDULE.solutions, tmp_path / "one")
    carry_out(solutions.plan(forge, SLUG, [ALICE, BOB], tmp_path / "one", commit), apply=True)
    out = forge.fetch("toy-alice", tmp_path / "out", "refs/heads/solutions")
    assert content(out, MAIN, "nb1_toy.py") == SOLVED.encode()
    assert content(out, MAIN, "genlab/__init__.py") is not None
    assert forge.tip("toy-alice") == git(toy, "rev-parse", "HEAD")
    assert forge.pushes("toy-alice") == []
    again = solutions.make_commit(forge, SLUG, {"nb1_toy.py": SOLVED}, SCHEDULE.solutions, tmp_path / "two")
    assert solutions.plan(forge, SLUG, [ALICE], tmp_path / "two", again) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"solutions": datetime(2026, 11, 24, 11)}, "solutions .* is before due"),
        ({"opens": datetime(2026, 11, 24, 7)}, "opens"),
    ],
)
def test_a_schedule_that_cannot_be_is_a_sentence(change, said):
    with pytest.raises(CourseError, match=said):
        read_schedule(SLUG, Dates(**FACTS | change), ZoneInfo("Europe/Berlin"))


def test_dates_without_an_offset_are_in_the_course_s_time_zone():
    assert read_schedule(SLUG, Dates(**FACTS), ZoneInfo("Europe/Berlin")).due == NINE + timedelta(hours=2)
