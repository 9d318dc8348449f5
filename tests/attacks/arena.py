"""Where an attack is graded: through the real lane, in the real sandbox, with everything worth stealing set up."""

import ast
import json
import os
import shutil
import socket
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from autograding.judge import host
from autograding.judge.assignment import Assignment, declared_by, tests_in
from autograding.judge.host import Host
from autograding.judge.processes import worker_pool
from autograding.judge.reference import Recorder
from autograding.judge.session import Session
from autograding.judge.student import Student
from autograding.judge.unlocking import key_of
from genweek.regrading import grades
from genweek.regrading.lanes import Lane
from genweek.regrading.results import folder_of, read_scores
from genweek.regrading.submissions import Submission

ROOT = Path(__file__).resolve().parent.parent.parent
STEM = "nb1_target"
HONEST = 20  # points for `shift`, the one exercise that the attackers have solved
SOLVED = """\
# %%
import torch
from torch import nn

# %%
def scale(x):
    return 2.5 * x + x**2

# %%
def shift(x):
    return x + 1

# %%
def combine(x):
    return shift(scale(x))

# %%
def draw(mean):
    return mean + 2 * torch.randn(mean.shape)

# %%
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([0.5, -1.5, 2.0]))

    def forward(self, x):
        return self.weight * x.tanh()
"""
TODO = {
    "scale": "2.5 * x + x**2",
    "combine": "shift(scale(x))",
    "draw": "mean + 2 * torch.randn(mean.shape)",
    "Net.forward": "self.weight * x.tanh()",
}
PARTLY = SOLVED  # what an attacker has: the starter with `shift` solved
for _name, _line in TODO.items():
    PARTLY = PARTLY.replace(f"return {_line}", f'raise NotImplementedError("TODO nb1.{_name}")')
CODE = "K7QF-2MXA"  # opens a checkpoint with all that is to do
CANARIES = (
    "SECRET-SEED",
    "CANARY_OF_THE_TESTS",
    "CANARY-OF-THE-HOME",
    "CANARY-OF-THE-ENVIRONMENT",
    "CANARY-OF-A-NEIGHBOUR",
    "2.5 * x",
)


@dataclass(frozen=True)
class Attack:
    """One submission: a solved `shift`, and `code` below it.

    tries: what it is after, in words. sign: words that the report must hold; they prove that the attack took place.
    limit: seconds for a call, where it hangs. first: code of an accomplice, who is graded just before. prepare: puts
    other things into the submission's folder. exam: it is graded with tests that are in no repository, besides.
    """

    name: str
    tries: str
    code: "str | Callable[[Arena], str]" = ""
    sign: str = ""
    limit: float = 10.0
    first: str = ""
    prepare: Callable[[Path, "Arena"], None] | None = None
    exam: bool = False


@dataclass(frozen=True)
class Verdict:
    score: int
    scores: dict
    everything: str  # all that was written of it

    def says(self, words: str) -> bool:
        return words in json.dumps(self.scores, ensure_ascii=False)


class Arena:
    def __init__(self, folder: Path):
        folder.chmod(0o755)
        self.folder, self.out, self.handed_in = folder, folder / "out", folder / "submissions"
        self.repo = _built(folder / "repo")
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "secret.txt").write_text("CANARY-OF-THE-HOME")
        self.assignment = Assignment.load(self.repo / "autograding")
        (folder / "unseen").mkdir()
        shutil.copy(Path(__file__).with_name("target_unseen.py"), folder / "unseen" / f"test_{STEM}.py")
        self.exam = replace(self.assignment, unseen=folder / "unseen")
        self.public = self._record("public", self.assignment)
        self.recording = self._record("SECRET-SEED-5aX9", self.exam)
        (self.out / "seed.txt").parent.mkdir()
        (self.out / "recording.json").write_text(json.dumps({"seed": "SECRET-SEED-5aX9"}))
        (folder / "scratch").mkdir()
        self.lane, self.exam_lane = (
            Lane(number, self.repo, assignment, self.recording, self.out, folder / "scratch")
            for number, assignment in ((1, self.assignment), (2, self.exam))
        )
        self.write(self.handed_in / "neighbour", SOLVED + "\n# CANARY-OF-A-NEIGHBOUR\n")
        self.ports = [
            _listener(socket.AF_INET, ("127.0.0.1", 0)),
            _listener(socket.AF_UNIX, f"\0genweek-arena-{os.getpid()}"),
        ]
        self.before = self.outside()

    def close(self) -> None:
        self.lane.close()
        self.exam_lane.close()
        for port in self.ports:
            port.close()

    def write(self, folder: Path, text: str) -> Path:
        folder.mkdir(parents=True)
        (folder / f"{STEM}.py").write_text(text, encoding="utf-8", errors="surrogateescape")
        return folder

    def grade(
        self, name: str, text: str, limit: float = 10.0, prepare: Callable | None = None, exam: bool = False
    ) -> Verdict:
        """Grade one submission the way a regrade does, and read all that was written."""
        folder = self.write(self.handed_in / name, text)
        usual, host.CALL_LIMIT = host.CALL_LIMIT, limit
        try:
            if prepare:
                prepare(folder, self)
            (self.exam_lane if exam else self.lane).run(Submission(name, folder))
        finally:
            host.CALL_LIMIT = usual
            shutil.rmtree(folder)
        written = folder_of(self.out, name)
        scores = read_scores(written)
        grades.write_rows(self.folder / "grades.csv", [grades.row(name, scores)])
        texts = [path.read_text(encoding="utf-8") for path in (*written.iterdir(), self.folder / "grades.csv")]
        shutil.rmtree(written)
        return Verdict(scores["score"], scores, "\n".join(texts))

    def attack(self, attack: Attack) -> Verdict:
        code = attack.code(self) if callable(attack.code) else textwrap.dedent(attack.code)
        if attack.first:
            self.grade("accomplice", SOLVED + "\n# %%\n" + textwrap.dedent(attack.first))
        return self.grade("mallory", f"{PARTLY}\n# %%\n{code}\n", attack.limit, attack.prepare, attack.exam)

    def survivors(self) -> list[str]:
        """What is alive in the sandbox besides its warm parent. A killed process may need a moment to be gone."""
        for _ in range(50):
            pools = [lane.pool for lane in (self.lane, self.exam_lane) if lane.pool]
            alive = [one for pool in pools for one in _descendants(pool.process.pid)[1:]]
            if not alive:
                break
            time.sleep(0.02)
        return alive

    def outside(self) -> dict[str, int]:
        """When each file was changed last that an attack might reach for."""
        folders = (self.repo, self.home, self.handed_in / "neighbour", self.out)
        return {str(path): path.lstat().st_mtime_ns for folder in folders for path in folder.rglob("*") if path.is_file()}

    def knocks(self) -> int:
        """How often somebody connected to our ports."""
        count = 0
        for port in self.ports:
            with suppress(BlockingIOError):
                port.accept()[0].close()
                count += 1
        return count

    def _record(self, seed: str, assignment: Assignment) -> dict:
        recording = {"seed": seed, "answers": {}, "mistakes": {}}
        pool = worker_pool([self.repo])
        texts = {STEM: {".py": SOLVED}}
        host = Host(pool, {STEM: {"starter": self.assignment.starters[STEM], "texts": texts[STEM]}})

        def live(stem: str, scope: str, stream_seed: int) -> Recorder:
            answers = recording["answers"].setdefault(scope, [])
            return Recorder(Student(host, stem, scope, stream_seed, graded=""), answers)

        session = Session(assignment, texts, pool, recording, live)
        results = [session.run(test) for test in assignment.tests]
        assert all(result.status == "pass" for result in results), [result.message for result in results]
        session.close()
        host.close()
        pool.close()
        return recording


def _built(repo: Path) -> Path:
    """A repository as students get it, of the target alone."""
    shutil.copytree(ROOT / "autograding", repo / "autograding", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copytree(
        ROOT / "assignments" / "common" / "genlab",
        repo / "genlab",
        ignore=shutil.ignore_patterns("__pycache__", "data", "weights"),
    )
    opened = {node.name: f"import torch\n{ast.unparse(node)}" for node in ast.parse(SOLVED).body if hasattr(node, "name")}
    (repo / "genlab" / "locked").mkdir()
    bundle = AESSIV(key_of("nb1.A", CODE)).encrypt(
        json.dumps({"exercises": opened, "program": list(opened.values())}).encode(), [b"nb1.A"]
    )
    (repo / "genlab" / "locked" / "nb1.A.bin").write_bytes(bundle)
    tests = repo / "autograding" / "tests"
    tests.mkdir()
    shutil.copy(Path(__file__).with_name("target.py"), tests / f"test_{STEM}.py")
    todo = ast.parse(PARTLY.replace("return x + 1", 'raise NotImplementedError("TODO nb1.shift")')).body
    facts = {
        "assignment": "target",
        "title": "Target",
        "max_score": 100,
        "starters": {STEM: {node.name: ast.unparse(node) for node in todo if hasattr(node, "name")}},
        "tests": declared_by(tests_in(tests, [STEM])),
    }
    (repo / "autograding" / "assignment.json").write_text(json.dumps(facts))
    return repo


def _listener(family: int, address) -> socket.socket:
    port = socket.socket(family)
    port.bind(address)
    port.listen()
    port.setblocking(False)
    return port


def _descendants(pid: int) -> list[str]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [
        f"{child}: {Path(f'/proc/{child}/cmdline').read_bytes()[:60]}"
        for child in children
        if os.path.exists(f"/proc/{child}")
    ] + [one for child in children for one in _descendants(int(child))]
