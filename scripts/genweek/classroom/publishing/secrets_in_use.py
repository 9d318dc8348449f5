"""Which course secret a running course was generated with: the check value that its templates and submissions carry."""

import tempfile
from contextlib import suppress
from pathlib import Path

from autograding.whole import write_whole

from ...forges.forge import MAIN, Forge, ForgeError, template_name
from ...forges.git import GitError
from ...forges.snapshot import content
from ...making.locking import CHECK, LOCKED


def of_forge(forge: Forge, slug: str) -> dict[str, str]:
    """The check value of an assignment's templates, by where it stands; empty where there is none yet."""
    for template in templates(forge, slug):
        with tempfile.TemporaryDirectory() as scratch:
            fetched = forge.fetch(template, Path(scratch) / "template", MAIN)
            if found := content(fetched, MAIN, f"{LOCKED}/{CHECK}"):
                return {f"the repositories of {slug} on the forge": found.decode().strip()}
    return {}


def templates(forge: Forge, slug: str) -> list[str]:
    """The templates of an assignment that hold something: of an exam, one for each paper."""
    every = [name for name in forge.repos() if name == slug or name.startswith(template_name(slug, " ").rstrip())]
    return [name for name in every if forge.tip(name)]


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
