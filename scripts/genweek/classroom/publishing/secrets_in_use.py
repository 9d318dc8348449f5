"""Which course secret a running course was generated with: the check value that its templates and submissions carry."""

import tempfile
from contextlib import suppress
from pathlib import Path

from autograding.whole import write_whole

from ...forges.forge import MAIN, Forge, ForgeError
from ...forges.git import GitError
from ...forges.snapshot import content
from ...making.locking import CHECK, LOCKED


def of_forge(forge: Forge, slug: str) -> dict[str, str]:
    """The check value of an assignment's template, by where it stands; empty where there is none yet."""
    if slug not in forge.repos() or not forge.tip(slug):
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        template = forge.fetch(slug, Path(scratch) / "template", MAIN)
        found = content(template, MAIN, f"{LOCKED}/{CHECK}")
    return {f"the repositories of {slug} on the forge": found.decode().strip()} if found else {}


def of_folder(folder: Path, what: str) -> dict[str, str]:
    """The check value that lies in a folder, by `what`; empty where none does."""
    path = folder / CHECK
    return {what: path.read_text(encoding="utf-8").strip()} if path.is_file() else {}


def take_along(forge: Forge, slug: str, folder: Path) -> None:
    """Write the template's check value to the submissions: a regrade may happen where there is no forge."""
    with suppress(GitError, ForgeError):  # a template that cannot be read stops no collection
        for value in of_forge(forge, slug).values():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / CHECK, f"{value}\n")
