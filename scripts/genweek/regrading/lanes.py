"""Grades many submissions on unseen inputs: lanes side by side, each a judge with a warm parent of its own.

A lane's judge is a process forked from ours that holds the tests and one recording; a student's code runs behind it, in
a sandbox. What a lane hands over is a file, written whole; so a run that is killed goes on where it was.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autograding.judge.assignment import Assignment
from autograding.judge.processes import WarmParent, WorkerError, WorkerPool, worker_pool
from autograding.judge.recording import Recording
from autograding.reports.escape import visible
from autograding.judge.scores import scores_of
from autograding.judge.session import Session

from . import control_group, sandbox
from .results import save
from .submissions import Submission, read

FAILED = "This could not be graded. Your instructor has to look at it."
TRIES = 2  # a judge that was lost is replaced, and the submission graded once more
PR_SET_PDEATHSIG = 1


def grade(assignment: Assignment, recording: Recording, submission: Submission, pool: WorkerPool) -> dict:
    """The scores of one submission that was read (see `autograding.scores`). Raises WorkerError."""
    session = Session(assignment, submission.texts, pool, recording)
    for test in assignment.tests:
        session.run(test)
    session.close()
    if session.lost:
        raise WorkerError(session.lost)
    status = "graded" if submission.found else "missing"
    return _scores(assignment, session.results, submission, session.warnings, status)


def failed(assignment: Assignment, submission: Submission, reason: str) -> dict:
    """What stands for the scores of a submission that could not be graded."""
    submission.notes.append(f"It could not be graded: {reason}")
    return _scores(assignment, [], submission, [FAILED], "failed")


def _scores(assignment: Assignment, results: list, submission: Submission, warnings: list[str], status: str) -> dict:
    """With what `grades.csv` says besides; text is safe to show on a screen."""
    begun, said = submission.found or submission.under or assignment.kind == "lab", [*submission.warnings, *warnings]
    scores = scores_of(assignment, results, said, submission.commit or None, begun=bool(begun))
    scores["warnings"] = [visible(warning) for warning in scores["warnings"]]
    scores["notes"] = [visible(note) for note in submission.notes]  # for staff
    for test in (test for task in scores["tasks"] for test in task["tests"]):
        test["message"] = visible(test["message"])
    return scores | {"status": status, "claimed": submission.claimed}


def pool_for(
    repo: Path, scratch: Path, lane: int, sandboxed: bool = True, group: control_group.Group | None = None
) -> WorkerPool:
    """A warm parent in the sandbox, where there is bubblewrap, and in a control group, where there is one."""
    if not sandboxed or not sandbox.available():
        return worker_pool([repo])
    staged = sandbox.stage(repo, scratch / f"lane{lane}")
    handed_out = [sandbox.INSIDE / path.relative_to(staged) for path in sorted((staged / "handed_out").iterdir())]
    command = sandbox.command(staged, lane)
    return WarmParent([sandbox.INSIDE], group.joined(command) if group else command, handed_out)


class Lane:
    """One judge: grades what it is given and keeps its warm parent alive."""

    def __init__(
        self,
        number: int,
        repo: Path,
        assignment: Assignment,
        recording: Recording,
        out: Path,
        scratch: Path,
        sandboxed: bool = True,
    ):
        self.number, self.repo, self.assignment, self.recording = number, repo, assignment, recording
        self.out, self.scratch, self.sandboxed, self.pools = out, scratch, sandboxed, 0
        self.pool: WorkerPool | None = None
        self.group: control_group.Group | None = None

    def run(self, submission: Submission) -> None:
        """Read and grade one submission and write its files. Raises OSError when these cannot be written."""
        read(submission, self.assignment.starters)
        for _ in range(TRIES):
            try:
                self.pool = self.pool or self._new_pool()
                scores = grade(self.assignment, self.recording, submission, self.pool)
                break
            except Exception as error:  # a submission that breaks us is a row, never an end of the batch
                self.close()
                scores = failed(self.assignment, submission, f"{type(error).__name__}: {error}")
        save(self.out, submission, scores, self.repo)

    def close(self) -> None:
        if self.pool is not None:
            self.pool.close()
            self.pool = None
        if self.group is not None:
            self.group.remove()
            self.group = None

    def _new_pool(self) -> WorkerPool:
        self.pools += 1
        folder = self.scratch / f"pool{self.number}.{os.getpid()}.{self.pools}"
        folder.mkdir(mode=0o755)
        self.group = control_group.make(f"lane{self.number}") if self.sandboxed and sandbox.available() else None
        return pool_for(self.repo, folder, self.number, self.sandboxed, self.group)


def regrade(
    submissions: Sequence[Submission],
    jobs: int,
    repo: Path,
    assignment: Assignment,
    recording: Recording,
    out: Path,
    scratch: Path,
    sandboxed: bool = True,
) -> Iterator[str]:
    """Grade all, `jobs` at a time; yields each student's name when done. Raises OSError when it cannot write results."""
    waiting, tries = deque(submissions), Counter()
    arguments = (repo, assignment, recording, out, scratch, sandboxed)
    lanes = [_LaneProcess(jobs, number, *arguments) for number in range(1, jobs + 1)]
    idle = list(lanes)
    busy: dict[Any, tuple[_LaneProcess, Submission]] = {}
    try:
        while waiting or busy:
            while waiting and idle:
                lane, submission = idle.pop(), waiting.popleft()
                busy[lane.ask(submission)] = lane, submission
            for channel in wait(list(busy)):
                lane, submission = busy.pop(channel)
                idle.append(lane)
                if lane.answered():
                    yield submission.student
                    continue
                lane.restart()
                tries[submission.student] += 1
                if tries[submission.student] < TRIES:
                    waiting.append(submission)
                else:
                    save(out, submission, failed(assignment, submission, "it ended the judge."), repo)
                    yield submission.student
    finally:
        for lane in lanes:
            lane.end()


class _LaneProcess:
    """A lane in a process of its own, as its parent sees it."""

    def __init__(self, jobs: int, *lane_arguments):
        self._jobs, self._arguments = jobs, lane_arguments
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self.channel, theirs = context.Pipe()
        arguments = (theirs, os.getpid(), self._jobs, *self._arguments)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, submission: Submission) -> Connection:
        self.channel.send(submission)
        return self.channel

    def answered(self) -> bool:
        """Is what it was asked done? False when the process is gone. Raises OSError."""
        try:
            problem = self.channel.recv()
        except (EOFError, ConnectionError):
            return False
        if problem:
            raise OSError(*problem)
        return True

    def restart(self) -> None:
        self.end()
        self._start()

    def end(self) -> None:
        self.channel.close()
        self._process.kill()  # its sandbox dies with it
        self._process.join()


def stay_on_one_core(lane: int) -> None:
    """A judge and its worker take turns: on one core, neither has to wake another one (Linux).

    Only for when every core has its lane: else two runs could share one core while others are idle.
    """
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[lane % len(cores)]})


def _serve(channel: Connection, parent: int, jobs: int, *lane_arguments) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
    lane = Lane(*lane_arguments)
    if sys.platform == "linux" and jobs >= len(os.sched_getaffinity(0)):
        stay_on_one_core(lane.number)
    while True:
        try:
            lane.run(channel.recv())
            channel.send(None)
        except EOFError:
            return lane.close()
        except OSError as error:
            channel.send((error.errno, error.strerror, str(error.filename or "")))
