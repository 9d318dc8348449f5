"""Where the parts of an assignment stand in this repository, and what its `assignment.toml` says."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent


class CourseError(Exception):
    """Something in the course's own files is wrong; the message says what, where and what to do."""


@dataclass(frozen=True)
class Day:
    """One assignment: a folder of the same name under assignments/, solutions_private/, starter/ and autograding/tests/."""

    slug: str
    facts: dict

    @classmethod
    def load(cls, slug: str) -> "Day":
        path = ROOT / "assignments" / slug / "assignment.toml"
        if not path.is_file():
            raise CourseError(f"There is no assignment {slug!r}. There are: {', '.join(all_slugs())}.")
        return cls(slug, tomllib.loads(path.read_text(encoding="utf-8")))

    @property
    def title(self) -> str:
        return self.facts["title"]

    @property
    def notebooks(self) -> list[str]:
        """The stems of its notebooks, in order."""
        return self.facts["notebooks"]

    @property
    def rooms(self) -> list[str]:
        """The folders of genlab that its notebooks are given: `nb1` for `nb1_vanilla_vae`."""
        return [stem.partition("_")[0] for stem in self.notebooks]

    @property
    def handout(self) -> Path:
        return ROOT / "assignments" / self.slug

    @property
    def masters(self) -> Path:
        return ROOT / "solutions_private" / self.slug

    @property
    def starter(self) -> Path:
        return ROOT / "starter" / self.slug

    @property
    def tests(self) -> Path:
        return ROOT / "autograding" / "tests" / self.slug

    def variants_file(self, kind: str, stem: str) -> Path:
        """kind: `mistakes` or `alternatives`."""
        return self.masters / f"{kind}_{stem.partition('_')[0]}.py"


def all_slugs() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml"))


def days(slugs: Sequence[str]) -> list[Day]:
    """The days that were asked for; all when none was. Raises CourseError."""
    return [Day.load(slug) for slug in slugs or all_slugs()]
