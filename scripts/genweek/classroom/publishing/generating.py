"""Plans the repositories of an assignment: the template, and one private repository per student."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from autograding.updating.starter import Starter

from ...forges.forge import MAIN, Forge, repo_name
from ...forges.git import call, git
from .planning import Step, each
from ...course.roster import Student
from ...course.schedule import Schedule, in_words
from .updating import NEW, Update, update


def plan(forge: Forge, slug: str, built: Path, students: Sequence[Student], schedule: Schedule) -> list[Step]:
    """What is missing on the forge. built: the assignment as a git repository with one commit."""
    existing, level = set(forge.repos()), access_at(forge.now(), schedule)
    until = "" if level == "write" else f" (write from {in_words(schedule.release)}: run this again then)"
    by_name = {repo_name(slug, student.login): student for student in students}

    def steps_for(name: str) -> Iterator[Step]:
        login = by_name[name].login
        if name not in existing:
            yield Step(f"create {name} for {by_name[name].name}", partial(forge.create, name, slug))
        if name not in existing or forge.access(name).get(login) != level:
            yield Step(f"let {login} {level} {name}{until}", partial(forge.grant, name, login, level))

    first = slug not in existing or forge.tip(slug) is None
    template = [Step(f"create {slug}, the template", partial(_make_template, forge, slug, built))] if first else []
    return template + each(by_name, lambda name: list(steps_for(name)))


def access_at(now: datetime, schedule: Schedule) -> str:
    """What a student may do with their own repository. It stays open after the deadline: a late push is listed."""
    return "write" if now >= schedule.release else "read"


def _make_template(forge: Forge, slug: str, built: Path) -> None:
    forge.create(slug)
    forge.publish(slug, built, "HEAD", "main")


def next_template(forge: Forge, slug: str, built: Path) -> tuple[str, bool]:
    """The commit, in the repository `built`, that the template's main branch should be at; and whether it is new."""
    git(built, "fetch", "--quiet", "--no-tags", forge.url(slug), MAIN)
    now = git(built, "rev-parse", "FETCH_HEAD")
    if git(built, "rev-parse", "HEAD^{tree}") == git(built, "rev-parse", f"{now}^{{tree}}"):
        return now, False
    message = f"{slug}: a new starter"
    return git(built, "commit-tree", "HEAD^{tree}", "-p", now, when=forge.now(), given=message), True


def plan_update(
    forge: Forge, slug: str, built: Path, commit: str, is_new: bool, students: Sequence[Student]
) -> tuple[list[Step], list[Update]]:
    """Bring the template to `commit`, a commit in `built`, and each repository a branch with what changed; and where each
    of those that can be read stands."""
    steps = [Step(f"renew {slug}, the template", partial(forge.publish, slug, built, commit, "main"))] if is_new else []
    names = {repo_name(slug, student.login) for student in students} & set(forge.repos())
    starter, found = Starter.read(partial(call, built), commit), []

    def steps_for(name: str) -> list[Step]:
        one = update(forge, name, built, starter, publish=False)
        found.extend(filter(None, [one]))
        return [Step(one.sentence, partial(update, forge, name, built, starter, True))] if one and one.state == NEW else []

    return steps + each(sorted(names), steps_for), found
