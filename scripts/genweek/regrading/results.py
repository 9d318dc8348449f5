"""What a regrade leaves of one student: `scores.json`, the page, and every grade that stood there before."""

import os
from collections.abc import Iterable
from pathlib import Path

from autograding.judge.scores import write
from autograding.reports.reading import read_assignment, read_scores as read_card
from autograding.reports.receivers import html
from autograding.reports.scorecard import OfRecord
from autograding.whole import read_json, write_whole

from .submissions import Submission

SCORES, PAGE, HISTORY = "scores.json", "report.html", "history"


def folder_of(out: Path, student: str) -> Path:
    return out / "students" / student


def is_graded(out: Path, student: str) -> bool:
    """Whether there is a grade, be it that of a run that failed."""
    return (folder_of(out, student) / SCORES).is_file()


def read_scores(folder: Path) -> dict:
    """What `save` wrote into a student's folder."""
    return read_json(folder / SCORES, f"Remove {SCORES} there, and regrade with --resume.")


def save(out: Path, submission: Submission, scores: dict, repo: Path) -> None:
    """The page first, the scores last: where the scores stand, a submission is done."""
    folder = folder_of(out, submission.student)
    folder.mkdir(parents=True, exist_ok=True)
    for task in scores["tasks"] if submission.under else []:
        task["under"] = submission.under
    if submission.tasks and scores["status"] != "failed":
        scores = with_tasks(read_scores(folder), scores, submission.tasks)
    write(folder / "new.json", scores)
    card = read_card(folder / "new.json", read_assignment(repo / "autograding" / "assignment.json"))
    page = html.render(card, OfRecord(submission.student) if submission.under else None)
    write_whole(folder / PAGE, page, errors="replace")
    os.replace(folder / "new.json", folder / SCORES)


def with_tasks(earlier: dict, fresh: dict, ids: Iterable[str]) -> dict:
    """The earlier scores with some tasks as they are graded now."""
    new = {task["id"]: task for task in fresh["tasks"] if task["id"] in ids}
    tasks = [new.pop(task["id"], task) for task in earlier["tasks"]] + list(new.values())
    sums = {key: sum(task[key] for task in tasks) for key in ("score", "max_score")}
    return fresh | sums | {"tasks": tasks}


def under(scores: dict) -> list[str]:
    """The ids of the fingerprints that its tasks were graded under: more than one after a regrade of single tasks."""
    return sorted({task.get("under", "") for task in scores["tasks"]})


def keep(out: Path, student: str) -> None:
    """Copy the grade that stands there to its history: it is about to be replaced. Doing it twice keeps it once."""
    folder = folder_of(out, student)
    kept = _history(folder)
    if not is_graded(out, student) or (kept and kept[-1].read_bytes() == (folder / SCORES).read_bytes()):
        return
    (folder / HISTORY).mkdir(exist_ok=True)
    write_whole(folder / HISTORY / f"{len(kept) + 1}.json", (folder / SCORES).read_bytes())


def history(folder: Path) -> list[dict]:
    """Every grade of a student that stood there before, the oldest first."""
    return [read_json(path, "Remove it: it is an earlier grade, kept for comparison.") for path in _history(folder)]


def _history(folder: Path) -> list[Path]:
    return sorted((folder / HISTORY).glob("[0-9]*.json"), key=lambda path: int(path.stem))
