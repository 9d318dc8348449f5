"""The repositories of Classroom 50 in an organisation: it makes, opens and closes them, and our verbs read them."""

import csv
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from ..classroom50 import ours, theirs
from ..forge import ForgeError, repo_name, template_name
from ..hours import Hours
from .github_forge import GitHubForge

ITS_OWN = (
    "Classroom 50 makes, opens and closes its repositories itself: COMMANDS.md says how (scripts/build.py --classroom50)."
)


class Room50Forge(GitHubForge):
    """papers: of each assignment, those that it has. work: where `SLUG/papers.csv` says who was given which."""

    def __init__(self, org: str, classroom: str, papers: Mapping[str, Sequence[str]], folder: Path, work: Path):
        self.classroom, self.papers, self.work = classroom, papers, work
        self._made_from: dict[str, str] = {}  # the template of each repository, in our words
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
        return super().url(self._there(name))

    def template(self, name: str) -> str | None:
        self._facts(name)
        return self._made_from.get(name)

    def _path(self, name: str) -> str:
        return super()._path(self._there(name))

    def _there(self, name: str) -> str:
        row = self._all().get(name)
        return row["name"].lower() if row else theirs(name, self.classroom)

    def _all(self) -> dict[str, dict]:
        if self._listed is None:
            self._listed = self._named(super()._all())
        return self._listed

    def _named(self, rows: Mapping[str, dict]) -> dict[str, dict]:
        """By our names. Of a student who has accepted several papers, the one that was given counts, or else the first;
        the others are called as what was set aside. What Classroom 50 did not make is not there: `generate` may have made
        a repository in the same organisation, of the name that is ours for theirs."""
        found, made_from, given = {}, {}, {slug: self._given(slug) for slug in self.papers}
        known = [(one, row) for name, row in rows.items() if (one := ours(name, self.classroom, self.papers))]
        known.sort(key=lambda of: (of[0].login, of[0].paper) not in given[of[0].slug])
        for one, row in known:
            template = template_name(one.slug, one.paper)
            mine = repo_name(one.slug, one.login) if one.login else template
            mine = f"{mine}--{one.paper}" if mine in found else mine
            found[mine] = row
            made_from |= {mine: template} if one.login else {}
        self._made_from = made_from
        return found

    def _given(self, slug: str) -> set[tuple[str, str]]:
        path = self.work / slug / "papers.csv"
        if not path.is_file():
            return set()
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {(row["login"].lower(), row["paper"]) for row in csv.DictReader(file)}
