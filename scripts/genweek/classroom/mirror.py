"""A copy of repositories that lie elsewhere, for a backup: the branches of all of them in one git repository of ours.

The files of an assignment, which every student has, lie in it once. A branch that a student rewrote or deleted keeps what it
was: in the reflog, which is never thinned out. One that was copied before is asked only for what is new, so a run that was
cut off goes on where it stopped.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from ..forges.forge import Forge, ForgeError
from ..forges.git import GitError, git

NAME = "mirror.git"  # in the folder of what is remembered of a forge
SETTINGS = {  # nothing that is in it is ever thrown away
    "core.logAllRefUpdates": "always",
    "gc.auto": "0",
    "gc.reflogExpire": "never",
    "gc.reflogExpireUnreachable": "never",
    "fetch.prune": "false",
}
PACKS = 50  # so many copies are put together: until then each holds the assignment's files anew


class Copied(NamedTuple):
    """problem: why nothing new of it could be had; empty where all is here."""

    name: str
    problem: str = ""


def refs_of(name: str) -> str:
    """Where its branches lie in the mirror."""
    return f"refs/mirror/{name}"


def mirror(forge: Forge, slugs: Collection[str]) -> Iterator[Copied]:
    """Bring all branches of the repositories of these assignments. One that cannot be read stops none of the others."""
    folder = forge.folder / NAME
    if not folder.is_dir():
        folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    for name, value in SETTINGS.items():
        git(folder, "config", name, value)
    for name in forge.repos():
        if name.partition("-")[0] not in slugs:
            continue
        try:
            branches = f"+refs/heads/*:{refs_of(name)}/*"
            options = ("--quiet", "--no-tags", "--no-auto-maintenance")
            git(folder, "fetch", *options, forge.url(name), branches, settings=forge.credentials())
            yield Copied(name)
        except (GitError, ForgeError) as error:
            yield Copied(name, str(error))
        if len(list((folder / "objects/pack").glob("*.pack"))) > PACKS:
            put_together(folder)
    put_together(folder)


def put_together(folder: Path) -> None:
    """One pack; what nothing leads to any more stays in it."""
    git(folder, "repack", "--quiet", "-a", "-d", "--keep-unreachable")
