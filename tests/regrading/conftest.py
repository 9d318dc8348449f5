"""One arena for all tests of the regrade, and a course in it for each."""

import pytest
from attacks.arena import Arena
from regrade_course import Course


@pytest.fixture(scope="session")
def arena(tmp_path_factory):
    arena = Arena(tmp_path_factory.mktemp("arena"))
    yield arena
    arena.close()


@pytest.fixture
def course(arena, tmp_path, monkeypatch) -> Course:
    tmp_path.chmod(0o755)
    course = Course(tmp_path, arena)
    course.replace(monkeypatch)
    return course


@pytest.fixture
def warm(course, monkeypatch) -> None:
    course.stay_warm(monkeypatch)
