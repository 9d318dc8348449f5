"""What tests share: warm workers, a tiny assignment, day 1 as a student gets it; and a small classroom."""

import ast
import os
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import classroom_examples
import pytest
import tiny_assignment
from classroom_examples import Clone, new_forge, open_repo
from tiny_notebooks import STEM, solved
from together import Together

from autograding.judge.assignment import Assignment, declared_by
from autograding.judge.host import Host
from autograding.judge.processes import worker_pool
from autograding.judge.reference import Recorder
from autograding.judge.scores import scores_of
from autograding.judge.session import Session
from autograding.judge.student import Student
from autograding.task import tests_of
from genweek.course.day import Day
from genweek.making.building import build
from genweek.making.masters import Master

ROOT = Path(__file__).resolve().parent.parent


def pytest_xdist_make_scheduler(config, log):
    """Which tests stay together when they run on all cores: see tests/support/together.py."""
    return Together(config, log)


def pytest_collection_modifyitems(items):
    """The slow ones first: at the end a core that is done waits for the other."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def course_secret():
    """Tests use a secret of their own, and make none in the course's folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENWEEK_SECRET", "the secret of the tests")
        yield


@pytest.fixture(scope="session")
def pool():
    """Warm workers; torch is imported once for all tests."""
    pool = worker_pool([ROOT / "assignments" / "common"])
    yield pool
    pool.close()


class Graded:
    """What the judge says of one submission."""

    def __init__(self, scores: dict):
        self.score, self.max_score, self.warnings = scores["score"], scores["max_score"], scores["warnings"]
        self.tests = {test["name"]: test for task in scores["tasks"] for test in task["tests"]}
        self.lost = {task["id"] for task in scores["tasks"] if task["score"] < task["max_score"]}
        self._by_task = {task["id"]: task["tests"] for task in scores["tasks"]}

    def statuses(self, task_id: str) -> list[str]:
        return [test["status"] for test in self._by_task[task_id]]

    def message(self, task_id: str) -> str:
        """What the first failed test of a task says."""
        return next(test["message"] for test in self._by_task[task_id] if test["status"] != "pass")

    def costs_only(self, task_id: str, *words: str) -> None:
        """The points of one task are lost, the maximum stands, and each failed test has a message with these words."""
        assert self.max_score == 100
        assert self.lost == {task_id}, {id: self.message(id) for id in self.lost}
        for test in self.tests.values():
            assert test["status"] == "pass" or all(word in test["message"] for word in words), test["message"]


class Tiny:
    """Grades submissions of the tiny assignment."""

    def __init__(self, pool):
        self.pool, self.tests = pool, tests_of(tiny_assignment)
        starters = {
            STEM: {
                node.name: ast.unparse(node) for node in ast.parse(tiny_assignment.starter()).body if hasattr(node, "name")
            }
        }
        self.assignment = Assignment("tiny", "Tiny", starters, tuple(declared_by(self.tests)), Path(__file__).parent)

    @cached_property
    def recording(self) -> dict:
        """The master's answers."""
        recording = {"seed": "tests", "answers": {}, "mistakes": {}}
        texts = {".py": tiny_assignment.MASTER}
        host = Host(self.pool, {STEM: {"starter": self.assignment.starters[STEM], "texts": texts}})

        def live(stem: str, scope: str, seed: int) -> Recorder:
            return Recorder(Student(host, stem, scope, seed, graded=""), recording["answers"].setdefault(scope, []))

        assert all(result.status == "pass" for result in self.run(texts, recording, live).results)
        host.close()
        return recording

    def run(self, texts: dict, recording: dict, reference=None, limit: float = 10.0, only: str = "") -> Session:
        session = Session(self.assignment, {STEM: texts}, self.pool, recording, reference)
        session.host.limit = limit
        for test in self.tests:
            if test.task.id.startswith(only):
                session.run(test)
        session.close()
        return session

    def grade(self, py: str | None = None, ipynb: str | None = None, limit: float = 10.0, only: str = "") -> Graded:
        texts = {suffix: text for suffix, text in ((".py", py), (".ipynb", ipynb)) if text is not None}
        session = self.run(texts, self.recording, limit=limit, only=only)
        return Graded(scores_of(self.assignment, session.results, session.warnings, "0" * 40))

    def with_scale(self, source: str, **options) -> Graded:
        """The solved notebook with this in the place of `def scale`."""
        return self.grade(solved(source), **options)


@pytest.fixture(scope="session")
def tiny(pool) -> Tiny:
    return Tiny(pool)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The repository of day 1, from the committed starter. Copy it before changing it: see `repo`."""
    return build(Day.load("day1_vae"), tmp_path_factory.mktemp("built"))


@pytest.fixture
def repo(built, tmp_path) -> Path:
    """A fresh copy of the repository of day 1."""
    return Path(shutil.copytree(built, tmp_path / "day1", ignore=shutil.ignore_patterns(".git", "mnist5k.npz")))


@pytest.fixture
def python(repo):
    """Runs Python in the repository, as a student would."""

    def python(*arguments: str) -> subprocess.CompletedProcess:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GITHUB"))}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=repo,
            env=environment | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return python


@pytest.fixture(scope="session")
def nb1():
    """The master of NB1."""
    return Master(Day.load("day1_vae").masters / "nb1_vanilla_vae.py")


# ---- A classroom (see classroom_examples) ----


@pytest.fixture
def forge(tmp_path):
    return new_forge(tmp_path)


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> Path:
    """The built toy assignment."""
    return classroom_examples.build(tmp_path_factory.mktemp("assignment") / "toy")


@pytest.fixture
def alice(forge, toy, tmp_path) -> Clone:
    """Her working copy of the toy assignment."""
    return Clone(forge, open_repo(forge, toy), tmp_path / "alice")
