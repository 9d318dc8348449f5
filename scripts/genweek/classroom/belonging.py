"""Whose each repository of an assignment is, when the roster has changed since they were made.

A student who was renamed keeps an old login in the column `was`; one who has left keeps the row, with the status `left`.
Any other repository belongs to nobody, and every verb says so: it may hold somebody's work.
"""

from collections.abc import Collection, Sequence

from ..course.roster import Student
from ..course.schedule import in_words
from ..forges.forge import Forge, Push, repo_name

MOST_NAMED = 5  # of those that hold no work
ASIDE = "--"  # behind the name of a repository that made room, or before a paper's in that of a template: in no login
UNUSED = f"{ASIDE}unused"


def repository(forge: Forge, existing: Collection[str], slug: str, student: Student) -> str:
    """The student's repository, under an old login as long as `generate` has not renamed it; the name that it would get
    where there is none. Of several, the one with pushes."""
    name = repo_name(slug, student.login)
    there = [one for one in (name, *(repo_name(slug, login) for login in student.was)) if one in existing]
    if len(there) > 1:
        there = [one for one in there if forge.pushes(one)] or there
    return there[0] if there else name


def names_of(slug: str, students: Sequence[Student]) -> set[str]:
    """Every name that a repository of one of them may have."""
    return {repo_name(slug, login) for student in students for login in (student.login, *student.was)}


def notes(forge: Forge, slug: str, everybody: Sequence[Student]) -> list[str]:
    """What the roster and the forge do not agree on, a sentence each. everybody: those who have left, too."""
    existing, said = set(forge.repos()), []
    known: set[str] = set()
    for student in everybody:
        name = repository(forge, existing, slug, student)
        names = names_of(slug, [student]) & existing
        known |= names
        if student.left:
            work = f"; {name} stays, with {_work(forge, name)}" if name in existing else ""
            said.append(f"{student.login} has left, by the roster: in no plan and no grade{work}.")
        for other in sorted(names - {name}):
            if forge.pushes(other):
                said.append(f"{other} is {student.login}'s too, with {_work(forge, other)}: only {name} counts.")
    others = sorted(one for one in existing - known if one.startswith(f"{slug}-") and not one.startswith(f"{slug}{ASIDE}"))
    asides = [one for one in others if one.partition(ASIDE)[0] in names_of(slug, everybody) and not one.endswith(UNUSED)]
    said += [f"{name} was set aside, with {_work(forge, name)}: it counts for nothing." for name in asides]
    nobodys = [one for one in others if one not in asides]
    holding = [name for name in nobodys if _pushes(forge, name) != []]
    said += [
        f"{name} belongs to nobody of the roster, with {_work(forge, name)}. Whoever was renamed gets the old login into "
        "the column `was`; whoever left keeps a row, with `left` in the column `status`."
        for name in holding
    ]
    if empty := [name for name in nobodys if name not in holding]:
        more = f" and {len(empty) - MOST_NAMED} more" * (len(empty) > MOST_NAMED)
        said.append(f"{', '.join(empty[:MOST_NAMED])}{more}: of nobody in the roster, and without a push.")
    return said


def _work(forge: Forge, name: str) -> str:
    pushes = _pushes(forge, name)
    if pushes is None:
        return "a record of pushes that cannot be read"
    if not pushes:
        return "no push"
    number = "1 push" if len(pushes) == 1 else f"{len(pushes)} pushes"
    return f"{number}, the last on {in_words(pushes[-1].time)}"


def _pushes(forge: Forge, name: str) -> list[Push] | None:
    """None where they cannot be read: whatever one repository comes up with, the others are told."""
    try:
        return forge.pushes(name)
    except Exception:
        return None
