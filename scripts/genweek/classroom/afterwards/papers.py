"""Which paper of an exam a piece of work answers, told by the locked paper that lies beside it, as it was given out."""

import tempfile
from functools import cached_property
from pathlib import Path

from autograding.starting.locked import FOLDER, PAPER

from ...forges.forge import MAIN, Forge, template_name
from ...forges.git import git

LOCKED = (FOLDER / PAPER).as_posix()


class Papers:
    """Those of an assignment that were ever given out on a forge."""

    def __init__(self, forge: Forge, slug: str):
        self.forge, self.slug = forge, slug

    def of(self, locked: str) -> str:
        """locked: git's name of the file. Empty where it is of none."""
        return self._by_name.get(locked, "") if locked else ""

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found, first = {}, template_name(self.slug, " ").strip()
        for template in (name for name in self.forge.repos() if name.startswith(first)):
            with tempfile.TemporaryDirectory() as scratch:
                repo = self.forge.fetch(template, Path(scratch) / "repository", MAIN, history=True)
                said = git(repo, "log", "--format=", "--raw", "--no-abbrev", MAIN, "--", LOCKED)
            found |= {line.split()[3]: template.removeprefix(first) for line in said.splitlines() if line}
        return found
