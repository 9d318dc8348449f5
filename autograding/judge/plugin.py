"""pytest runs the tests, and the session judges them: fixtures, selection, and `scores.json` at the end.

`python -m autograding` and plain `pytest` both come through here.
"""

from pathlib import Path

import pytest

from ..reading.folder import Texts, is_notebook, read_folder
from .assignment import HERE, Assignment
from .processes import worker_pool
from .scores import commit_of, scores_of, write
from .session import Session
from .survivors import adopt, children, end_all


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograding")
    group.addoption("--task", action="append", default=[], help="grade this task or notebook only, e.g. nb1.sample_z")
    group.addoption("--work", type=Path, default=HERE.parent, help="the folder that holds the notebooks")
    group.addoption("--live", type=Path, help="cells as they were run, in the place of the saved notebooks")
    group.addoption("--json", type=Path, help="where to write the scores (default: scores.json)")


def pytest_configure(config: pytest.Config) -> None:
    if (HERE / "assignment.json").exists():  # else: the template's own tests, which judge nobody
        config.pluginmanager.register(Judge(config), "autograding-judge")


class Judge:
    def __init__(self, config: pytest.Config):
        self.config = config
        self.folder = Path(config.getoption("--work") or HERE.parent)
        self.assignment = Assignment.load()
        self.chosen = set(self.assignment.selected(config.getoption("--task") or []))
        adopt()
        self.before = children()  # whoever was there is none of a submission's
        self.pool = worker_pool([self.folder])  # imports torch in the background while pytest collects
        texts, warnings = read_folder(self.folder, self.assignment.starters)
        if live := config.getoption("--live"):
            put_in_place(live, texts)
        handed_in = any(is_notebook(place) for halves in texts.values() for place in halves)
        self.begun = handed_in or self.assignment.kind == "lab"
        self.session = Session(self.assignment, texts, self.pool, self.assignment.recording)
        self.session.warnings += warnings

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        tasks = {item: getattr(getattr(item, "obj", None), "task", None) for item in items}
        items[:] = [item for item, task in tasks.items() if task is None or task.id in self.chosen]

    @pytest.fixture
    def student(self):
        """The student's notebook, in its worker (filled in by the session)."""

    @pytest.fixture
    def reference(self):
        """The teacher's answers (filled in by the session)."""

    @pytest.fixture
    def rng(self):
        """Inputs, the same on every machine (filled in by the session)."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if not hasattr(pyfuncitem.obj, "task"):
            return None
        result = self.session.run(pyfuncitem.obj)
        if result.status != "pass":
            pytest.fail(f"[{result.task.id}] {result.title}\n{result.message}", pytrace=False)
        return True

    def pytest_sessionfinish(self) -> None:
        self.session.close()
        self.pool.close()
        end_all(but=self.before)
        partial = len(self.chosen) < len(self.assignment.task_ids)
        absent = ("todo", "Not run: other tasks were asked for.") if partial else ("error", "This test did not report.")
        commit, shown = commit_of(self.folder), self.assignment.kind == "exam"
        warnings, results = self.session.warnings, self.session.results
        scores = scores_of(self.assignment, results, warnings, commit, absent, as_they_are=shown, begun=self.begun)
        write(self.config.getoption("--json") or self.folder / "scores.json", scores)

    def pytest_terminal_summary(self, terminalreporter) -> None:
        for sentence in {result.mistake: result.task.id for result in self.session.results if result.mistake}.items():
            terminalreporter.write_line(f"{sentence[1]}: {sentence[0]}")
        terminalreporter.write_line("The whole table: python -m autograding")


def put_in_place(live: Path, texts: Texts) -> None:
    """Cells as they were run (`judge.live`) in the place of the saved notebooks, and of copies of these."""
    for path in live.glob("*.ipynb"):
        of_stem = texts[path.stem]
        for place in [place for place in of_stem if ".ipynb" in place.lower()]:
            del of_stem[place]
        of_stem[".ipynb"] = path.read_text(encoding="utf-8")
