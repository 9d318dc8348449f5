"""Grades a push as the steps of `classroom.yml` would, with the instructor's own copy of everything but the notebooks.

The grader, the tests and the recorded answers are the template's; student code runs in the regrade's sandbox. The
student's own workflow, grader and tests are for GitHub's machines and their own: here nobody opens them.

Of an exam the grader is open: beside a student's code lie the paper and what belongs to it. So before the student's sitting
begins, by the server's clock, no code of theirs runs: a push says what it says in a repository that is still locked.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograding.judge.assignment import Assignment
from autograding.judge.scores import nothing_yet
from autograding.reports.escape import one_line
from autograding.reports.reading import read_assignment, read_scores
from autograding.reports.receivers.status import payload
from autograding.whole import rename_whole

from ...regrading.lanes import Lane
from ...regrading.results import folder_of, read_scores as scores_in, save
from ...regrading.submissions import Submission
from ..forge import ForgeError, Status
from ..git import GitError
from ..snapshot import snapshot
from .limits import GRADING
from .local_forge import LocalForge

FIRST_LANE = 100  # a regrade on this machine may be using the numbers from 1 on
REPORT_LIMIT = 60  # seconds
RESERVED = (".commit", "scores.json")


def grade(forge: LocalForge, name: str, commit: str, number: int = 1) -> Status:
    """Grade one commit; the status that stands beside it afterwards. An unfinished run can be repeated.

    number: tells apart what is graded at the same time.
    """
    try:
        with grader(forge, name, number) as one:
            return one.grade(name, commit)
    except (ForgeError, OSError, KeyError, ValueError) as error:
        return _failed(forge, name, commit, error)


@contextmanager
def grader(forge: LocalForge, name: str, number: int = 1) -> Iterator["Grader"]:
    """What grades the pushes to the repository `name`, and those of the same template."""
    template = forge.template(name)
    if template is None:
        raise ForgeError(f"{name} was made from no template, so nothing grades its pushes.")
    with tempfile.TemporaryDirectory(prefix="genweek-") as scratch:
        made = Grader(forge, forge.grader(template), Path(scratch), number)
        try:
            yield made
        finally:
            made.lane.close()


class Grader:
    """One lane of a regrade, on the questions that students know."""

    def __init__(self, forge: LocalForge, built: Path, scratch: Path, number: int):
        scratch.chmod(0o755)  # the user inside the sandbox reads what is staged here
        self.forge, self.built, self.scratch = forge, built, scratch
        assignment = Assignment.load(built / "autograding")
        self.lane = Lane(FIRST_LANE + number, built, assignment, assignment.recording, scratch / "out", scratch)

    def grade(self, name: str, commit: str) -> Status:
        """The forge keeps what the run leaves: log.txt, summary.md and the artifact."""
        self.forge.set_status(name, commit, Status("pending", GRADING))
        folder = self.scratch / "submissions" / name
        try:
            hours = self.forge.hours(name)
            if hours and hours.earliness(self.forge.now()):
                self._not_begun(name, commit)
            else:
                left_out = snapshot(self.forge.repo(name), commit, folder, RESERVED)
                (folder / ".commit").write_text(f"{commit}\n")
                self.lane.run(Submission(name, folder, warnings=left_out))
            status = self._keep(folder_of(self.lane.out, name), name, commit)
        except (GitError, OSError, subprocess.TimeoutExpired) as error:
            return _failed(self.forge, name, commit, error)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.forge.set_status(name, commit, status)
        return status

    def _not_begun(self, name: str, commit: str) -> None:
        facts = self.lane.assignment
        scores = nothing_yet(facts.slug, facts.max_score, commit) | {"status": "missing"}
        save(self.lane.out, Submission(name, self.scratch), scores, self.built)

    def _keep(self, made: Path, name: str, commit: str) -> Status:
        """Move what the lane made to the forge, with the log and the summary that the workflow would write."""
        kept = self.forge.run_folder(name, commit)
        part, whole = kept / ".artifact", kept / "artifact"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(made, part)
        for name_of_file in ("summary.md", "log.txt"):
            (kept / name_of_file).unlink(missing_ok=True)
        scores = scores_in(part)
        card = read_scores(part / "scores.json", read_assignment(self.built / "autograding" / "assignment.json"), commit)
        self._report(part / "scores.json", kept, commit)
        if scores["status"] == "failed":
            (part / "scores.json").unlink()  # nobody has these points
        shutil.rmtree(whole, ignore_errors=True)
        rename_whole(part, whole)
        if scores["status"] == "failed":
            return Status("error", f"Failed (look at it): {' '.join(scores['notes'])}")
        said = payload(card, (whole / "report.html").as_uri())
        return Status(said["state"] or "", said["description"] or "", target_url=said["target_url"])

    def _report(self, scores: Path, kept: Path, commit: str) -> None:
        """The step *Report the score*, of the template."""
        here = {"GITHUB_SHA": commit, "GITHUB_STEP_SUMMARY": str(kept / "summary.md"), "PYTHONUTF8": "1"}
        command = [sys.executable, "-B", "-m", "autograding.report", str(scores)]
        with (kept / "log.txt").open("wb") as log:
            subprocess.run(command, cwd=self.built, env=here, stdout=log, stderr=log, timeout=REPORT_LIMIT)


def _failed(forge: LocalForge, name: str, commit: str, error: Exception) -> Status:
    status = Status("error", f"Failed (look at it): {one_line(str(error))}")
    forge.set_status(name, commit, status)
    return status
