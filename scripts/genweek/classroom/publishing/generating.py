"""Plans the repositories of an assignment: the template, and one private repository per student."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from ...forges.forge import Forge, repo_name
from ...forges.git import git
from .planning import Step
from ...course.roster import Student
from ...course.schedule import Schedule, in_words
from .updating import update


def plan(forge: Forge, slug: str, built: Path, students: Sequence[Student], schedule: Schedule) -> list[Step]:
    """What is missing on the forge. built: the assignment as a git repository with one commit."""
    existing = set(forge.repos())
    steps = []
    if slug not in existing or forge.tip(slug) is None:
        steps.append(Step(f"create {slug}, the template", partial(_make_template, forge, slug, built)))
    for student in students:
        name = repo_name(slug, student.login)
        if name not in existing:
            steps.append(Step(f"create {name} for {student.name}", partial(forge.create, name, slug)))
        level = access_at(forge.now(), schedule)
        if name not in existing or forge.access(name).get(student.login) != level:
            until = "" if level == "write" else f" (write from {in_words(schedule.release)}: run this again then)"
            steps.append(
                Step(f"let {student.login} {level} {name}{until}", partial(forge.grant, name, student.login, level))
            )
    return steps


def access_at(now: datetime, schedule: Schedule) -> str:
    """What a student may do with their own repository. It stays open after the deadline: a late push is listed."""
    return "write" if now >= schedule.release else "read"


def _make_template(forge: Forge, slug: str, built: Path) -> None:
    forge.create(slug)
    forge.publish(slug, built, "HEAD", "main")


def next_template(forge: Forge, slug: str, built: Path) -> tuple[str, bool]:
    """The commit, in the repository `built`, that the template's main branch should be at; and whether it is new."""
    git(built, "fetch", "--quiet", "--no-tags", forge.url(slug), "main")
    now = git(built, "rev-parse", "FETCH_HEAD")
    if git(built, "rev-parse", "HEAD^{tree}") == git(built, "rev-parse", f"{now}^{{tree}}"):
        return now, False
    message = f"{slug}: a new starter"
    return git(built, "commit-tree", "HEAD^{tree}", "-p", now, when=forge.now(), given=message), True


def plan_update(forge: Forge, slug: str, built: Path, commit: str, is_new: bool, students: Sequence[Student]) -> list[Step]:
    """Bring the template to `commit`, a commit in `built`, and each repository a branch with what changed."""
    steps = [Step(f"renew {slug}, the template", partial(forge.publish, slug, built, commit, "main"))] if is_new else []
    names = {repo_name(slug, student.login) for student in students} & set(forge.repos())
    for found in filter(None, (update(forge, name, built, commit, publish=False) for name in sorted(names))):
        steps.append(Step(found.sentence, partial(update, forge, found.name, built, commit, publish=True)))
    return steps
