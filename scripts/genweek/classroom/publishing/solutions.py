"""The `solutions` branch: the template's files with the solved notebooks and the answers to the written questions, one
commit that is the same for everybody.

It has no parent, so it can be looked at (`git switch solutions`) and not be merged into a student's work by mistake.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from ...course.day import CourseError, Day
from ...forges.forge import GRADER, MAIN, Forge, template_name
from ...forges.git import commit_on
from ...making.masters import Master, notebook_text, script_text
from ...making.questions import ANSWERS, published
from .branches import ours, told
from ..belonging import repository
from .planning import Step, each
from ...course.roster import Student
from ...course.schedule import Schedule, in_words

BRANCH = "solutions"


def refuse_early(now: datetime, schedule: Schedule, students: Iterable[Student]) -> None:
    """Raises CourseError before the release date, or while anyone may still push."""
    where = f"assignments/{schedule.slug}/assignment.toml"
    if now < schedule.solutions:
        raise CourseError(
            f"The solutions of {schedule.slug} are not released before {in_words(schedule.solutions)}; on the server "
            f"it is {in_words(now)}. Nothing was done. The date is `solutions` in {where}."
        )
    if schedule.sittings and now < schedule.due:
        last = max(schedule.sittings, key=lambda one: one.due)
        raise CourseError(
            f"The sitting {last.id} of {schedule.slug} ends {in_words(last.due)}, and the solutions wait for the last one. "
            f"Nothing was done. The sittings stand in {where}."
        )
    working = [student.login for student in students if now < schedule.closes(student)]
    if working:
        raise CourseError(
            f"{', '.join(working)} may still push to {schedule.slug}, by their extension. Nothing was done. Wait, or "
            f"leave them out for now: --except {' '.join(working)}"
        )


def solved_texts(day: Day) -> dict[str, str]:
    """Both halves of every solved notebook, and the answers to the written questions where there are any, by file name."""
    texts = {}
    for stem in day.notebooks:
        solved = Master(day.masters / f"{stem}.py").solved
        texts |= {f"{stem}.ipynb": notebook_text(solved), f"{stem}.py": script_text(solved)}
    answers = published(day)
    return texts | ({ANSWERS: answers} if answers else {})


def make_commit(forge: Forge, slug: str, texts: dict[str, str], when: datetime, folder: Path, paper: str = "") -> str:
    """The commit, in a git repository that is made in `folder`. Equal input makes an equal commit."""
    template = template_name(slug, paper)
    forge.fetch(template, folder, f"refs/heads/{GRADER}" if forge.tip(template, GRADER) else MAIN)  # the one that is open
    changes = {name: text.encode() for name, text in texts.items()}
    return commit_on(folder, MAIN, changes, f"{slug}: solutions\n\n[skip ci]\n", when)


def plan(forge: Forge, slug: str, students: Sequence[Student], folder: Path, commit: str) -> list[Step]:
    """A step for each student's repository whose branch is not there yet. A student's own of that name stays."""
    existing = set(forge.repos())
    names = sorted({repository(forge, existing, slug, student) for student in students} & existing)

    def steps_for(name: str) -> list[Step]:
        branch = ours(forge, name, BRANCH)
        seen = forge.tip(name, branch)
        make = partial(forge.publish, name, folder, commit, branch, seen)
        return [Step(f"{name}: {told(branch, BRANCH)}", make, "publish")] if seen != commit else []

    return each(names, steps_for)
