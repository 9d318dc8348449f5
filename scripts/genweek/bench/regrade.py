"""Benchmarks of a regrade: a lane against the floor, its memory, and two lanes against one."""

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograding.judge.processes import WarmParent
from . import floor as bench_floor
from .population import Class, Texts
from .measure import Cost, resident, tree, tree_cpu
from ..course.day import CourseError
from ..regrading.lanes import Lane, regrade, stay_on_one_core
from ..regrading.results import folder_of

Row = tuple[str, str, str]
ROUNDS, RIGHT, WRONG = 5, 10, 2  # of each round


@contextmanager
def open_lane(course: Class) -> Iterator[Lane]:
    """A lane in this process, which is its judge; warm."""
    scratch = course.scratch / "lane"
    scratch.mkdir(mode=0o755, exist_ok=True)
    lane = Lane(1, course.repo, course.assignment, course.assignment.recording, course.scratch / "grades", scratch)
    try:
        lane.run(course.hand_in("warm-up"))
        scores = json.loads((folder_of(lane.out, "warm-up") / "scores.json").read_text())
        if scores["score"] != scores["max_score"]:
            raise CourseError(f"A right submission got {scores['score']} of {scores['max_score']} points: {scores}")
        yield lane
    finally:
        lane.close()


def lane_cost(lane: Lane, course: Class, texts: Sequence[Texts]) -> Cost:
    """Seconds for each of some submissions."""
    submissions = [course.hand_in(f"student{number}", one) for number, one in enumerate(texts)]
    start, before = time.monotonic(), tree_cpu(os.getpid())
    for submission in submissions:
        lane.run(submission)
    return Cost((tree_cpu(os.getpid()) - before) / len(texts), (time.monotonic() - start) / len(texts))


class Floor:
    """A process of its own, in which nothing is isolated."""

    def __init__(self, course: Class):
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=bench_floor.serve, args=(theirs, str(course.repo)), daemon=True)
        self._process.start()

    def grade(self, sources: Sequence[str]) -> tuple[int, float, float]:
        """Tests passed, CPU seconds, and of these the ones inside the student's functions."""
        self._connection.send(sources)
        return self._connection.recv()

    def close(self) -> None:
        self._connection.send(None)
        self._process.join()


def against_the_floor(course: Class) -> list[Row]:
    texts = [course.right] * RIGHT + course.wrong(WRONG)
    sources = [course.definitions(one) for one in texts]
    ours, whole, inside = [], [], []
    cores = os.sched_getaffinity(0)
    stay_on_one_core(1)  # as a lane does when all cores grade; the floor does it, too
    floor = Floor(course)
    passed, _, _ = floor.grade(sources[0])
    if passed != len(course.assignment.tests):
        raise CourseError(f"The floor passes only {passed} of {len(course.assignment.tests)} tests.")
    with open_lane(course) as lane:
        for _ in range(ROUNDS):
            ours.append(lane_cost(lane, course, texts).cpu)
            costs = [floor.grade(one) for one in sources]
            whole.append(sum(cost for _, cost, _ in costs) / len(costs))
            inside.append(sum(cost for _, _, cost in costs) / len(costs))
    floor.close()
    os.sched_setaffinity(0, cores)
    ratio = statistics.median(one / other for one, other in zip(ours, whole, strict=True))
    return [
        (f"a lane, CPU for each of {ROUNDS * len(texts)} submissions", f"{statistics.median(ours) * 1000:.0f} ms", ""),
        ("the floor: the same tests, not isolated", f"{statistics.median(whole) * 1000:.0f} ms", ""),
        ("    of it inside the student's functions", f"{statistics.median(inside) * 1000:.0f} ms", ""),
        ("a lane / the floor", f"{ratio:.2f}", "at most 2"),
    ]


def memory(course: Class, count: int) -> list[Row]:
    """Of the judge and its warm parent, early and late."""
    seen = []
    with open_lane(course) as lane:
        for number in range(1, count + 1):
            lane.run(course.hand_in("student"))
            if number in (count // 10, count):
                assert isinstance(lane.pool, WarmParent), "measured where a warm parent forks"
                seen.append([resident(os.getpid()), resident(tree(lane.pool.process.pid)[-1])])
    return [
        (f"{who}, after {count // 10} and {count} submissions", f"{early:.0f} and {late:.0f} MB", "flat")
        for who, early, late in zip(("judge", "warm parent"), *seen, strict=True)
    ]


def two_lanes(course: Class) -> list[Row]:
    """Wall and CPU of two lanes against one, in the steady state, in turn."""
    pairs = [[_lanes_cost(course, jobs) for jobs in (1, 2)] for _ in range(3)]
    faster = statistics.median(one.wall / two.wall for one, two in pairs)
    dearer = statistics.median(two.cpu / one.cpu for one, two in pairs)
    return [
        ("two lanes: submissions in the time of one lane's one", f"{faster:.2f}", f"2 ({os.cpu_count()} idle cores)"),
        ("    CPU for each submission / one lane's", f"{dearer:.2f}", "1"),
    ]


def _lanes_cost(course: Class, jobs: int) -> Cost:
    """Seconds for each submission, once every lane is warm."""
    count, marks = 24 * jobs, []
    submissions = [course.hand_in(f"student{number}") for number in range(count)]
    lanes = (course.repo, course.assignment, course.assignment.recording, course.scratch / "grades")
    scratch = course.scratch / f"lanes{time.monotonic_ns()}"
    scratch.mkdir(mode=0o755)
    for _ in regrade(submissions, jobs, *lanes, scratch):
        marks.append((time.monotonic(), tree_cpu(os.getpid())))
    warm = 4 * jobs
    (start, before), (end, after) = marks[warm - 1], marks[-1]
    return Cost((after - before) / (count - warm), (end - start) / (count - warm))
