"""`--update` killed at any point, and in repositories that are in no state for it: nothing is lost, and it says why."""

import os
import shutil
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from classroom_examples import Clone, new_forge
from updates import FILE, MINE, NOTEBOOK, STARTERS, Course, run, solved, sources, starter

from autograding.updating import repository
from genweek.classroom.publishing import solutions
from genweek.classroom.publishing.updating import BRANCH
from genweek.forges.git import git

FORK = get_context("fork")
CHANGING = {"fetch", "merge", "stash", "update-ref", "update-index", "read-tree", "write-tree", "commit-tree"}
THERE = "File > Reload Notebook from Disk"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Alice has a fix to fetch, and everything at once: a commit, something staged, and files that are not committed."""
    folder = tmp_path_factory.mktemp("course")
    course = Course(folder, new_forge(folder), [starter(folder / f"v{n}", n) for n in range(2)], ["alice"])
    alice = course.clone("alice")
    alice.write(solved(0, words="def words():\n    return 1\n")[NOTEBOOK], NOTEBOOK)
    assert alice.push().returncode == 0
    (alice.folder / NOTEBOOK).write_text(solved(0, words="def words():\n    return 'staged'\n")[NOTEBOOK])
    git(alice.folder, "add", "--all")
    (alice.folder / NOTEBOOK).write_text(solved(0)[NOTEBOOK])
    (alice.folder / FILE).write_text("SIZE = 'mine'\n")
    (alice.folder / "notes.txt").write_text("mine")
    course.bring(1)
    return course


@pytest.fixture
def alice(course, tmp_path) -> Clone:
    return copy(course, tmp_path / "alice")


def copy(course: Course, folder: Path) -> Clone:
    clone = Clone.__new__(Clone)
    clone.forge, clone.folder = course.forge, Path(shutil.copytree(course.folder / "alice", folder))
    return clone


def state(clone: Clone) -> dict:
    """All that a student has: the commit's files, what is staged, what lies in the folder."""
    files = [path for path in clone.folder.rglob("*") if ".git" not in path.parts and path.is_file()]
    lying = {path.relative_to(clone.folder).as_posix(): path.read_bytes() for path in files}
    inside = [git(clone.folder, *words) for words in (("rev-parse", "HEAD^{tree}"), ("write-tree",), ("status", "-s"))]
    return lying | {"inside": inside}


def killed_at(step: int, clone: Clone) -> bool:
    """Run the command in a process that is killed before its n-th change; False when it came to its end."""

    def die_in_time() -> None:
        left = iter(range(step))

        def deadly(do, counts):
            def act(*arguments, **options):
                if counts(arguments) and next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return do(*arguments, **options)

            return act

        subprocess.run = deadly(subprocess.run, lambda arguments: CHANGING & set(arguments[0]))
        Path.replace = deadly(Path.replace, lambda _: True)
        os._exit(run(clone)[0])

    process = FORK.Process(target=die_in_time)
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def test_a_run_that_is_killed_at_any_point_is_completed_by_the_next(course, alice, tmp_path):
    assert run(alice)[0] == 0
    whole, step = state(alice), 0
    while killed_at(step, clone := copy(course, tmp_path / str(step))):
        assert run(clone)[0] == 0
        assert state(clone) == whole, step
        step += 1
    assert step > 10


def test_every_state_of_the_work_is_kept_and_a_file_of_the_course_s_comes_beside(alice):
    said = run(alice)[1]
    assert MINE in sources(alice) and STARTERS[1][0][2] in sources(alice)
    assert "'staged'" in git(alice.folder, "show", f":{NOTEBOOK}") and "return 1" in git(
        alice.folder, "show", f"HEAD:{NOTEBOOK}"
    )
    assert (alice.folder / FILE).read_text() == STARTERS[1][1] and (
        alice.folder / f"{FILE}.mine"
    ).read_text() == "SIZE = 'mine'\n"
    assert (alice.folder / "notes.txt").read_text() == "mine"
    assert f"{FILE} is the course's now. You had changed it; yours is {FILE}.mine." in said
    assert git(alice.folder, "show", f"refs/autograding/before-update:{FILE}") == "SIZE = 'mine'"


def merge_under_way(clone: Clone) -> None:
    (clone.folder / ".git/MERGE_HEAD").write_text(git(clone.folder, "rev-parse", "HEAD"))


def rebase_under_way(clone: Clone) -> None:
    (clone.folder / ".git/rebase-merge").mkdir()


def server_gone(clone: Clone) -> None:
    git(clone.folder, "remote", "set-url", "origin", "/no/such/server.git")


def no_remote(clone: Clone) -> None:
    git(clone.folder, "remote", "remove", "origin")


def a_download(clone: Clone) -> None:
    shutil.rmtree(clone.folder / ".git")


def a_folder_of_another(clone: Clone) -> None:
    a_download(clone)
    git(clone.folder.parent, "init", "--quiet")


def locked(clone: Clone) -> None:
    (clone.folder / ".git/index.lock").write_text("")


def in_conflict(clone: Clone) -> None:
    blob = git(clone.folder, "rev-parse", f"HEAD:{NOTEBOOK}")
    rows = "".join(f"100644 {blob} {stage}\t{NOTEBOOK}\n" for stage in (1, 2, 3))
    git(clone.folder, "update-index", "--index-info", given=f"0 {blob}\t{NOTEBOOK}\n{rows}")


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (
            merge_under_way,
            "A merge is under way here (`git status` shows it). Finish it, or leave it with `git merge --abort`",
        ),
        (rebase_under_way, "A rebase is under way here"),
        (in_conflict, "Some files hold a conflict that is not resolved"),
        (server_gone, "The server cannot be asked for fixes. git fetch failed: fatal:"),
        (no_remote, "This repository knows no server"),
        (a_download, "A clone of your repository can."),
        (a_folder_of_another, "lies inside another repository"),
        (locked, "Another git is at work here."),
    ],
)
def test_where_it_cannot_be_done_nothing_changes_and_a_sentence_says_why(alice, odd, said):
    odd(alice)
    before = {path: path.read_bytes() for path in alice.folder.glob("*.*") if path.is_file()}
    code, sentence = run(alice)
    assert code == 1 and said in sentence, sentence
    assert {path: path.read_bytes() for path in before} == before


def test_git_that_is_missing_is_a_sentence(alice, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in run(alice)[1]


def test_a_notebook_that_is_saved_this_very_moment_is_not_overwritten(alice, monkeypatch):
    keep = repository.Repository.keep

    def and_save(repo, ref):
        (alice.folder / NOTEBOOK).write_text(solved(0, more="mine()")[NOTEBOOK])
        keep(repo, ref)

    monkeypatch.setattr(repository.Repository, "keep", and_save)
    assert "was saved this very moment" in run(alice)[1]
    monkeypatch.undo()
    assert run(alice)[0] == 0
    assert {"mine()", MINE, STARTERS[1][0][2]} <= set(sources(alice))


def test_a_terminal_that_shows_few_letters_and_a_student_without_a_name(alice):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables |= {"PYTHONIOENCODING": "ascii", "HOME": str(alice.folder.parent), "GIT_CONFIG_GLOBAL": os.devnull}
    command = [sys.executable, "-m", "autograding", "--update"]
    done = subprocess.run(command, cwd=alice.folder, capture_output=True, text=True, env=variables)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert THERE in done.stdout
    assert git(alice.folder, "log", "-1", "--format=%s") == "Starter update"


def test_a_shallow_clone_is_deepened(course, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{course.forge.url('toy-alice')}", "shallow")
    clone = copy(course, tmp_path / "whole")
    clone.folder = tmp_path / "shallow"
    assert run(clone)[0] == 0
    assert STARTERS[1][0][2] in sources(clone)


def test_a_student_s_own_branch_is_never_replaced(tmp_path):
    course = Course(tmp_path, new_forge(tmp_path), [starter(tmp_path / f"v{n}", n) for n in range(2)], ["alice"])
    alice = course.clone("alice")
    own = alice.write("mine", "notes.txt")
    for branch in (BRANCH, solutions.BRANCH):
        assert alice.push("origin", f"HEAD:refs/heads/{branch}").returncode == 0
    (one,) = course.bring(1)
    assert f"branch {BRANCH}-2 (the student has an own branch {BRANCH})" in one.sentence
    made = solutions.make_commit(course.forge, "toy", {"nb1_toy.py": "solved"}, course.forge.now(), tmp_path / "made")
    (step,) = solutions.plan(course.forge, "toy", course.students, tmp_path / "made", made)
    step.act()
    assert [course.forge.tip("toy-alice", branch) for branch in (BRANCH, solutions.BRANCH)] == [own, own]
    assert course.forge.tip("toy-alice", f"{solutions.BRANCH}-2") == made
    assert run(alice)[0] == 0 and STARTERS[1][0][2] in sources(alice)
