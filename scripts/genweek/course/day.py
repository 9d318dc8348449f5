"""Where the parts of an assignment stand in this repository, and what its `assignment.toml` says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from . import papers, toml
from .conditions import Changes
from .toml import ROOT, CourseError

FOLDERS = ("assignments", "solutions_private", "starter", "autograding/tests")  # each has one folder per assignment

VARIANTS = ("mistakes", "alternatives", "week")  # what stands beside a master


class Dates(toml.Table, frozen=True, kw_only=True):
    """The [schedule]; `genweek.course.schedule` says what each date means."""

    release: datetime
    opens: datetime | None = None
    due: datetime | None = None
    solutions: datetime


class Sitting(toml.Table, frozen=True, kw_only=True):
    """One of the [[sittings]] of an exam: a date on which it is written, in the place of the schedule's opens and due.

    papers: those among which is drawn. conditions: what takes the place of [exam.conditions] there.
    """

    id: Annotated[str, Meta(pattern=toml.A_NAME)]  # a part of file names, and of what a student reads
    opens: datetime
    due: datetime
    papers: Annotated[list[str], Meta(min_length=1)]
    conditions: Changes = Changes()


class Facts(toml.Table, frozen=True, kw_only=True):
    """An `assignment.toml`. notebooks: stems, in order. data: the files of genlab/data that it needs.

    A rehearsal goes out locked, as an exam does, and counts for nothing.
    """

    title: toml.Text
    kind: Literal["lab", "exam", "rehearsal"]
    notebooks: Annotated[list[str], Meta(min_length=1)]
    data: list[str] = []
    schedule: Dates
    sittings: list[Sitting] = []


@dataclass(frozen=True)
class Day:
    """One assignment: a folder of the same name under each of FOLDERS.

    An exam has papers. It is built, proved and graded `on` one of them; paper: its name, "" for a lab.
    """

    slug: str
    facts: Facts
    paper: str = ""

    @classmethod
    def load(cls, slug: str) -> "Day":
        """Raises CourseError for an assignment that does not exist, or whose assignment.toml is wrong."""
        path = ROOT / "assignments" / known_slug(slug) / "assignment.toml"
        day = cls(path.parent.name, toml.read(path, Facts))
        data = [file.name for file in (ROOT / "assignments/common/genlab/data").glob("*.npz")]
        for key, names, there in (("data", day.facts.data, data), ("notebooks", day.notebooks, day.there)):
            where = toml.place(path, "", key)
            for name in names:
                if name not in there:
                    near = toml.did_you_mean(name, there)
                    listed = f" There are: {', '.join(sorted(there))}." if there else ""
                    raise CourseError(f"{where}: {key} names {name!r}, which is not there.{near}{listed}")
                if names.count(name) > 1:
                    raise CourseError(f"{where}: {key} names {name!r} twice.")
        return day

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def notebooks(self) -> list[str]:
        """The stems of its notebooks, in order."""
        return self.facts.notebooks

    @property
    def there(self) -> list[str]:
        """The stems of all notebooks that have a master."""
        found = (file.stem for file in self.masters.glob("*_*.py"))
        return sorted(stem for stem in found if stem.partition("_")[0] not in VARIANTS)

    @property
    def left_out(self) -> list[str]:
        """Those of them that `notebooks` does not name."""
        return [stem for stem in self.there if stem not in self.notebooks]

    @property
    def rooms(self) -> list[str]:
        """The folders of genlab that its notebooks are given: `nb1` for `nb1_vanilla_vae`."""
        return [stem.partition("_")[0] for stem in self.notebooks]

    @property
    def handout(self) -> Path:
        return ROOT / "assignments" / self.slug

    @property
    def place(self) -> str:
        """Where it stands among all: `day1_vae`, or `day4_exam/amber` on a paper."""
        return f"{self.slug}/{self.paper}" if self.paper else self.slug

    @property
    def papers(self) -> list[str]:
        """The names of an exam's papers, in order; of a lab, none. Raises CourseError."""
        return papers.names(ROOT / "solutions_private" / self.slug)

    def on(self, paper: str) -> "Day":
        """The exam on one of its papers: a day like any other. Raises CourseError for a paper that it has not."""
        if paper not in self.papers:
            near = toml.did_you_mean(paper, self.papers)
            there = f" There are: {', '.join(self.papers)}." if self.papers else ""
            raise CourseError(f"{self.slug} has no paper {paper!r}.{near}{there}")
        return replace(self, paper=paper)

    def on_each(self) -> "list[Day]":
        """The exam on each of its papers; a lab alone."""
        return [self.on(paper) for paper in self.papers] or [self]

    @property
    def masters(self) -> Path:
        """Of an exam on a paper, a folder in which no slots are left."""
        folder = ROOT / "solutions_private" / self.slug
        return papers.rendered(folder, self.paper) if self.paper else folder

    @property
    def starter(self) -> Path:
        return ROOT / "starter" / self.place

    @property
    def tests(self) -> Path:
        """The tests that stand in a student's repository."""
        folder = ROOT / "autograding" / "tests" / self.slug
        return folder / "provided" if self.facts.kind == "exam" else folder

    @property
    def unseen(self) -> Path | None:
        """An exam's tests that stand in no repository."""
        return self.tests.parent / "unseen" if self.facts.kind == "exam" else None

    def variants_file(self, kind: str, stem: str) -> Path:
        """kind: one of VARIANTS."""
        return self.masters / f"{kind}_{stem.partition('_')[0]}.py"


def all_slugs() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml"))


def known_slug(text: str) -> str:
    """The one spelling of an assignment's name, for `day1_vae/` and `assignments/day1_vae/` too. Raises CourseError."""
    name = text.strip().replace("\\", "/").rstrip("/").removeprefix("./")
    for folder in FOLDERS:
        name = name.removeprefix(f"{folder}/")
    if name not in all_slugs():
        near = toml.did_you_mean(name, all_slugs())
        raise CourseError(f"There is no assignment {text!r}.{near} There are: {', '.join(all_slugs())}.")
    return name


def days(slugs: Sequence[str]) -> Iterator[Day]:
    """The days that were asked for, each once; all when none was.

    Raises CourseError: at once for a day that does not exist, and for one whose file is wrong when the others are done.
    """
    return _readable(list(dict.fromkeys(map(known_slug, slugs))))


def _readable(slugs: Sequence[str]) -> Iterator[Day]:
    found, problems = readable(slugs)
    yield from found
    if problems:
        raise CourseError("\n".join(problems))


def readable(slugs: Sequence[str] = ()) -> tuple[list[Day], list[str]]:
    """The days that can be read, of all when none is named; and what is wrong with each of the others."""
    found, problems = [], []
    for slug in slugs or all_slugs():
        try:
            found.append(Day.load(slug))
        except CourseError as error:
            problems.append(str(error))
    return found, problems
