"""Where an assignment stands on the forge: repositories against the roster, pushes, and what grades them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograding.reports.escape import one_line

from ...course.day import CourseError, Day
from ...course.extensions import in_words as length_in_words
from ...course.roster import Student
from ...course.schedule import Schedule
from ...forges.forge import GRADER, Forge, ForgeError, Push, Status, paper_of, template_name
from ...forges.git import GitError, git
from ...making.locking import course_secret, is_there
from ...making.staleness import refuse_stale
from ..publishing.generating import next_template, other_hours
from ..publishing.secrets_in_use import of_forge
from ..belonging import ASIDE, names_of, repository
from ..drawing import Seats, on
from .facts import Fact, some


@dataclass(frozen=True)
class Running:
    """One assignment on a forge. built: it as it would be published now, by paper, or under an empty name where there is
    none; empty where it cannot be built."""

    day: Day
    schedule: Schedule
    students: Sequence[Student]
    forge: Forge
    built: Mapping[str, Path] = field(default_factory=dict)
    left: Sequence[Student] = ()
    seats: Seats = Seats({})

    @property
    def slug(self) -> str:
        return self.day.slug

    @cached_property
    def existing(self) -> set[str]:
        return set(self.forge.repos())

    @cached_property
    def repositories(self) -> dict[str, str]:
        """The repository of each student who has one, by login."""
        names = {one.login: repository(self.forge, self.existing, self.slug, one) for one in self.students}
        return {login: name for login, name in names.items() if name in self.existing}

    @cached_property
    def pushed(self) -> dict[str, list[Push]]:
        """The pushes of each student who has a repository, by login; none where it cannot be read."""
        return {login: self._pushes(name) for login, name in self.repositories.items()}

    def _pushes(self, name: str) -> list[Push]:
        with suppress(GitError, ForgeError, OSError):
            return self.forge.pushes(name)
        return []

    def facts(self) -> list[Fact]:
        return [*self._course(), *self._repositories(), *self._forge(), self._pushed(), self._graded()]

    def _course(self) -> list[Fact]:
        extended = {one.login: one.extension(self.slug) for one in self.students if one.extension(self.slug)}
        given = [f"{login} +{length_in_words(minutes)}" for login, minutes in extended.items()]
        return [Fact("extensions", some(given) or "none"), *self._papers(), self._secret()]

    def _papers(self) -> list[Fact]:
        """How many write on which paper, and whose repository holds another one."""
        if not self.schedule.sittings:
            return []
        held = {login: paper_of(self.forge, name) for login, name in self.repositories.items()}
        other = [
            f"{login} ({paper})" for login, paper in held.items() if paper not in ("", self.seats.by_login[login].paper)
        ]
        said = "; ".join(self.seats.in_words()) + (f"; ANOTHER in the repository of {some(other)}" if other else "")
        return [Fact("papers", said, f"scripts/generate.py {self.slug} --apply" if other else "")]

    def _secret(self) -> Fact:
        try:
            in_use = of_forge(self.forge, self.slug)
            if not in_use and not is_there():
                return Fact("secret", "none yet: generate makes it")
            course_secret(make=False, in_use=in_use)
        except (CourseError, GitError, ForgeError) as error:
            return Fact("secret", str(error), "bring back solutions_private/course_secret")
        return Fact("secret", "belongs to these repositories" if in_use else "is there")

    def _repositories(self) -> list[Fact]:
        missing = [one.login for one in self.students if one.login not in self.repositories]
        generate = f"scripts/generate.py {self.slug} --apply"
        said = f"{len(self.repositories)} of {len(self.students)}"
        said += f"; none for {some(missing)}" if missing else ""
        levels = {login: self.forge.access(name).get(login) for login, name in self.repositories.items()}
        closed = [login for login, level in levels.items() if level not in ("write", "invited")]
        invited = [login for login, level in levels.items() if level == "invited"]
        due = self.forge.now() >= self.schedule.release
        said += f"; closed: {some(closed)}" if closed and due else ""
        said += f"; have not accepted yet: {some(invited)}" if invited else ""
        found = [Fact("repositories", said, generate if missing or (closed and due) else ""), *self._hours()]
        if nobodys := self._of_nobody():
            found.append(Fact("of nobody", f"{some(nobodys)}: the roster has no such login"))
        return found + [self._starter(paper, built) for paper, built in self.built.items()]

    def _hours(self) -> list[Fact]:
        """Whose repository opens or ends by dates that have changed since."""
        other = other_hours(self.forge, self.schedule, self.day.facts.kind == "exam", self.students)
        said = f"CHANGED since the server was told those of {some(other)}"
        return [Fact("dates", said, f"scripts/generate.py {self.slug} --apply")] if other else []

    def _starter(self, paper: str, built: Path) -> Fact:
        """Whether students were given what the masters make."""
        subject, template = f"starter {paper}".strip(), template_name(self.slug, paper)
        try:
            refuse_stale(on(self.day, paper))
        except CourseError as error:
            return Fact(subject, str(error), f"scripts/build.py {self.slug}")
        if template not in self.existing or not self.forge.tip(template):
            return Fact(subject, "is what the masters make")
        branch = GRADER if self.forge.tip(template, GRADER) else "main"  # of an exam, the one that is open
        commit, is_new = next_template(self.forge, template, built, branch)
        changed = git(built, "diff", "--name-only", f"{commit}^", commit).split("\n") if is_new else []
        said = "is what the masters make, and what students were given"
        said = f"is newer than what students have: {some(changed)}" if is_new else said
        over = self.forge.now() >= self.schedule.last_closes(self.students)  # then nobody works with it any more
        return Fact(subject, said, f"scripts/generate.py {self.slug} --update" if is_new and not over else "")

    def _of_nobody(self) -> list[str]:
        """Repositories of this assignment that belong to no login of the roster, each with its number of pushes."""
        known = names_of(self.slug, [*self.students, *self.left])
        others = sorted(name for name in self.existing - known if name.startswith(f"{self.slug}-") and ASIDE not in name)
        return [f"{name} ({len(self._pushes(name))} pushes)" for name in others]

    def _forge(self) -> list[Fact]:
        closed = self.forge.closed(self.slug)
        found = [Fact(*one) for one in self.forge.health(self.slug)]
        if closed is not None:
            found.append(
                Fact("closed", f"no pushes are taken, but from {some(sorted(closed))}" if closed else "no pushes are taken")
            )
        return found

    def _pushed(self) -> Fact:
        silent = [login for login, pushes in self.pushed.items() if not pushes]
        count = sum(map(len, self.pushed.values()))
        said = f"{count} from {len(self.pushed) - len(silent)} of {len(self.pushed)}"
        return Fact("pushes", said + (f"; nothing from {some(silent)}" if silent else ""))

    def _graded(self) -> Fact:
        """What the server has said of each student's last push to each branch."""
        if not self.forge.grades:
            return Fact("grading", "is switched off")
        states: dict[str, list[str]] = {}
        for login, pushes in self.pushed.items():
            for commit in {push.branch: push.commit for push in pushes}.values():
                status = self.forge.status(self.repositories[login], commit) or Status("pending", "")
                states.setdefault(status.state, []).append(f"{login} {commit[:7]}: {one_line(status.description)[:120]}")
        waiting, failed = states.get("pending", []), states.get("error", [])
        graded = sum(len(states.get(state, [])) for state in ("success", "failure"))
        said = f"{graded} last pushes are graded, {len(waiting)} wait, {len(failed)} failed"
        said += f": {'; '.join(failed[:3])}" if failed else ""
        again = self.forge.catch_up() if waiting else ""
        return Fact("grading", f"{said}; nobody grades" if again else said, again)
