"""A folder of submissions, and the real script on it; only the assignment is a small one."""

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import regrade as script
from attacks.arena import SOLVED, STEM, Arena

from genweek.regrading import grades


class Course:
    """repo, masters, recording: what is graded with, which a test may repair. recorded: how often a recording was made."""

    def __init__(self, folder: Path, arena: Arena):
        self.arena, self.handed_in, self.out = arena, folder / "submissions", folder / "grades"
        self.repo, self.masters = Path(shutil.copytree(arena.repo, folder / "built")), folder / "masters"
        self.recording, self.recorded = arena.recording, 0
        self.handed_in.mkdir()
        self.masters.mkdir()

    def replace(self, monkeypatch) -> None:
        """Put the small assignment in the place of a day of the course."""
        day = SimpleNamespace(
            slug="target", notebooks=[STEM], masters=self.masters, unseen=None, place="target", papers=[], paper=""
        )
        monkeypatch.setattr(script.Day, "load", lambda slug: day)
        monkeypatch.setattr(script.verbs, "known_slug", str)
        monkeypatch.setattr(script, "build", lambda day, out: shutil.copytree(self.repo, out / "repo"))
        monkeypatch.setattr(script, "refuse_stale", lambda day: None)  # nothing is made from these masters
        monkeypatch.setattr(script, "record", self._record)
        monkeypatch.setattr(sys, "argv", [])

    def _record(self, *_):
        self.recorded += 1
        return self.recording

    def hand_in(self, name: str, text: str = SOLVED, file: str = f"{STEM}.py") -> Path:
        folder = self.handed_in / name
        folder.mkdir()
        (folder / file).write_text(text)
        return folder

    def run(self, *options: str, out: Path | None = None) -> dict[str, dict]:
        """The rows of grades.csv by student."""
        out = out or self.out
        arguments = [] if "--merge" in options else [str(self.handed_in)]
        sys.argv = ["regrade.py", "target", *arguments, "--out", str(out), "--jobs", "2", *options]
        end = script.main()
        rows = {row["student"]: row for row in grades.read_rows(out / "grades.csv")}
        assert end == any(row["status"] == "failed" for row in rows.values())
        return rows

    def stay_warm(self, monkeypatch) -> None:
        """Grade in the arena's own lane: how lanes are started and lost is the subject of other tests."""
        lane = self.arena.lane

        def regrade(submissions, jobs, repo, assignment, recording, out, scratch, sandboxed):
            for name, value in (("repo", repo), ("assignment", assignment), ("recording", recording), ("out", out)):
                monkeypatch.setattr(lane, name, value)
            for submission in submissions:
                lane.run(submission)
                yield submission.student

        monkeypatch.setattr(script, "regrade", regrade)

    def scores(self, student: str) -> Path:
        return self.out / "students" / student / "scores.json"


def notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text}]})
