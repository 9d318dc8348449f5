"""Who we are at GitHub: where the token comes from, and where it never goes."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from classroom_examples import SLUG

from genweek import verbs
from genweek.forges import choosing
from genweek.forges.forge import ForgeError
from genweek.forges.git import GitError
from genweek.forges.github.github_forge import GitHubForge

NAME = "toy-alice"


def test_the_token_stands_in_no_address_no_argument_and_no_message(place, alice, toy, tmp_path, monkeypatch, capfd):
    seen, run = [], subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **options: seen.append(command) or run(command, **options))
    forge, token = place.reopened(), place.github.token
    forge.publish(NAME, toy, "HEAD", "solutions")
    forge.fetch(NAME, tmp_path / "one", "refs/heads/main")
    said = [forge.url(NAME), forge.clone_url(NAME), str(forge), repr(forge), *map(str, seen)]
    for broken in (
        lambda: forge.fetch(NAME, tmp_path / "two", "refs/heads/none"),
        lambda: forge.grant(NAME, "zoe", "write"),
    ):
        with pytest.raises((ForgeError, GitError)) as error:
            broken()
        said.append(str(error.value))
    said += [*capfd.readouterr(), *(path.read_text() for path in place.kept.rglob("*") if path.is_file())]
    assert len(seen) > 3 and not [text for text in said if token in text]


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GH_TOKEN"])
def test_a_token_of_the_environment_is_taken(place, alice, monkeypatch, name):
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv(name, place.github.token)
    assert place.reopened().repos() == [SLUG, NAME]


def test_what_gh_has_kept_is_taken(place, alice, monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_TOKEN")
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(f'#!/bin/sh\n[ "$*" = "auth token --hostname 127.0.0.1" ] && echo {place.github.token}\n')
    gh.chmod(0o755)
    monkeypatch.setenv("PATH", str(gh.parent), prepend=":")
    assert place.reopened().repos() == [SLUG, NAME]


def test_without_one_the_sentence_says_how_to_get_one(place, monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ForgeError, match="Nobody has said who you are at GitHub. Set GITHUB_TOKEN, or log in once with `gh"):
        place.reopened()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GITHUB_APP_ID": "abc"}, "GITHUB_APP_ID is 'abc', and should be the number on the App's page"),
        ({"GITHUB_APP_ID": "12"}, "GITHUB_APP_KEY_FILE names no file: the App's private key"),
        ({"GITHUB_TOKEN": "ghp_wrong"}, "GitHub does not know this token: it is wrong, or has expired"),
        ({"GITHUB_TOKEN": "x", "GITHUB_API_URL": "http://github.uni.example"}, "everybody on the way could read the token"),
    ],
)
def test_what_cannot_work_is_a_sentence(place, monkeypatch, variables, said):
    monkeypatch.delenv("GITHUB_TOKEN")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ForgeError, match=said):
        place.reopened().refuse_missing()


def test_a_server_that_does_not_answer_is_a_sentence(place, monkeypatch):
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    with pytest.raises(ForgeError, match="GitHub does not answer: .*refused"):
        place.reopened().refuse_missing()


def test_an_organisation_that_is_not_there_is_a_sentence(place):
    with pytest.raises(ForgeError, match="GitHub has no organisation nowhere, or your token cannot see it"):
        GitHubForge("nowhere", place.kept).refuse_missing()


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "a" * 40])
def test_a_name_that_no_organisation_has_is_a_sentence(tmp_path, name):
    with pytest.raises(ForgeError, match="is no name of an organisation. Write it as github:my-course-2026"):
        choosing.forge_at(f"github:{name}", tmp_path)


def test_only_this_forge_needs_pygithub(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("genweek.forges.github")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "github", None)
    with pytest.raises(ForgeError, match=r"github:acme needs PyGithub, which is not installed: .*pip install '.\[github\]'"):
        choosing.forge_at("github:acme", tmp_path)
    assert choosing.forge_at(tmp_path, tmp_path).folder == tmp_path


def test_verbs_take_the_forge_of_the_command_line_or_of_the_course(place, alice, monkeypatch, tmp_path):
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    asked = verbs.open_forge(Namespace(forge="github:gen-models"))
    assert str(asked) == "github:gen-models" and asked.repos() == [SLUG, NAME]
    for said, kind in (("github:gen-models", "github:gen-models"), ("", str(tmp_path / "forge"))):
        monkeypatch.setattr(verbs, "read_course", lambda said=said: Namespace(forge=said))
        assert str(verbs.open_forge(Namespace(forge=None), may_make=True)) == kind


def test_a_server_for_a_folder_serves_no_organisation(place, monkeypatch, tmp_path):
    monkeypatch.setattr(verbs, "CLASSROOM", tmp_path)
    with pytest.raises(ForgeError, match="github:gen-models has a server of its own"):
        verbs.open_folder(Namespace(forge="github:gen-models"))


def test_what_is_kept_is_for_our_eyes_alone(place, alice):
    alice.push()
    place.forge.pushes(NAME)
    assert place.kept.stat().st_mode & 0o077 == 0 and Path(place.kept / "activity").is_dir()
