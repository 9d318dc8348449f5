"""A fake GitHub with one student's repository, and a client of its API without any library."""

from datetime import UTC, datetime

import pytest
from fake_github import FakeGitHub
from github_client import Client, commit

from genweek.forges.git import git

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def github(tmp_path):
    with FakeGitHub(folder=tmp_path) as github:
        github.clock.set(NINE)
        yield github


@pytest.fixture
def api(github) -> Client:
    return Client(github.url, github.token)


@pytest.fixture
def source(tmp_path):
    """A folder with a commit."""
    folder = tmp_path / "source"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "the task")
    return folder


@pytest.fixture
def alice(github):
    return github.student("Alice")


@pytest.fixture
def repo(github, api, source, alice) -> str:
    """Alice's repository, from the template, with its content."""
    github.template("toy", source)
    api("POST", "/repos/gen-models/toy/generate", {"owner": "gen-models", "name": "toy-Alice", "private": True}, 201)
    api("PUT", "/repos/gen-models/toy-alice/collaborators/alice", {"permission": "push"}, 204)
    for _ in range(3):
        api.ask("GET", "/repos/gen-models/toy-alice/branches/main")
    return "toy-Alice"


@pytest.fixture
def clone(alice, repo, tmp_path):
    """Alice's working copy."""
    folder = tmp_path / "alice"
    git(tmp_path, "clone", "--quiet", alice.url(repo), folder.name)
    return folder
