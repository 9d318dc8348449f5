"""A forge that was moved, copied or restored takes pushes where it lies, and nobody else on the machine reads it."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from functools import partial

import pytest
from classroom_examples import ALICE, BOB, NINE, SLUG, Clone, open_repo

from autograding.updating.starter import Starter
from genweek.alone import alone
from genweek.classroom.publishing.planning import Step, carry_out
from genweek.classroom.publishing.updating import update
from genweek.classroom.wall.progress import read_class
from genweek.forges.forge import MAIN
from genweek.forges.git import GitError, call, git
from genweek.forges.local.local_forge import LocalForge
from genweek.forges.snapshot import content, snapshot
from genweek.making import building
from genweek.private import close, private_folder

MONTHS = timedelta(days=120)


def push_to(alice: Clone, forge: LocalForge):
    alice.forge = forge
    git(alice.folder, "remote", "set-url", "origin", forge.url("toy-alice"))
    return alice.write("elsewhere"), alice.push()


@pytest.mark.parametrize("how", [shutil.move, partial(shutil.copytree, symlinks=True)])
def test_a_forge_takes_pushes_where_it_lies(forge, alice, tmp_path, how):
    before = forge.folder
    there = LocalForge(how(before, tmp_path / "new house/forge"))
    commit, done = push_to(alice, there)
    assert done.returncode == 0, done.stderr
    assert [push.commit for push in there.pushes("toy-alice")] == [commit]
    assert not before.exists() or LocalForge(before).pushes("toy-alice") == []
    assert there.identity() == forge.identity() or not before.exists()


def test_hooks_go_with_a_classroom_that_lies_in_the_repository_of_the_course(tmp_path, monkeypatch):
    from genweek.forges.local import hooks

    root = tmp_path / "course"
    program = root / "scripts/hook.py"
    program.parent.mkdir(parents=True)
    program.write_text("import sys; print(sys.argv[1:])")
    monkeypatch.setattr(hooks, "ROOT", root)
    monkeypatch.setattr(hooks, "PROGRAM", program)
    (root / "classroom/forge/hooks").mkdir(parents=True)
    hooks.write_hooks(root / "classroom/forge")
    root.rename(tmp_path / "moved")
    hook = tmp_path / "moved/classroom/forge/hooks/pre-receive"
    done = subprocess.run([hook], capture_output=True, text=True)
    assert done.stdout == f"['{tmp_path}/moved/classroom/forge', 'pre-receive']\n"


def test_where_the_program_is_gone_students_read_a_sentence_and_no_path_of_the_server(forge, alice):
    for hook in (forge.folder / "hooks").iterdir():
        hook.write_text(hook.read_text().replace("hook.py", "gone.py"))
    _, done = push_to(alice, forge)
    assert done.returncode != 0
    assert "Your commits are safe on your machine: tell your instructor" in done.stderr
    assert str(forge.folder.parent) not in done.stderr.replace(forge.url("toy-alice"), "")


@pytest.mark.parametrize(
    ("broken", "said"),
    [("pre", "nothing was taken. Your commits are safe"), ("post", "is on the server, which could not grade it")],
)
def test_an_error_of_the_server_is_a_sentence_for_the_student_and_a_file_for_the_instructor(forge, alice, broken, said):
    other = "post-receive" if broken == "pre" else "pre-receive"
    (forge.folder / "hooks" / other).unlink()
    (forge.folder / "settings.json").write_text("")
    alice.write("one")
    done = alice.push()
    assert (done.returncode == 0) == (broken == "post")
    assert said in done.stderr and "Traceback" not in done.stderr and "settings.json" not in done.stderr
    assert "settings.json is empty, as after a power cut. Restore it" in (forge.folder / "errors.txt").read_text()


def test_what_a_verb_makes_is_for_its_owner_alone(forge, tmp_path):
    with alone(tmp_path / "a/b"):
        pass
    private_folder(tmp_path / "a/c")
    made = [forge.folder, *(tmp_path / name for name in ("a", "a/b", "a/c"))]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o700}


@pytest.mark.parametrize(("mode", "closed"), [(0o755, 0o700), (0o2775, 0o2770), (0o2770, 0o2770), (0o700, 0o700)])
def test_a_classroom_is_closed_to_others_unless_a_group_works_on_it(tmp_path, mode, closed):
    tmp_path.chmod(mode)
    assert close(tmp_path) == (mode != closed)
    assert tmp_path.stat().st_mode & 0o7777 == closed


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can become another account")
def test_another_account_of_the_server_sees_a_repository_as_it_is(forge, alice, tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:-2], forge.folder):
        folder.chmod(0o755)
    code = f"import sys; sys.path[:0] = {sys.path!r}\nfrom genweek.forges.local.local_forge import LocalForge\n"
    code += f"print(LocalForge({str(forge.folder)!r}).access('toy-alice'))"
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run([*become, sys.executable, "-c", code], cwd="/", capture_output=True, text=True)
    assert done.stdout == "{'alice': 'write'}\n", done.stderr


# ---- The record of pushes ----


def test_git_gc_after_months_takes_no_push_and_no_replaced_commit(forge, alice, tmp_path):
    first = alice.write("one")
    alice.push(at=NINE - MONTHS)
    git(alice.folder, "reset", "--quiet", "--hard", "HEAD~1")
    second = alice.write("two")
    alice.push("--force", "origin", "HEAD:main", at=NINE - MONTHS)
    for how in (["gc", "--quiet", "--prune=now"], ["reflog", "expire", "--all"], ["gc", "--quiet", "--prune=now"]):
        subprocess.run(["git", "-C", forge.repo("toy-alice"), *how], check=True)
    assert [push.commit for push in forge.pushes("toy-alice")] == [first, second]
    assert git(forge.fetch("toy-alice", tmp_path / "old", first), "rev-parse", MAIN) == first


def test_a_record_whose_beginning_was_taken_away_is_broken_and_no_record_of_fewer_pushes(forge, toy, tmp_path):
    forge.set_clock(NINE - MONTHS)
    bob = Clone(forge, open_repo(forge, toy, "toy-bob-b"), tmp_path / "bob")
    bob.write("one")
    assert bob.push().returncode == 0
    bob.write("two")
    assert bob.push(at=NINE).returncode == 0
    git(forge.repo("toy-bob-b"), "reflog", "expire", "--expire=2026-09-01", "refs/received/main")
    with pytest.raises(GitError, match="The record of pushes to main is broken"):
        forge.pushes("toy-bob-b")


# ---- The instructor's own git ----


def test_what_an_instructor_has_set_in_git_changes_no_build(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".config/git").mkdir(parents=True)
    (home / ".config/git/ignore").write_text("*.ipynb\n*.py\n")
    (home / ".config/git/attributes").write_text("* text eol=crlf\n")
    (home / ".gitconfig").write_text("[commit]\ngpgsign = true\n[core]\nautocrlf = true\n[init]\ndefaultBranch = odd\n")
    commits = []
    for name, variables in (("plain", {}), ("theirs", {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index"})):
        repo = tmp_path / name
        repo.mkdir()
        (repo / "nb1.ipynb").write_text("{}\n")
        (repo / "nb1.py").write_bytes(b"a\r\nb\n")
        with monkeypatch.context() as patch:
            for variable, value in variables.items():
                patch.setenv(variable, value)
            patch.setenv("HOME", str(home if variables else tmp_path))
            patch.setenv("XDG_CONFIG_HOME", str(home / ".config" if variables else tmp_path))
            building._commit(repo, "starter")
            assert building.is_a_build(repo)
        commits.append(git(repo, "rev-parse", "HEAD"))
        assert git(repo, "ls-tree", "--name-only", "HEAD").split() == ["nb1.ipynb", "nb1.py"]
    assert commits[0] == commits[1]


# ---- Names and disks ----


@pytest.mark.parametrize("name", ["Übung ∂.md", "mit Leerzeichen/レポート.txt", ":(top)x.md", "*.md"])
def test_any_name_arrives_in_a_fix_and_in_a_collection(forge, toy, alice, tmp_path, name):
    new = shutil.copytree(toy, tmp_path / "new")
    (new / name).parent.mkdir(exist_ok=True)
    (new / name).write_text("new")
    git(new, "add", "--all")
    git(new, "commit", "--quiet", "--message", "a fix")
    alice.write("mine", f"own {name.replace('/', ' ')}")
    assert alice.push().returncode == 0
    starter = Starter.read(partial(call, new), git(new, "rev-parse", "HEAD"))
    assert name in update(forge, "toy-alice", new, starter, publish=True).brought.changes
    repo = forge.repo("toy-alice")
    assert content(repo, "refs/heads/starter-update", name) == b"new"
    assert snapshot(repo, "refs/heads/starter-update", tmp_path / "out") == []
    assert (tmp_path / "out" / name).read_text() == "new"
    assert (tmp_path / "out" / f"own {name.replace('/', ' ')}").read_text() == "mine"


def test_a_full_disk_ends_a_plan_at_once_and_git_s_own_word_for_it_counts(tmp_path, monkeypatch, capsys):
    full = tmp_path / "git"
    full.write_text("#!/bin/sh\necho 'fatal: write error: No space left on device' >&2\nexit 128\n")
    full.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    done = []
    steps = [Step("one", lambda: done.append(git(tmp_path, "gc"))), Step("two", lambda: done.append("two"))]
    with pytest.raises(OSError, match="No space left on device"):
        carry_out(steps, apply=True)
    assert done == [] and "[2/2]" not in capsys.readouterr().out


def test_a_score_that_a_power_cut_has_emptied_stops_no_wall(forge, alice, toy):
    commit = alice.write("one")
    alice.push()
    kept = forge.run_folder("toy-alice", commit) / "artifact"
    kept.mkdir(parents=True)
    (kept / "scores.json").write_text("")
    (kept.parent / "statuses.json").write_text("")
    found = read_class(forge, SLUG, [ALICE, BOB], toy / "autograding/assignment.json", NINE, NINE + MONTHS)
    assert [one.state for one in found.students] == ["grading", "no repository"]
