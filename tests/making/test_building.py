"""A built repository is complete, stands alone, holds no solution, and is the same every time."""

import json
import subprocess

import nbformat
import pytest
from tiny_notebooks import STEM, solved

from autograding.judge import recording
from autograding.judge.host import Host
from autograding.judge.reference import Recorder
from autograding.judge.student import Student
from genweek.course.day import CourseError, Day
from genweek.making import building
from genweek.making.masters import Master, notebook_text, script_text

MASTER = '''\
# %% [markdown]
# # Title

# %% tags=["exercise"]
def f(x):
    """Twice x."""
    # TODO nb1.f: double it.
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION

# %% tags=["active-ipynb"]
# print(f(1))
'''


@pytest.fixture
def master(tmp_path):
    def master(text: str = MASTER) -> Master:
        path = tmp_path / "nb1_tiny.py"
        path.write_text(text, encoding="utf-8")
        return Master(path)

    return master


def test_the_starter_raises_where_the_solution_stood(master):
    text = script_text(master().starter)
    assert 'raise NotImplementedError("TODO nb1.f")' in text and "# TODO nb1.f: double it." in text
    assert "2 * x" not in text and "SOLUTION" not in text


def test_the_solved_notebook_has_no_markers(master):
    text = script_text(master().solved)
    assert "return 2 * x" in text and "SOLUTION" not in text


def test_active_cells_live_in_the_notebook_and_sleep_in_the_script(master):
    starter = master().starter
    assert "\n# print(f(1))" in script_text(starter) and starter.cells[2].source == "print(f(1))"


def test_both_halves_are_the_same_every_time_and_valid(master):
    one, other = master().starter, master().starter
    assert notebook_text(one) == notebook_text(other) and script_text(one) == script_text(other)
    nbformat.validate(nbformat.reads(notebook_text(one), 4))


def test_the_exercises_are_known_by_id_and_by_name(master):
    assert list(master().exercises) == ["nb1.f"] and list(master().starter_sources) == ["f"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    # TODO nb1.f: double it.\n", "", "without a `# TODO id` line"),
        ("    # END SOLUTION\n", "", "without # END SOLUTION"),
        ("    # TODO nb1.f: double it.\n", "    # TODO nb1.f: a\n    # TODO nb1.g: b\n", "one TODO id"),
    ],
)
def test_a_master_with_a_fault_is_refused_by_name(master, old, new, words):
    with pytest.raises(CourseError, match="nb1_tiny.py") as error:
        _ = master(MASTER.replace(old, new)).exercises
    assert words in str(error.value)


# ---- The repository ----


def test_the_repository_has_at_most_twelve_entries_beside_dot_files(built):
    assert len([path for path in built.iterdir() if not path.name.startswith(".")]) <= 12


def test_it_is_a_clean_git_repository_of_one_commit(built):
    def git(*arguments):
        return subprocess.run(["git", "-C", built, *arguments], capture_output=True, text=True, check=True).stdout

    assert git("rev-list", "--count", "HEAD").strip() == "1" and not git("status", "--porcelain")


def test_the_grader_in_it_knows_points_and_answers(built):
    facts = json.loads((built / "autograding/assignment.json").read_text(encoding="utf-8"))
    known = recording.load(built / "autograding/recorded.json")
    assert facts["max_score"] == sum(test["points"] for test in facts["tests"])
    assert {f"{test['id']}:{test['name']}" for test in facts["tests"]} == known["answers"].keys()


def test_only_what_the_day_needs_is_in_it(built):
    assert {path.parent.name for path in built.glob("genlab/*/__init__.py")} == {"nb1", "nb2"}
    assert {path.name for path in (built / "genlab/data").glob("*.npz")} == set(Day.load("day1_vae").facts.data)
    assert not list(built.rglob("__pycache__")) and not list(built.rglob("mistakes_nb*"))


def test_two_builds_are_the_same_commit(tmp_path):
    def head(repo):
        return subprocess.run(["git", "-C", repo, "rev-parse", "HEAD"], capture_output=True, text=True).stdout

    one, other = (building.build(Day.load("day1_vae"), tmp_path / name) for name in "ab")
    assert head(one) == head(other) != ""


def test_a_build_that_somebody_changed_is_not_replaced(tmp_path):
    day = Day.load("day1_vae")
    repo = building.build(day, tmp_path)
    (repo / "README.md").write_text("mine")
    with pytest.raises(CourseError, match="not an untouched build"):
        building.build(day, tmp_path)
    assert (repo / "README.md").read_text() == "mine"


def test_an_unknown_day_is_told_with_those_that_there_are():
    with pytest.raises(CourseError, match="day1_vae"):
        Day.load("day9")


def test_a_replay_equals_the_live_run(pool, tiny):
    """The same submission, judged by the master on the same seed and by the recording of that run."""
    host = Host(pool, {STEM: {"starter": tiny.assignment.starters[STEM], "texts": {".py": solved()}}})

    def live(stem, scope, seed):
        return Recorder(Student(host, stem, scope, seed, graded=""), [])

    for scale in (
        "def scale(x): return 2 * x",
        "def scale(x): return 3 * x",
        "def scale(x): raise ValueError",
        "",
        "scale = 5",
    ):
        runs = [tiny.run({".py": solved(scale)}, tiny.recording, reference) for reference in (live, None)]
        one, other = (
            [(result.key, result.status, result.message, repr(result.observed)) for result in run.results] for run in runs
        )
        assert one == other
    host.close()


def test_a_recording_is_the_same_after_a_trip_to_disk(tiny, tmp_path):
    recording.save(tmp_path / "recorded.json", tiny.recording)
    reread = recording.load(tmp_path / "recorded.json")
    recording.save(tmp_path / "again.json", reread)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "recorded.json").read_bytes()
