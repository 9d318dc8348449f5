"""The score of one commit, as every report sees it. `reading` makes it from a file and answers for what it holds."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

# status: (mark, the word a student reads)
STATUSES = {
    "pass": ("✓", "passed"),
    "fail": ("✗", "not yet"),
    "error": ("!", "error"),
    "timeout": ("◷", "timed out"),
    "todo": ("○", "to do"),
}
COMMAND = "python -m autograding"


@dataclass(frozen=True)
class Assignment:
    """What the assignment says of itself, in `autograding/assignment.json`."""

    slug: str = "assignment"
    title: str = ""
    max_score: int = 0  # 0: it does not say


@dataclass(frozen=True)
class Outcome:
    """One test: `status` is a key of STATUSES, `title` the sentence it proves, `mistake` the tutor's sentence.

    absent: `unreadable` or `missing`, where the submission does not hold what was called."""

    name: str
    title: str
    status: str
    points: int
    max_points: int
    message: str
    mistake: str
    absent: str = ""

    @property
    def passed(self) -> bool:
        return self.status == "pass"


@dataclass(frozen=True)
class TaskScore:
    """One task. An extension is worth no points."""

    id: str
    score: int
    max_score: int
    outcomes: tuple[Outcome, ...]

    @property
    def extension(self) -> bool:
        return self.max_score == 0

    @property
    def all_passed(self) -> bool:
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def done(self) -> bool:
        return self.score == self.max_score and self.all_passed

    @property
    def untouched(self) -> bool:
        return bool(self.outcomes) and all(outcome.status == "todo" for outcome in self.outcomes)


class NextStep(NamedTuple):
    """sentence: what to do. command: what to type for it, to be shown where it can be copied; or empty."""

    sentence: str
    command: str = ""


@dataclass(frozen=True)
class ScoreCard:
    """The score of one commit. `problem` is the sentence that says why there is no score, or empty.

    partial: it holds only the tasks that somebody asked for. begun: false for an exam that nobody has started yet.
    later: further points, of an exam, which are given when it is over.
    """

    assignment: Assignment
    score: int
    max_score: int
    tasks: tuple[TaskScore, ...] = ()
    warnings: tuple[str, ...] = ()
    commit: str = ""
    graded_at: str = ""
    problem: str = ""
    partial: bool = False
    begun: bool = True
    later: int = 0

    @property
    def points(self) -> str:
        """The sum in words; extensions alone have none."""
        if not self.begun:
            return "not begun"
        return f"{self.score} / {self.max_score} points" if self.max_score else "for no points"

    @property
    def more(self) -> str:
        """What is said beside all the points of an exam's push; else nothing."""
        return f"{self.later} more are graded after the exam" if self.later and not self.partial else ""

    @property
    def to_do(self) -> tuple[TaskScore, ...]:
        """Graded tasks that nobody has begun."""
        return tuple(task for task in self.tasks if task.untouched and not task.extension)

    @property
    def unread(self) -> tuple[str, ...]:
        """The warnings that say why a whole file could not be read: what its tests say follows from them."""
        said = [outcome.message for task in self.tasks for outcome in task.outcomes if outcome.absent]
        return tuple(warning for warning in self.warnings if any(warning in message for message in said))

    @property
    def others(self) -> tuple[str, ...]:
        """All other warnings."""
        return tuple(warning for warning in self.warnings if warning not in self.unread)

    def lost(self, task: TaskScore) -> bool:
        """Does all that fails in a task fail because a file could not be read?"""
        failed = [outcome.message for outcome in task.outcomes if not outcome.passed]
        return bool(failed) and all(any(warning in message for warning in self.unread) for message in failed)

    @property
    def complete(self) -> bool:
        return not self.problem and self.score == self.max_score

    def only(self, ids: Collection[str]) -> "ScoreCard":
        """The card of some tasks alone, for a student who asked for these."""
        tasks = tuple(task for task in self.tasks if task.id in ids)
        score, max_score = sum(task.score for task in tasks), sum(task.max_score for task in tasks)
        partial = len(tasks) < len(self.tasks)
        return replace(self, tasks=tasks, score=score, max_score=max_score, partial=partial or self.partial)

    def next_step(self) -> NextStep:
        """The one thing to do next. What was begun and fails comes before what nobody has begun: it says what it lacks."""
        if self.problem:
            return NextStep(
                "If this works on your machine, push again; if what stands here comes back, show your instructor this page.",
                COMMAND,
            )
        if self.unread:
            said = "Repair the file that cannot be read: save it again, or bring an earlier version back. Then"
            return NextStep(said, COMMAND)
        left = [task for task in self.tasks if not task.done and (not task.extension or self.partial)]
        if left:
            task = next((task for task in left if not task.untouched), left[0])
            what = "Begin" if task.untouched else "Mend"
            return NextStep(f"{what} {task.id}, then run its check cell, or", f"{COMMAND} {task.id}")
        if self.partial:
            return NextStep("All that was asked for passes. The whole table:", COMMAND)
        if self.complete and self.more:
            looked = f"Every provided test passes. They look at little, and {self.more}: compare your work with the text."
            return NextStep(looked)
        if self.complete:
            return NextStep("Nothing is left to do: every graded test passes.")
        return NextStep("Some points are missing that no listed task explains. Read the warnings of", COMMAND)


@dataclass(frozen=True)
class OfRecord:
    """What makes of a score a grade of record.

    student: whose it is. points: what counts, of what, and its share in per cent, where that is not the score alone.
    lines: how it came about: a sentence for each thing that was added, and why.
    """

    student: str
    points: tuple[str, str, int] | None = None
    lines: tuple[str, ...] = ()
