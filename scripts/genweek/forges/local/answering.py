"""What a push says in the terminal of who pushed, and what its author can fetch later.

A hook talks for as long as it runs, so the push waits a little for its score. Nothing depends on that: who presses
Ctrl-C has pushed, and is graded all the same.
"""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from autograding.reports.last import AGAIN, RESULTS
from autograding.reports.reading import read_scores
from autograding.reports.scorecard import STATUSES, Assignment, ScoreCard

from ..forge import ForgeError, Status
from ..git import GitError, git

if TYPE_CHECKING:
    from .local_forge import LocalForge

LARGEST = 4 * 2**20  # bytes of a scores.json that can be fetched
PAUSE = 0.2  # seconds between two looks
LONGEST = 500  # characters of a sentence


def keep(forge: "LocalForge", name: str, commit: str, status: Status) -> None:
    """Let it be fetched from the repository (see `autograding.reports.last`)."""
    path = forge.scores(name, commit) if status.state != "pending" else None
    scores = json.loads(path.read_text(encoding="utf-8")) if path and path.stat().st_size < LARGEST else None
    facts = {"commit": commit, "state": status.state, "description": status.description, "scores": scores}
    facts["time"] = status.time and status.time.isoformat()
    with suppress(GitError, ForgeError):  # the status stands all the same: a broken repository has one, too
        repo = forge.repo(name)
        blob = git(repo, "hash-object", "-w", "--stdin", given=json.dumps(facts, ensure_ascii=False))
        git(repo, "update-ref", RESULTS + commit, blob)


def answer(forge: "LocalForge", name: str, pushed: Sequence[tuple[str, str]], patience: float) -> None:
    """Say what became of each branch and commit, as soon as it is known. patience: seconds for all of them."""
    end = time.monotonic() + patience
    for branch, commit in pushed:
        while (status := forge.status(name, commit)) and status.state == "pending" and time.monotonic() < end:
            time.sleep(PAUSE)
        said = status.description if status else "not graded"
        if status and status.state == "pending":
            said = f"{said}. It goes on by itself; see the result later: {AGAIN}"
        say(f"{branch} {commit[:7]}: {said}")
        if path := forge.scores(name, commit):
            card = read_scores(path, Assignment(), commit)
            say(*_first_sentence(card), *([] if card.complete else [f"All of it: {AGAIN}"]))


def _first_sentence(card: ScoreCard) -> list[str]:
    """What a tutor would say first; nothing where only the untouched starter is left."""
    for task in card.tasks:
        missed = [] if task.untouched or task.extension else [outcome for outcome in task.outcomes if not outcome.passed]
        named = next((outcome.mistake for outcome in missed if outcome.mistake), "")
        for outcome in missed:
            return [f"{task.id}: {named or f'{outcome.title} ({STATUSES[outcome.status][1]})'}"[:LONGEST]]
    return []


def say(*lines: str) -> None:
    with suppress(BrokenPipeError):  # the student has gone
        for line in lines:
            print(line, flush=True)
