"""A forge at a fake GitHub: what only GitHub has."""

import pytest
from places import Clone, GitHubPlace, on_github


@pytest.fixture
def place(tmp_path, monkeypatch):
    with on_github(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def forge(place: GitHubPlace):
    return place.forge


@pytest.fixture
def alice(place: GitHubPlace, toy, tmp_path) -> Clone:
    return Clone(place, place.open_repo(toy), tmp_path / "alice")
