"""Each test here runs on every kind of forge."""

import pytest
from places import Clone, Place, place  # noqa: F401 - a fixture


@pytest.fixture
def forge(place: Place):  # noqa: F811
    return place.forge


@pytest.fixture
def alice(place: Place, toy, tmp_path) -> Clone:  # noqa: F811
    """Her working copy of the toy assignment."""
    return Clone(place, place.open_repo(toy), tmp_path / "alice")
