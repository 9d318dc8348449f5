"""An exam lies locked in a repository until its code is typed, and no start takes anything from a student."""

import io
import json
import shutil
import subprocess
import sys
from datetime import timedelta

import locked_exam
import pytest
from locked_exam import DUE, OPENS, code

from autograding.starting import command
from autograding.starting.clock import clock
from genweek.course.course_file import read_course

STEM = "examA_continuous"


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    return locked_exam.closed(tmp_path_factory.mktemp("built"))


@pytest.fixture
def clone(locked, tmp_path):
    repo = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", locked, repo)
    git(repo, "config", "user.email", "ada@uni.example")
    git(repo, "config", "user.name", "Ada")
    return repo


@pytest.fixture
def begin(clone):
    def begin(typed: str | None = None) -> tuple[int, str]:
        said = []
        return command.start(code() if typed is None else typed, clone, said.append), "\n".join(said)

    return begin


def git(folder, *arguments) -> str:
    done = subprocess.run(["git", "-C", str(folder), *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


def grade(repo) -> tuple[dict, str]:
    done = subprocess.run([sys.executable, "-m", "autograding"], cwd=repo, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((repo / "scores.json").read_text()), done.stdout


def state(repo) -> dict[str, bytes]:
    files = [path for path in repo.rglob("*") if path.is_file() and not {".git", "__pycache__"} & set(path.parts)]
    return {path.relative_to(repo).as_posix(): path.read_bytes() for path in files}


def test_nothing_of_the_paper_lies_open(locked):
    names = set(state(locked))
    assert (
        not {f"{STEM}.ipynb", f"{STEM}.py", "TASKS.md", "autograding/assignment.json", "autograding/recorded.json"} & names
    )
    assert not [name for name in names if name.startswith(("autograding/tests/", "autograding/checks/exam", "genlab/exam"))]
    assert b"examA." not in b"".join(state(locked).values())
    assert {"README.md", "start.ipynb", "autograding/locked/paper.bin", "autograding/locked/sitting.json"} <= names


def test_before_the_start_grading_says_not_begun_with_the_points_of_the_paper(clone):
    scores, said = grade(clone)
    assert (scores["score"], scores["begun"]) == (0, False) and scores["max_score"] > 0
    assert said.startswith("Not begun") and "--start CODE" in said


def test_the_code_opens_it_without_a_network_and_the_work_is_graded(clone, begin):
    assert begin()[0] == 0
    assert git(clone, "status", "--porcelain") == ""  # in a commit, so that `git commit -a` takes it along
    scores, said = grade(clone)
    assert scores["begun"] and scores["tasks"] and "examA." in said


@pytest.mark.parametrize("written", [" {} ", "{lower}", "{bare}"], ids=["spaces", "small letters", "no dash"])
def test_a_code_may_be_typed_as_it_comes(begin, written):
    assert begin(written.format(code(), lower=code().lower(), bare=code().replace("-", "")))[0] == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "here are none"),
        ("AAAA", "here are 4 of them"),
        ("AAAA-BBB1", "no '1': is it I or L?"),
        ("AAAA-BBBB", "AAAA-BBBB is not the code of this exam"),
        ("é" * 8, "A code has letters and the digits 2 to 7"),
    ],
)
def test_a_mistyped_code_is_a_sentence_and_changes_nothing(clone, begin, typed, words):
    before = state(clone)
    done, said = begin(typed)
    assert done == 1 and words in said and state(clone) == before


def test_the_code_of_another_sitting_is_told_as_that(begin):
    done, said = begin(code("repeat"))
    assert done == 1 and "the code of another sitting, 'repeat'; this repository is for 'friday'" in said


def test_a_second_start_changes_nothing(clone, begin):
    begin()
    (clone / f"{STEM}.py").write_text("my work\n")
    before = state(clone)
    done, said = begin()
    assert done == 0 and "open already" in said and state(clone) == before


def test_a_second_start_brings_back_what_is_missing_and_nothing_else(clone, begin):
    begin()
    (clone / f"{STEM}.py").write_text("my work\n")
    (clone / f"{STEM}.ipynb").unlink()
    done, said = begin()
    assert done == 0 and f"Back again, as handed out: {STEM}.ipynb." in said
    assert (clone / f"{STEM}.py").read_text() == "my work\n" and (clone / f"{STEM}.ipynb").is_file()


def test_a_start_that_was_cut_off_goes_on(clone, begin, monkeypatch):
    written = []

    def full_disk(path, content):
        if len(written) == 2:
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr(command, "write_whole", full_disk)
        done, said = begin()
    assert done == 1 and "Nothing is lost" in said and grade(clone)[0]["begun"] is False
    assert begin()[0] == 0 and grade(clone)[0]["begun"] is True


def test_what_lay_there_before_is_kept_and_named(clone, begin):
    (clone / f"{STEM}.ipynb").write_text("mine")
    done, said = begin()
    assert done == 0 and f"{STEM}.ipynb lay here before" in said and (clone / f"{STEM}.ipynb").read_text() == "mine"


@pytest.mark.parametrize("lost", ["autograding/locked/paper.bin", "autograding/locked/sitting.json", "genlab/__init__.py"])
def test_half_a_clone_is_told_as_that(clone, begin, lost):
    (clone / lost).unlink()
    done, said = begin()
    assert done == 1 and lost in said and "git restore ." in said
    git(clone, "restore", ".")
    assert begin()[0] == 0


def test_a_paper_that_is_cut_off_is_no_wrong_code(clone, begin):
    paper = clone / "autograding/locked/paper.bin"
    paper.write_bytes(paper.read_bytes()[:100])
    assert "is not whole (autograding/locked/paper.bin)" in begin()[1]


def test_a_start_outside_of_git_works_and_says_what_to_do(clone, begin):
    shutil.rmtree(clone / ".git")
    done, said = begin()
    assert done == 0 and "They are in no commit yet" in said


def test_where_nothing_is_locked_a_start_says_so(tmp_path):
    said = []
    assert command.start("AAAA-BBBB", tmp_path, said.append) == 1 and "Nothing is locked here" in said[0]


def test_the_clock_knows_the_sitting_and_no_extra_minutes(clone):
    def told(at, extra=0):
        out = io.StringIO()
        clock(clone, extra, out, lambda: at)
        return out.getvalue()

    assert "0:15:00 left" in told(DUE - timedelta(minutes=15)) and "until 12:45 (UTC" in told(OPENS)
    assert "0:45:00 left" in told(DUE - timedelta(minutes=15), 30) and "with your 30 extra minutes" in told(DUE, 30)
    assert "The time is over" in told(DUE) and "It begins at 10:30" in told(OPENS - timedelta(minutes=1))


def test_what_is_allowed_stands_in_the_same_words_in_every_place(tmp_path, locked):
    course = read_course().conditions
    for repo, conditions in (
        (locked, course),
        (locked_exam.closed(tmp_path, "repeat"), course.changed(locked_exam.CHANGES["repeat"])),
    ):
        page, first = (repo / "README.md").read_text(), json.loads((repo / "start.ipynb").read_text())["cells"]
        for line in conditions.lines():
            assert line in page and line in "".join(first[2]["source"])


def test_an_exam_switches_completion_off_where_we_ship_settings(locked):
    editor = json.loads((locked / ".vscode/settings.json").read_text())
    container = json.loads((locked / ".devcontainer/devcontainer.json").read_text())["customizations"]["vscode"]
    assert editor["chat.disableAIFeatures"] and editor["github.copilot.enable"] == {"*": False}
    assert container["settings"] == editor and "-github.copilot" in container["extensions"]
    assert ".vscode/settings.json" in git(locked, "ls-files")


def test_an_exam_has_no_checkpoints_no_sentences_and_no_modules_of_the_week(clone, begin):
    begin()
    recorded = json.loads((clone / "autograding/recorded.json").read_text())
    assert recorded["mistakes"] == {} and not list(clone.glob("genlab/locked/*.bin"))
    assert not list(clone.glob("genlab/nb*")) and not (clone / "genlab/diffusion.py").exists()
