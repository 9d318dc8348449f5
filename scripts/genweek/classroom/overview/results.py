"""What stands of an assignment after its deadline: collection, grade of record, gradebook, solutions."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ...course.course_file import read_course
from ...course.day import CourseError, all_slugs
from ...forges.forge import ForgeError
from ...forges.git import GitError
from ...regrading import results
from ...regrading.fingerprint import difference, fingerprint, register
from ..afterwards import gradebook
from ..afterwards.adjustments import read_adjustments
from ..afterwards.collecting import FAILED, NO_REPOSITORY, Collected, choose_all
from ..afterwards.grade import Standing
from ..afterwards.gradebook import GRADED_EARLY
from ..afterwards.in_the_room import in_the_room
from ..afterwards.keeping import lies_in, staying
from ..afterwards.tables import by_student
from ..drawing import on
from ..publishing import giving_back, solutions
from ..publishing.branches import ours
from .facts import Fact, some
from .running import Running


class Results:
    """work: the folder of the running course (classroom)."""

    def __init__(self, running: Running, work: Path):
        self.running, self.work = running, work
        self.folder = work / running.slug
        self.collection, self.grades = self.folder / "collection.csv", self.folder / "grades" / "grades.csv"
        self.last = running.schedule.last_closes(running.students)
        self.over = running.forge.now() >= self.last

    def facts(self) -> list[Fact]:
        made = (self._collected, self._graded, self._adjusted, self._given_back, self._gradebook, self._solved)
        return [self._one(make) for make in made]

    def _one(self, make) -> Fact:
        """What is wrong with one table is said there, and hides none of the others."""
        try:
            return make()
        except (CourseError, ForgeError, GitError) as error:
            return Fact(make.__name__.strip("_"), str(error), "repair what is named there")

    def _collected(self) -> Fact:
        collect = f"scripts/collect.py {self.running.slug}"
        if not self.collection.is_file():
            return Fact("collection", "none", collect if self.over else "")
        rows = {login: row for login, (_, row) in by_student(self.collection, ("commit", "status")).items()}
        counts = ", ".join(f"{count} {status}" for status, count in Counter(row["status"] for row in rows.values()).items())
        running = self.running
        taken = in_the_room(running.day, running.schedule, running.students, self.folder)
        now = choose_all(running.forge, running.schedule, running.students, None, taken)
        stays = {one.student.login: one for one in now if self._stays(one, rows)}
        slips = [login for login, one in stays.items() if one.status not in (FAILED, NO_REPOSITORY)]
        new = [one.student.login for one in now if one.student.login not in rows]
        since = [
            one.student.login
            for one in now
            if one.student.login not in (*stays, *new)
            and (one.push.commit if one.push else "") != rows[one.student.login]["commit"]
        ]
        early = [login for login, row in rows.items() if row.get("provisional") and login not in slips]
        said = f"{counts}. " + ("Final" if self.over and not (since or early or slips or new) else "PROVISIONAL")
        said += f"; not collected yet: {some(new)}" if new else ""
        said += f"; other work counts now of {some(since)}" if since else ""
        said += f"; collected before the end: {some(early)}" if early else ""
        if gone := [login for login in stays if login not in slips]:
            said += f"; STAYS, for the repository is gone or cannot be read: {some(gone)}"
        if slips:
            said += f"; STAYS, collected by --at after the end: {some(slips)} (if that was meant, write an extension into "
            said += "the roster; else let it go)"
        failed = any(row["status"] == FAILED for row in rows.values())
        let_go = f" --let-go {' '.join(slips)}" if slips else ""
        return Fact(
            "collection", said, f"{collect}{let_go}" if self.over and (new or since or early or slips or failed) else ""
        )

    def _stays(self, one: Collected, rows: Mapping[str, Mapping[str, str]]) -> bool:
        """Whether collecting again would leave what was collected of a student."""
        before = staying(one, lies_in(one.student, self.running.slug, self.folder / "submissions"))
        row = rows.get(one.student.login)
        return before is not None and row is not None and row["commit"] == before.push.commit

    def _graded(self) -> Fact:
        slug = self.running.slug
        regrade = f"scripts/regrade.py {slug} {self.folder / 'submissions'} --out {self.grades.parent}"
        if not self.grades.is_file():
            begun = " --resume" if (self.grades.parent / "seed.txt").exists() else ""
            return Fact("grade", "none", f"{regrade}{begun}" if self.over and self.collection.is_file() else "")
        found = gradebook.read_regrade(self.running.students, self.collection, self.grades) or {}
        counts = Counter(grade.standing for grade in found.values())
        said = ", ".join(f"{count} {standing}" for standing, count in counts.items())
        graded = {login: row["commit"] for login, (_, row) in by_student(self.grades, ("commit",)).items()}
        gaps = {login: grade for login, grade in found.items() if grade.standing is Standing.OPEN and grade.commit}
        waits = [login for login, one in gaps.items() if graded.get(login) != one.commit or one.note == GRADED_EARLY]
        withheld = [login for login in gaps if login not in waits]
        said += f"; to be graded: {some(waits)}" if waits else ""
        said += f"; a 0 that is withheld as long as the collection is provisional: {some(withheld)}" if withheld else ""
        if stale := self._stale():
            said += f"; STALE: {stale} since"
        return Fact("grade", said, f"{regrade} --resume" if waits or stale or counts[Standing.FAILED] else "")

    def _stale(self) -> str:
        """What has changed since the grades were given; empty when nothing has, or where that cannot be told."""
        out, seed = self.grades.parent, self.grades.parent / "seed.txt"
        if not (self.running.built and seed.is_file()):
            return ""
        asked, running = seed.read_text(encoding="utf-8").strip(), self.running
        now = {paper: fingerprint(on(running.day, paper), built, asked) for paper, built in running.built.items()}
        known, reasons = register(out) | {one.id: one.parts for one in now.values()}, set()
        for one in (out / "students").glob("*"):
            if results.is_graded(out, one.name):
                under = results.under(results.read_scores(one))
                paper = known.get(under[0], {}).get("paper", "") if under else ""
                reasons.add(difference(known, under, [now[paper].id]) if paper in now else "")
        return "; ".join(sorted(filter(None, reasons)))

    def _adjusted(self) -> Fact:
        path = self.work / "adjustments.csv"
        parts = {*read_course().weights, *all_slugs()}
        written = read_adjustments(path, self.running.students, parts)
        mine = {login: rows for (login, slug), rows in written.items() if slug == self.running.slug}
        said = some([f"{login} ({'; '.join(one.in_words for one in rows)})" for login, rows in mine.items()])
        return Fact("adjustments", said or "none")

    def _gradebook(self) -> Fact:
        path = self.work / "gradebook" / "gradebook.csv"
        if not path.is_file():
            return Fact("gradebook", "none", "scripts/gradebook.py" if self.over and self.grades.is_file() else "")
        later = self._later_than(path)
        said = f"is older than {some(later)}" if later else f"written {_when(path)}"
        return Fact("gradebook", said, "scripts/gradebook.py" if self.over and later else "")

    def _later_than(self, path: Path) -> list[str]:
        """The tables of grades that were changed since a file was written."""
        return [one.name for one in (self.collection, self.grades, self.work / "adjustments.csv") if _newer(one, path)]

    def _given_back(self) -> Fact:
        have = self._with_branch(giving_back.BRANCH)
        said = f"to {len(have)} of {len(self.running.repositories)}"
        later = self._later_than(self.folder / "given_back" / "mail.csv") if have else []
        said += f"; before the last change of {some(later)}" if later else ""
        waits = self.over and self.grades.is_file() and (later or not have)
        return Fact("given back", said, f"scripts/give_back.py {self.running.slug} --apply" if waits else "")

    def _solved(self) -> Fact:
        running, have = self.running, self._with_branch(solutions.BRANCH)
        due = self.over and running.forge.now() >= running.schedule.solutions
        left = len(have) < len(running.repositories)
        release = f"scripts/release_solutions.py {running.slug} --apply"
        return Fact("solutions", f"given to {len(have)} of {len(running.repositories)}", release if due and left else "")

    def _with_branch(self, wanted: str) -> list[str]:
        """Who has a branch of ours."""
        forge = self.running.forge
        return [login for login, name in self.running.repositories.items() if forge.tip(name, ours(forge, name, wanted))]


def _newer(one: Path, other: Path) -> bool:
    return one.is_file() and (not other.is_file() or one.stat().st_mtime > other.stat().st_mtime)


def _when(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime).astimezone():%a %d %b, %H:%M}"
