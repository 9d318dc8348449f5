"""Which forge a course has: a folder, or an organisation on GitHub (`github:ORG`)."""

import re
from pathlib import Path

from .forge import Forge, ForgeError
from .local.local_forge import LocalForge

GITHUB = "github:"
ORGANISATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?")


def forge_at(place: Path | str, kept: Path) -> Forge:
    """kept: the folder in which a forge elsewhere may remember things. Raises ForgeError."""
    if not str(place).startswith(GITHUB):
        return LocalForge(place)
    name = str(place).removeprefix(GITHUB)
    if not ORGANISATION.fullmatch(name):
        raise ForgeError(f"{place!s}: {name!r} is no name of an organisation. Write it as github:my-course-2026.")
    try:
        from .github.github_forge import GitHubForge  # it alone needs PyGithub
    except ModuleNotFoundError as error:
        if error.name != "github":
            raise
        raise ForgeError(f"{place} needs PyGithub, which is not installed: .venv/bin/pip install '.[github]'") from None
    return GitHubForge(name, kept / "github" / name.lower())
