"""The classroom's scripts as an instructor meets them: an example in the help, a sentence for what is wrong."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from genweek import verbs
from genweek.forges import git as forge_git
from genweek.regrading import sandbox

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
VERBS = ["generate", "collect", "gradebook", "dashboard", "release_solutions"]


def run(verb: str, *arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, SCRIPTS / f"{verb}.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example(verb):
    assert f"scripts/{verb}.py" in run(verb, "--help").stdout


@pytest.mark.parametrize("verb", ["collect", "dashboard", "release_solutions"])
def test_a_forge_that_is_not_there_is_a_sentence_with_what_to_do(verb, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nzoe,Zoe,zoe@uni.example\n")
    done = run(verb, "day1_vae", "--roster", roster, "--forge", tmp_path / "none")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{verb}: There is no forge in")
    assert "scripts/generate.py" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_wrong_roster_stops_everything_before_it_begins(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,email\nzoe,Zoe,zoe@uni.example\nzoe,Zoe,other@uni.example\n")
    done = run("generate", "day1_vae", "--roster", roster, "--forge", tmp_path / "forge", "--apply")
    assert done.returncode == 1
    assert "line 3: the login 'zoe' stands on line 2 already" in done.stderr
    assert not (tmp_path / "forge").exists()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("available", lambda: False), "It could read your files"),
        (("command", lambda *_: ["false"]), "pushes cannot be graded. bubblewrap is installed, but makes no sandbox here"),
    ],
)
def test_without_a_sandbox_one_warning_says_what_follows(tmp_path, monkeypatch, capsys, broken, said):
    monkeypatch.setattr(sandbox, "available", lambda: True)
    monkeypatch.setattr(sandbox, *broken)
    verbs.open_forge(Namespace(forge=tmp_path / "forge", apply=True), may_make=True)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("said", ["git version 2.31.8", "git version 1.9.1 (Apple Git-50)"])
def test_a_git_that_is_too_old_is_a_sentence(monkeypatch, said):
    monkeypatch.setattr(forge_git, "git", lambda *_: said)
    forge_git.check.cache_clear()
    with pytest.raises(forge_git.GitError, match="genweek needs git 2.32 or newer"):
        forge_git.check()


def test_a_git_that_is_missing_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(forge_git.GitError, match="git is not installed"):
        forge_git.git(tmp_path, "status")
