"""The ten steps of a rehearsal: what a course does at GitHub, and what only GitHub can answer.

Nothing is deleted but two repositories, `rehearsal` and `rehearsal-LOGIN`, and only after the first step has seen that
there were none.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from ..forge import MAIN, ForgeError, Push, Status
from ..git import GitError, git, tree_with
from .client import Refused
from .closing import REFUSED
from .github_forge import GitHubForge
from .rehearsal import Diary, NotTried, Step
from .token import git_settings

SLUG = "rehearsal"
WAIT, LOOK = 300.0, 3.0  # seconds: the longest for what GitHub does later; between two looks
NO_TOKEN = "there is no token of the student: set STUDENT_TOKEN"
SCORE = Status("success", "autograding — 1/1")
WORKFLOW = """name: Rehearsal
on:
  push:
    branches: ["**"]
permissions: {}
jobs:
  score:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo '{"score": 1}' > scores.json
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          name: score
          path: scores.json
"""


class Steps:
    """login: of a second account, which plays the student. token: its own; without one its pushes are not tried."""

    def __init__(self, forge: GitHubForge, login: str, token: str, folder: Path, diary: Diary):
        self.forge, self.client, self.login, self.token = forge, forge.client, login.lower(), token
        self.folder, self.diary, self.name = folder / "work", diary, f"{SLUG}-{login.lower()}"
        self.org, self.pushed = f"/orgs/{forge.org}", ""
        git(folder, "init", "--quiet", "--bare", self.folder.name)

    def all(self) -> list[Step]:
        delete = self._delete
        return [
            Step("look at the organisation, the token, the clock and the plan", self.look),
            Step("let members see nothing but what they are given", self.base, "let them see what they saw", self.undo_base),
            Step(f"invite {self.login}", self.invite, "take the invitation back", self.undo_invite),
            Step(f"make the template {SLUG}", self.template, "delete it", lambda: delete(SLUG)),
            Step(f"generate {self.name} from it", self.generate, "delete it", lambda: delete(self.name)),
            Step(f"let {self.login} write there", self.grant),
            Step(f"push as {self.login}, and find the push by the server's clock", self.push),
            Step("overwrite that push, and fetch what it replaced", self.rewrite),
            Step("say a score beside a commit, and find the one that the workflow left", self.score),
            Step("close the assignment, be refused, open it again", self.close, "open it", lambda: self.forge.open(SLUG)),
        ]

    # ---- The organisation ----

    def look(self) -> str:
        facts, me = self.client.get(self.org), self.client.get("/user")["login"]
        taken = [name for name in self.forge.repos() if name in (SLUG, self.name)]
        if taken:
            raise ForgeError(f"{self.forge.org} has a repository {taken[0]} already: delete it, or rename it.")
        if me.lower() == self.login:
            raise ForgeError(f"The token is {me}'s, and so the student must be somebody else: --student LOGIN.")
        off = abs((self.forge.now() - datetime.now(UTC)).total_seconds())
        plan = (facts.get("plan") or {}).get("name", "not told: is the token an owner's?")
        return f"{me} acts; the plan is {plan}; rulesets are {self._rulesets()}; this machine's clock is {off:.0f} s off"

    def _rulesets(self) -> str:
        try:
            self.client.get(f"{self.org}/rulesets")
        except Refused as error:
            if error.status not in REFUSED:
                raise
            return "refused"
        return "allowed"

    def base(self) -> str:
        before = self.client.get(self.org)["default_repository_permission"]
        self.diary.note(base=before)
        self._set_base("none")
        return f"they saw what `{before}` allows"

    def undo_base(self) -> None:
        if before := self.diary.read("base"):
            self._set_base(before)

    def _set_base(self, level: str) -> None:
        self.client.send("PATCH", self.org, {"default_repository_permission": level})

    def invite(self) -> str:
        if self.login in self.forge.people.members():
            return f"{self.login} is a member already"
        self.diary.note(invited=True)
        self.forge.people.invite(self.login)
        return f"{self.login} accepts at {self.client.site}{self.org}/invitation, and then this is run again"

    def undo_invite(self) -> None:
        if self.diary.read("invited"):
            self._gone(f"{self.org}/memberships/{quote(self.login)}")

    # ---- Repositories ----

    def template(self) -> str:
        tree = tree_with(self.folder, None, {"README.md": b"A rehearsal.\n", ".github/workflows/w.yml": WORKFLOW.encode()})
        commit = git(self.folder, "commit-tree", tree, given="The task")
        self.forge.create(SLUG)
        self.forge.publish(SLUG, self.folder, commit, "main")
        return f"its main is {commit[:7]}"

    def generate(self) -> str:
        begin = time.monotonic()
        self.forge.create(self.name, SLUG)
        lasted = time.monotonic() - begin
        self.forge.bring(self.name, self.folder, MAIN)
        commits = git(self.folder, "rev-list", "--count", "FETCH_HEAD")
        return f"its content was there after {lasted:.1f} s, as {commits} commit(s)"

    def grant(self) -> str:
        self.forge.grant(self.name, self.login, "write")
        self.forge.look_again()
        return f"now it is `{self.forge.access(self.name).get(self.login, 'none')}`"

    def _delete(self, name: str) -> None:
        self._gone(f"/repos/{self.forge.org}/{name}")
        self.forge.look_again()

    def _gone(self, path: str) -> None:
        try:
            self.client.send("DELETE", path)
        except Refused as error:
            if error.status != 404:
                raise

    # ---- Pushes ----

    def push(self) -> str:
        commit, begin = self._commit("one"), self.forge.now()
        self._push(commit)
        self.pushed = commit
        push, lasted = self._wait(lambda: self._found(self.pushed), "the push is in no activity")
        return f"GitHub lists it after {lasted:.0f} s, with a time {(push.time - begin).total_seconds():.0f} s after ours"

    def rewrite(self) -> str:
        old, new = self.pushed, self._commit("other", from_template=True)
        if not old:
            raise NotTried("nothing was pushed")
        self._push(f"+{new}")
        push, _ = self._wait(lambda: self._found(new), "the push is in no activity")
        self.pushed = new
        self.forge.fetch(self.name, self.folder.with_name("replaced"), old)
        return f"it is marked as one that rewrote: {'yes' if push.rewrote else 'NO'}; what it replaced can be fetched"

    def score(self) -> str:
        if not self.pushed:  # by the student: then a push of ours has to do
            self.pushed = self._commit("ours")
            self.forge.publish(self.name, self.folder, self.pushed, "main")
        self.forge.set_status(self.name, self.pushed, SCORE)
        self.forge.look_again()
        said = self.forge.status(self.name, self.pushed)
        if said is None or said.description != SCORE.description:
            raise ForgeError("The status that was set is not the one that is read.")
        why = "the workflow left no score: is Actions on?"
        _, lasted = self._wait(lambda: self.forge.scores(self.name, self.pushed), why)
        return f"the score of the workflow was there after {lasted:.0f} s"

    def close(self) -> str:
        self.forge.close(SLUG)
        self.forge.look_again()
        how = "by permission" if self.forge.closing.by_permission(SLUG) else "by a ruleset"
        if not self.token:
            self.forge.open(SLUG)
            raise NotTried(f"it was closed {how} and opened; {NO_TOKEN}, to see whether a push is refused")
        refused, lasted = self._wait(self._refused, f"pushes are taken although it was closed {how}")
        self.forge.open(SLUG)
        self.forge.look_again()
        self._wait(lambda: not self._refused(), "a push is refused although it was opened again")
        return f"closed {how}, a push was refused after {lasted:.0f} s: {refused}"

    def _refused(self) -> str:
        """What is said of a push that is refused; empty for one that is taken."""
        try:
            self._push(self._commit(f"at {time.monotonic_ns()}"))
        except GitError as error:
            return str(error)
        return ""

    def _commit(self, text: str, from_template: bool = False) -> str:
        """One more, on what is there. from_template: on what was handed out, so that it does not go on from there."""
        self.forge.bring(self.name, self.folder, MAIN)
        commits = git(self.folder, "rev-list", "FETCH_HEAD").split()
        parent = commits[-1 if from_template else 0]
        tree = tree_with(self.folder, f"{parent}^{{tree}}", {"answer.txt": text.encode()})
        return git(self.folder, "commit-tree", tree, "-p", parent, given=text)

    def _push(self, commit: str) -> None:
        if not self.token:
            raise NotTried(NO_TOKEN)
        settings = git_settings(self.client.site, self.token)
        git(self.folder, "push", "--quiet", self.forge.url(self.name), f"{commit}:{MAIN}", settings=settings)

    def _found(self, commit: str) -> Push | None:
        return next((push for push in self.forge.pushes(self.name) if push.commit == commit), None)

    def _wait(self, look: Callable, otherwise: str) -> tuple:
        """What a look finds, and after how many seconds. Raises ForgeError with `otherwise` when that takes too long."""
        begin = time.monotonic()
        while not (found := look()):
            if time.monotonic() - begin > WAIT:
                raise ForgeError(f"After {WAIT:.0f} s {otherwise}.")
            time.sleep(LOOK)
            self.forge.look_again()
        return found, time.monotonic() - begin
