"""What the grader knows of an assignment: a folder with `assignment.json`, the tests and the recorded answers."""

import importlib.util
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType

from ..task import Test, tests_of, title_of
from . import recording

HERE = Path(__file__).resolve().parent.parent  # autograding/, which holds what belongs to one assignment


@dataclass(frozen=True)
class Assignment:
    """Read from the folder of the grader in a built repository.

    starters: for each notebook's stem, the source of each exercise as it was handed out.
    declared: for each test, `id`, `name`, `title` and `points`: the maximum stands before anything runs. One that
    `leans` can be passed without computing the answer (see `scores`).
    handed_out: for each stem, the digests of the starter's other statements (see `reading.slicing.HandedOut`).
    kind: `lab`, `rehearsal`, or `exam`, whose provided tests are shown as they are; its regrade alone gives points.
    unseen: the folder of the tests that are in no repository, where an exam is graded with them (see `of_record`).
    later: the points of these tests, as long as it is graded without them.
    """

    slug: str
    title: str
    starters: Mapping[str, Mapping[str, str]]
    declared: tuple[Mapping, ...]
    tests_folder: Path
    handed_out: Mapping[str, Mapping] = field(default_factory=dict)
    kind: str = "lab"
    unseen: Path | None = None
    later: int = 0

    @classmethod
    def load(cls, folder: Path = HERE) -> "Assignment":
        facts = json.loads((folder / "assignment.json").read_text(encoding="utf-8"))
        return cls(
            slug=facts["assignment"],
            title=facts["title"],
            starters=facts["starters"],
            declared=tuple(facts["tests"]),
            tests_folder=folder / "tests",
            handed_out=facts.get("handed_out", {}),
            kind=facts.get("kind", "lab"),
            later=facts.get("later", 0),
        )

    @property
    def max_score(self) -> int:
        return sum(test["points"] for test in self.declared)

    @property
    def task_ids(self) -> list[str]:
        return list(dict.fromkeys(test["id"] for test in self.declared))

    def stem_of(self, task_id: str) -> str:
        """The notebook of a task: `nb1.kl_divergence` stands in `nb1_vanilla_vae`."""
        prefix = task_id.partition(".")[0] + "_"
        return next(stem for stem in self.starters if stem.startswith(prefix))

    def selected(self, asked: Iterable[str]) -> list[str]:
        """The task ids that are asked for by id or by notebook (`nb1`); all when nothing is. Raises KeyError."""
        chosen = []
        for word in asked:
            fitting = [id for id in self.task_ids if id == word or id.startswith(word + ".")]
            if not fitting:
                raise KeyError(f"There is no task {word!r}. The tasks are: {', '.join(self.task_ids)}.")
            chosen += fitting
        return chosen or self.task_ids

    @cached_property
    def tests(self) -> list[Test]:
        """All tests, imported; those of one task together (for why, see `Host`: unseen)."""
        folders = [self.tests_folder, *([self.unseen] if self.unseen else [])]
        found = [test for folder in folders for test in tests_in(folder, self.starters)]
        tasks = list(dict.fromkeys(test.task.id for test in found))
        return sorted(found, key=lambda test: tasks.index(test.task.id))

    def of_record(self, unseen: Path | None) -> "Assignment":
        """An exam as it is graded in the end: with the tests that nobody has seen. A lab has none, and is as it is.

        What was provided can be passed without the answer; it counts once an unseen test of its task passes.
        """
        if unseen is None:
            return self
        provided = [{**test, "leans": True} for test in self.declared]
        declared = (*provided, *declared_by(tests_in(unseen, self.starters)))
        return replace(self, declared=declared, unseen=unseen, later=0)

    @property
    def locked(self) -> Path:
        """The folder of its checkpoints."""
        return self.tests_folder.parent.parent / "genlab" / "locked"

    @cached_property
    def recording(self) -> recording.Recording:
        """The recorded answers on the public seed."""
        return recording.load(self.tests_folder.parent / "recorded.json")


def tests_in(folder: Path, stems: Iterable[str]) -> list[Test]:
    """The tests of some notebooks, in order: those of `nb1_vanilla_vae` stand in `test_nb1_vanilla_vae.py`."""
    return [test for stem in stems for test in tests_of(_imported(folder / f"test_{stem}.py"))]


def declared_by(tests: Iterable[Test]) -> list[dict]:
    """The facts of tests as they stand in `assignment.json`."""
    return [
        {"id": test.task.id, "name": test.__name__, "title": title_of(test), "points": test.task.points}
        | ({"leans": True} if test.task.leans else {})
        for test in tests
    ]


def _imported(path: Path) -> ModuleType:
    name = f"{path.parent.name}_{path.stem}"  # an exam has two files of one stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that `inspect` finds the source of a probe
    spec.loader.exec_module(module)
    return module
