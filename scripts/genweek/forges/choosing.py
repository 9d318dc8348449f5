"""Which forge a course has: a folder, an organisation on GitHub (`github:ORG`), or a classroom of Classroom 50 in one
(`classroom50:ORG/CLASSROOM`)."""

import re
from pathlib import Path

from ..course.day import readable
from . import classroom50
from .forge import Forge, ForgeError
from .local.local_forge import LocalForge

GITHUB, ROOM50 = "github:", "classroom50:"
ORGANISATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?")


def forge_at(place: Path | str, kept: Path) -> Forge:
    """kept: the folder in which a forge elsewhere may remember things. Raises ForgeError."""
    kind, colon, rest = str(place).partition(":")
    if f"{kind}{colon}" not in (GITHUB, ROOM50):
        return LocalForge(place)
    name, slash, classroom = rest.partition("/")
    in_a_room = f"{kind}{colon}" == ROOM50
    if in_a_room and not classroom50.NAME.fullmatch(classroom):
        raise ForgeError(f"{place!s}: {classroom!r} is no name of a classroom. Write it as classroom50:my-org/gen-models.")
    if not ORGANISATION.fullmatch(name) or (slash and not in_a_room):
        raise ForgeError(f"{place!s}: {name + slash!r} is no name of an organisation. Write it as github:my-course-2026.")
    try:
        from .github.github_forge import GitHubForge  # it alone needs PyGithub
        from .github.room50 import Room50Forge
    except ModuleNotFoundError as error:
        if error.name != "github":
            raise
        raise ForgeError(f"{place} needs PyGithub, which is not installed: .venv/bin/pip install '.[github]'") from None
    folder = kept / "github" / name.lower()
    if not in_a_room:
        return GitHubForge(name, folder)
    papers = {day.slug: day.papers for day in readable()[0]}
    return Room50Forge(name, classroom, papers, folder / classroom, kept)
