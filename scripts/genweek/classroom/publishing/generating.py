"""Plans the repositories of an assignment: the template, and one private repository per student."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from autograding.updating.starter import Starter

from ...forges.forge import MAIN, Forge, repo_name
from ...forges.git import call, git
from ...forges.hours import Hours
from ..belonging import UNUSED, repository
from .planning import Step, each
from ...course.course_file import read_course
from ...course.roster import Student
from ...course.schedule import Schedule, in_words
from .updating import NEW, Update, update


def plan(
    forge: Forge,
    slug: str,
    built: Path,
    students: Sequence[Student],
    schedule: Schedule,
    exam: bool = False,
    left: Sequence[Student] = (),
) -> list[Step]:
    """What is missing on the forge. built: the assignment as a git repository with one commit.

    exam: nobody sees anything of it before its release. A lab may be looked at before. left: who keeps the work, to read.
    """
    existing, now = set(forge.repos()), forge.now()
    by_name = {repo_name(slug, student.login): student for student in students}
    hidden = f", hidden until {in_words(schedule.release)}" if exam and now < schedule.release else ""
    before = [Step(*one) for one in forge.preparations([student.login for student in students])]

    def steps_for(name: str) -> Iterator[Step]:
        student, hours = by_name[name], hours_of(schedule, exam, by_name[name])
        standing = repository(forge, existing, slug, student)
        access = forge.access(standing) if standing in existing else {}
        if standing not in existing:
            yield Step(f"create {name} for {student.name}{hidden}", partial(forge.create, name, slug, hours), "create")
        elif standing != name:
            yield from _renaming(forge, standing, name, existing)
        waits = not forge.keeps_hours and hours.hidden(now)
        if access.get(student.login) not in ("write", "invited") and not waits:
            yield Step(f"let {student.login} write {name}", partial(forge.grant, name, student.login, "write"), "grant")
        for old in access.keys() & set(student.was):
            yield Step(f"let {old} no longer reach {name}", partial(forge.grant, name, old, "none"), "grant")
        if standing in existing and forge.hours(standing) != hours:
            said = f"{name}: opens {in_words(hours.opens)}, counts until {in_words(hours.ends)}{hidden}"
            yield Step(said, partial(forge.set_hours, name, hours), "set_hours")

    def steps_of_left(name: str) -> list[Step]:
        login = name.removeprefix(f"{slug}-")
        closed = Step(f"let {login}, who has left, only read {name}", partial(forge.grant, name, login, "read"), "grant")
        return [closed] if forge.access(name).get(login) == "write" else []

    first = _template_steps(forge, slug, built, hours_of(schedule, exam), hidden)
    theirs = sorted({repo_name(slug, student.login) for student in left} & existing)
    return before + first + each(by_name, lambda name: list(steps_for(name))) + each(theirs, steps_of_left)


def _renaming(forge: Forge, old: str, new: str, existing: set[str]) -> Iterator[Step]:
    """Where a repository was made for the new login meanwhile, nothing was pushed to it: see `repository`."""
    if new in existing:
        yield Step(
            f"set {new} aside, to which nobody pushed, as {new}{UNUSED}", partial(forge.rename, new, new + UNUSED), "rename"
        )
    told = f"rename {old} to {new}, pushes and all; its clones need `git remote set-url origin {forge.clone_url(new)}`"
    yield Step(told, partial(forge.rename, old, new), "rename")


def hours_of(schedule: Schedule, exam: bool, student: Student | None = None) -> Hours:
    """What the server keeps for a repository. It stays open after the end: a late push is listed."""
    ends = schedule.deadline(student) if student else schedule.due
    return Hours(schedule.release, ends, str(read_course().zone), schedule.release if exam else None)


def _template_steps(forge: Forge, slug: str, built: Path, hours: Hours, hidden: str) -> list[Step]:
    if slug not in forge.repos() or forge.tip(slug) is None:
        return [Step(f"create {slug}, the template{hidden}", partial(_make_template, forge, slug, built, hours), "template")]
    if forge.hours(slug) != hours and hours.visible:
        return [Step(f"{slug}, the template{hidden}", partial(forge.set_hours, slug, hours), "set_hours")]
    return []


def _make_template(forge: Forge, slug: str, built: Path, hours: Hours) -> None:
    forge.create(slug, hours=hours)
    forge.publish(slug, built, "HEAD", "main")


def next_template(forge: Forge, slug: str, built: Path) -> tuple[str, bool]:
    """The commit, in the repository `built`, that the template's main branch should be at; and whether it is new."""
    forge.bring(slug, built, MAIN)
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
    steps = (
        [Step(f"renew {slug}, the template", partial(forge.publish, slug, built, commit, "main"), "publish")]
        if is_new
        else []
    )
    existing = set(forge.repos())
    names = {repository(forge, existing, slug, student) for student in students} & existing
    starter, found = Starter.read(partial(call, built), commit), []

    def steps_for(name: str) -> list[Step]:
        one = update(forge, name, built, starter, publish=False)
        found.extend(filter(None, [one]))
        new = one is not None and one.state == NEW
        return [Step(one.sentence, partial(update, forge, name, built, starter, True), "publish")] if new else []

    return steps + each(sorted(names), steps_for), found
