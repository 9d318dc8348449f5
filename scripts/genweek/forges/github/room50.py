"""The repositories of Classroom 50 in an organisation: it makes, opens and closes them, and our verbs read them."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn

from ..classroom50 import ours, theirs
from ..forge import ForgeError
from ..hours import Hours
from .github_forge import GitHubForge

ITS_OWN = (
    "Classroom 50 makes, opens and closes its repositories itself: COMMANDS.md says how (scripts/build.py --classroom50)."
)


class Room50Forge(GitHubForge):
    def __init__(self, org: str, classroom: str, slugs: Iterable[str], folder: Path):
        self.classroom, self.slugs = classroom, list(slugs)
        super().__init__(org, folder)

    def __str__(self) -> str:
        return f"classroom50:{self.org}/{self.classroom}"

    def identity(self) -> str:
        return f"{super().identity()}/{self.classroom}"

    def create(self, name: str, template: str | None = None, hours: Hours | None = None) -> NoReturn:
        raise ForgeError(ITS_OWN)

    def close(self, slug: str, but: Collection[str] = ()) -> NoReturn:
        raise ForgeError(ITS_OWN)

    def open(self, slug: str) -> NoReturn:
        raise ForgeError(ITS_OWN)

    def url(self, name: str) -> str:
        return super().url(theirs(name, self.classroom))

    def _path(self, name: str) -> str:
        return super()._path(theirs(name, self.classroom))

    def _all(self) -> dict[str, dict]:
        if self._listed is None:
            self._listed = {ours(name, self.classroom, self.slugs): row for name, row in super()._all().items()}
        return self._listed
