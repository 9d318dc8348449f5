"""Plans the repositories of an assignment: the template, and one private repository per student; of an exam, those of one
paper."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from autograding.updating.starter import Starter

from ...forges.forge import GRADER, Forge, repo_name, template_name
from ...forges.git import call, git
from ...forges.hours import Hours
from ..belonging import ASIDE, UNUSED, names_of, repository
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
    paper: str = "",
    grader: Path | None = None,
) -> list[Step]:
    """What is missing on the forge. built: the assignment as a git repository with one commit.

    exam: nobody sees anything of it before its release. A lab may be looked at before. left: who keeps the work, to read.
    paper: the one of an exam that all of these students have. grader: of an exam that goes out locked, the same open.
    """
    existing, now, template = set(forge.repos()), forge.now(), template_name(slug, paper)
    by_name = {repo_name(slug, student.login): student for student in students}
    hidden = f", hidden until {in_words(schedule.release)}" if exam and now < schedule.release else ""
    before = [Step(*one) for one in forge.preparations([student.login for student in students])]

    def steps_for(name: str) -> Iterator[Step]:
        student, hours = by_name[name], hours_of(schedule, exam, by_name[name])
        standing = repository(forge, existing, slug, student)
        held = forge.template(standing) if standing in existing else None
        is_another = held not in (None, template)
        back = _lying_aside(forge, slug, student, standing, template, existing) if paper else ""
        if is_another or (back and standing in existing):
            yield from _setting_aside(forge, standing, student, held or "", existing, back)
        if back:
            told = f"take {back} back as {name}: its pushes count again, and {student.login}'s clone of it fits again"
            yield Step(told, partial(forge.rename, back, name), "rename")
        there = bool(back) or (standing in existing and not is_another)
        access = forge.access(back or standing) if there else {}
        if not there:
            which = f", paper {paper}" if paper else ""
            said = f"create {name} for {student.name}{which}{hidden}"
            yield Step(said, partial(forge.create, name, template, hours), "create")
        elif standing != name and not back:
            yield from _renaming(forge, standing, name, existing)
        waits = not forge.keeps_hours and hours.hidden(now)
        if access.get(student.login) not in ("write", "invited") and not waits:
            yield Step(f"let {student.login} write {name}", partial(forge.grant, name, student.login, "write"), "grant")
        for old in access.keys() & set(student.was):
            yield Step(f"let {old} no longer reach {name}", partial(forge.grant, name, old, "none"), "grant")
        if there and forge.hours(back or standing) != hours:
            said = f"{name}: opens {in_words(hours.opens)}, counts until {in_words(hours.ends)}{hidden}"
            yield Step(said, partial(forge.set_hours, name, hours), "set_hours")

    def steps_of_left(name: str) -> list[Step]:
        login = name.removeprefix(f"{slug}-")
        closed = Step(f"let {login}, who has left, only read {name}", partial(forge.grant, name, login, "read"), "grant")
        return [closed] if forge.access(name).get(login) == "write" else []

    first = _template_steps(forge, template, built, grader, hours_of(schedule, exam), hidden)
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


def _setting_aside(forge: Forge, name: str, student: Student, held: str, existing: set[str], back: str) -> Iterator[Step]:
    """Where a repository holds another paper than the student is to have: it stays, to be read, and another is made, or
    `back` is taken back."""
    paper = held.partition("--")[2] or "no paper"
    free = (f"{name}{ASIDE}{paper.replace(' ', '-')}{f'-{n}' if n > 1 else ''}" for n in count(1))
    aside, pushes = next(one for one in free if one not in existing), len(forge.pushes(name))
    work = f"{pushes} push{'es' * (pushes != 1)}"
    told = f"set {name} (paper {paper}, {work}) aside, as {aside}"
    told += "" if back else f"; {student.login} has to clone the new one"
    yield Step(told, partial(forge.rename, name, aside), "rename")
    yield Step(f"let {student.login} only read {aside}", partial(forge.grant, aside, student.login, "read"), "grant")


def _lying_aside(forge: Forge, slug: str, student: Student, standing: str, template: str, existing: set[str]) -> str:
    """A repository of the same student on this paper that was set aside with work in it, while the present one has none
    on it: who was moved to another paper by a slip, and back, goes on there. Of several, the one that was pushed to last."""
    asides = [one for one in existing if one.partition(ASIDE)[0] in names_of(slug, [student]) and ASIDE in one]
    worked = {one: pushes[-1].time for one in asides if forge.template(one) == template and (pushes := forge.pushes(one))}
    if not worked or (standing in existing and forge.template(standing) == template and forge.pushes(standing)):
        return ""
    return max(worked, key=lambda one: worked[one])


def hours_of(schedule: Schedule, exam: bool, student: Student | None = None) -> Hours:
    """What the server keeps for a repository. It stays open after the end: a late push is listed."""
    ends = schedule.deadline(student) if student else schedule.due
    visible, grace = (schedule.release if exam else None), (ends + schedule.grace if schedule.grace else None)
    begins = schedule.window(student).opens if exam and student else None
    return Hours(schedule.release, ends, str(read_course().zone), visible, grace, begins)


def other_hours(
    forge: Forge, schedule: Schedule, exam: bool, students: Sequence[Student], only_ends: bool = False
) -> list[str]:
    """Whose repository still has other hours than the schedule and the roster say; by login. only_ends: those that end
    at another time."""
    existing, found = set(forge.repos()), []
    for student in students:
        name = repository(forge, existing, schedule.slug, student)
        if name in existing:
            kept, meant = forge.hours(name), hours_of(schedule, exam, student)
            ends = kept is not None and (kept.ends, kept.grace) != (meant.ends, meant.grace)
            found += [student.login] if ends or (kept != meant and not only_ends) else []
    return found


def _template_steps(forge: Forge, template: str, built: Path, grader: Path | None, hours: Hours, hidden: str) -> list[Step]:
    if template not in forge.repos() or forge.tip(template) is None:
        make = partial(_make_template, forge, template, built, grader, hours)
        return [Step(f"create {template}, the template{hidden}", make, "template")]
    if forge.hours(template) != hours and hours.visible:
        return [Step(f"{template}, the template{hidden}", partial(forge.set_hours, template, hours), "set_hours")]
    return []


def _make_template(forge: Forge, template: str, built: Path, grader: Path | None, hours: Hours) -> None:
    forge.create(template, hours=hours)
    if grader:
        forge.publish(template, grader, "HEAD", GRADER)
    forge.publish(template, built, "HEAD", "main", None)


def next_template(forge: Forge, template: str, built: Path, branch: str = "main") -> tuple[str, bool]:
    """The commit, in the repository `built`, that a branch of the template should be at; and whether it is new."""
    forge.bring(template, built, f"refs/heads/{branch}")
    now = git(built, "rev-parse", "FETCH_HEAD")
    if git(built, "rev-parse", "HEAD^{tree}") == git(built, "rev-parse", f"{now}^{{tree}}"):
        return now, False
    message = f"{template.partition(ASIDE)[0]}: a new starter"
    return git(built, "commit-tree", "HEAD^{tree}", "-p", now, when=forge.now(), given=message), True


def plan_update(
    forge: Forge,
    slug: str,
    built: Path,
    commit: str,
    is_new: bool,
    students: Sequence[Student],
    paper: str = "",
    grader: Path | None = None,
) -> tuple[list[Step], list[Update]]:
    """Bring the template to `commit`, a commit in `built`, and each repository a branch with what changed; and where each
    of those that can be read stands."""
    template = template_name(slug, paper)
    make = partial(forge.publish, template, built, commit, "main", forge.tip(template))
    renew = Step(f"renew {template}, the template", make, "publish")
    steps = [renew] if is_new else []
    if grader and forge.tip(template, GRADER):
        other, differs = next_template(forge, template, grader, GRADER)
        told = f"renew what grades the pushes of {template}"
        make = partial(forge.publish, template, grader, other, GRADER, forge.tip(template, GRADER))
        steps += [Step(told, make, "publish")] if differs else []
    existing = set(forge.repos())
    names = {repository(forge, existing, slug, student) for student in students} & existing
    starter, found = Starter.read(partial(call, built), commit), []

    def steps_for(name: str) -> list[Step]:
        one = update(forge, name, built, starter, publish=False)
        if one is None:
            return []
        found.append(one)
        make = partial(update, forge, name, built, starter, True)
        return [Step(one.sentence, make, "publish")] if one.state == NEW else []

    return steps + each(sorted(names), steps_for), found
