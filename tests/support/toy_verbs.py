"""The real verbs, with the toy in the place of an assignment of the course."""

import csv
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

import close
import collect
import dashboard
import generate
import give_back
import gradebook
import pytest
import regrade
import release_solutions
from classroom_examples import NINE, NOON, SLUG, answer

from autograding.judge import recording
from genweek import verbs
from genweek.course.course_file import Course
from genweek.course.day import Dates, Day


class ToyVerbs:
    """A classroom in a folder.

    built: the assignment as it is published and graded with. forge: where the repositories are. A test may replace both.
    said: what each verb printed, in order.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, built: Path):
        folder.chmod(0o755)
        self.folder, self.patch, self.built, self.said = folder, patch, built, []
        self.forge: Path | str = folder / "forge"
        schedule = Dates(release=NINE, due=NOON, solutions=NOON)
        facts = SimpleNamespace(schedule=schedule, kind="lab", sittings=[])
        day = SimpleNamespace(
            slug=SLUG,
            title="A toy",
            notebooks=["nb1_toy"],
            facts=facts,
            masters=built,
            starter=built / "autograding",
            unseen=None,
            place=SLUG,
            papers=[],
            paper="",
        )
        patch.setattr(Day, "load", lambda slug: day)
        patch.setattr(verbs, "known_slug", str)
        patch.setattr(generate, "build", lambda day, out, locked=False: self.built)
        patch.setattr(regrade, "build", lambda day, out: shutil.copytree(self.built, out / "repo"))
        patch.setattr(regrade, "record", lambda *_: recording.load(self.built / "autograding/recorded.json"))
        for script in (generate, regrade, release_solutions):
            patch.setattr(script, "refuse_stale", lambda day: None)  # nothing is made of this one
        patch.setattr(release_solutions.solutions, "solved_texts", lambda day: {"nb1_toy.py": answer(3)})
        for script in (gradebook, give_back):
            patch.setattr(script, "all_slugs", lambda: [SLUG])
            patch.setattr(script, "read_course", lambda: Course(weights={SLUG: 100}))

    def roster(self, *rows: str) -> None:
        (self.folder / "roster.csv").write_text("\n".join(["login,name,email,was,status", *rows]) + "\n")

    def run(self, script: ModuleType, *arguments: object) -> int:
        """Run a verb on this classroom, with its usual places."""
        out = self.folder / SLUG
        usual = {
            close: (SLUG,),
            collect: (SLUG,),
            dashboard: (SLUG, "--out", out / "dashboard.html"),
            generate: (SLUG,),
            release_solutions: (SLUG,),
            give_back: (SLUG,),
            regrade: (SLUG, out / "submissions", "--out", out / "grades", "--jobs", 1),
            gradebook: (),
        }[script]
        if script is not regrade:
            usual += ("--roster", self.folder / "roster.csv")
        if script not in (regrade, dashboard, close):
            usual += ("--work", self.folder)
        if script not in (regrade, gradebook):
            usual += ("--forge", self.forge)
        self.patch.setattr(sys, "argv", [script.__name__, *map(str, (*usual, *arguments))])
        text = StringIO()
        with redirect_stdout(text), redirect_stderr(text):
            code = script.main()
        self.said.append(text.getvalue())
        return code

    def table(self, path: str, key: str) -> dict[str, dict[str, str]]:
        with (self.folder / path).open(encoding="utf-8-sig", newline="") as file:
            return {row[key]: row for row in csv.DictReader(file)}

    @property
    def book(self) -> dict[str, dict[str, str]]:
        return self.table("gradebook/gradebook.csv", "login")
