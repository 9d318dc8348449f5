"""What a function may do: each costs its own points, says a sentence, and leaves the others alone."""

import os
import time

import pytest
from tiny_assignment import given_parts, starter
from tiny_notebooks import STEM, solved

from autograding.checks.compare import assert_same_either
from autograding.checks.observed import observing
from autograding.judge import host as judge_host
from autograding.judge.faults import StudentFault
from autograding.judge.host import Host
from autograding.judge.processes import Spawner
from autograding.judge.session import Session
from autograding.judge.student import Student

SHORT = 1.5  # seconds for a call that hangs


def scale(body: str) -> str:
    return "def scale(x):\n    " + body.replace("\n", "\n    ")


def test_the_right_solution_has_all_points(tiny):
    graded = tiny.grade(solved())
    assert (graded.score, graded.max_score, graded.warnings) == (100, 100, [])


def test_the_starter_has_none_and_is_to_do(tiny):
    graded = tiny.grade(starter())
    assert graded.score == 0 and {test["status"] for test in graded.tests.values()} == {"todo"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return None", ["scale(float32 (4, 3))", "is None"]),
        ("pass", ["is None"]),
        ("return (2 * x).T[:2]", ["its shape is (2, 4), where (4, 3) is wanted"]),
        ("return 2 * x * float('nan')", ["12 of 12 entries are NaN"]),
        ("return (2 * x).int()", ["its dtype is int32"]),
        ("return 3 * x", ["12 of 12 entries are wrong", "where you have"]),
        ("return torch.distributions.Normal(x, 1)", ["object of type Normal"]),
        ("return (x, x)", ["it is a sequence of 2"]),
        ("return {'a': x}", ["a dict with the keys a"]),
        ("return lambda: x", ["object of type function"]),
        ("a = []; a.append(a); return a", ["RecursionError"]),
        ("return '\\ud800'", ["it is"]),
        ("return 10 ** 30", ["object of type int of more than 64 bits"]),
        ("return 2 * x.to_sparse()", ["raised"]),
        ("return [0.5] * 10 ** 6", ["lists and numbers of 5 MB", "Is the shape of the answer"]),
        ("return torch.zeros(2 ** 23)", ["the answer is a message of", "Is the shape of the answer"]),
    ],
)
def test_a_wrong_answer_of_any_kind(tiny, body, words):
    graded = tiny.with_scale(scale(body))
    assert graded.lost == {"nb1.scale"} and graded.max_score == 100
    assert all(word in graded.tests["test_scale_doubles"]["message"] for word in words), graded.message("nb1.scale")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('my own words')", ["raised ValueError: my own words", "line 2: raise ValueError"]),
        ("return undefined_name", ["NameError", "undefined_name", "spelled"]),
        ("return x @ torch.ones(77, 5)", ["RuntimeError", "print the `.shape`"]),
        ("return scale(x)", ["RecursionError", "calls itself without end"]),
        ("import sys; sys.exit()", ["SystemExit", "Leave `exit`"]),
        ("raise KeyboardInterrupt", ["KeyboardInterrupt"]),
        ("exit()", ["Leave `exit`"]),
        ("return float(input('x? '))", ["EOFError", "leave `input()` out"]),
        ("import no_such_package", ["ModuleNotFoundError", "requirements.txt"]),
        ("return torch.empty(10**12)", ["more memory than a call may have", "line 2"]),
        ("chunks = []\nwhile True: chunks.append(torch.empty(2**26))", ["more memory than a call may have"]),
        ("raise RuntimeError('\\ud800 half a pair')", ["RuntimeError"]),
        ("class Evil(Exception):\n    def __str__(self): raise SystemExit\nraise Evil", ["raised Evil"]),
        ("raise type('A' * 10**6, (Exception,), {})('b' * 10**7)", ["raised A"]),
        ("raise NotImplementedError", ["NotImplementedError"]),
        ("print('before it broke'); raise ValueError", ["It printed: before it broke"]),
    ],
)
def test_whatever_is_raised_is_told_with_a_hint(tiny, body, words):
    graded = tiny.with_scale(scale(body))
    graded.costs_only("nb1.scale", *words)
    assert graded.statuses("nb1.scale") == ["error", "error"]
    assert all(len(test["message"]) < 3500 for test in graded.tests.values())


@pytest.mark.parametrize(
    "body",
    [
        "import os; os._exit(0)",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.abort()",
        "import os; os.closerange(3, 99)",
        "import ctypes; ctypes.string_at(0)",
        "import sys; sys.setrecursionlimit(10**9)\nclass Down:\n    def __repr__(self): return repr(Down())\nrepr(Down())",
    ],
)
def test_a_call_that_ends_its_process_costs_itself_alone(tiny, body):
    tiny.with_scale(scale(body)).costs_only("nb1.scale", "ended the Python process", "Look for")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_call_that_ends_the_parent_of_its_process_costs_itself_alone(tiny):
    if not hasattr(tiny.pool, "_boot"):
        pytest.skip("there is no warm parent here")
    texts = {STEM: {".py": solved(scale("import os, time; os.kill(os.getppid(), 9); time.sleep(9)"))}}
    session = Session(tiny.assignment, texts, tiny.pool, tiny.recording)
    assert [session.run(test).status for test in (tiny.tests[0], tiny.tests[2])] == ["error", "pass"]
    session.close()


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(99)",
        "import threading; threading.Event().wait()",
        "while True:\n    try: import time; time.sleep(9)\n    except BaseException: pass",
    ],
)
def test_a_call_that_never_returns_costs_its_limit_once(tiny, body):
    start = time.monotonic()
    graded = tiny.with_scale(scale(body), limit=SHORT)
    assert time.monotonic() - start < 2 * SHORT
    graded.costs_only("nb1.scale", "did not return within 1.5 seconds", "loop")
    assert graded.statuses("nb1.scale") == ["timeout", "timeout"]


def test_what_builds_on_a_hung_part_is_judged_with_given_parts_and_does_not_wait(tiny):
    graded = tiny.with_scale("def scale(x):\n    while True: pass", limit=SHORT)
    assert graded.tests["test_combine_scales_then_shifts"]["status"] == "pass"


def test_what_hangs_by_itself_is_not_tried_again_with_given_parts(tiny):
    start = time.monotonic()
    broken = solved().replace("return shift(scale(x))", "while True: pass")
    tiny.grade(broken, limit=SHORT).costs_only("nb1.combine", "did not return")
    assert time.monotonic() - start < 2 * SHORT


def test_a_constant_that_hangs_costs_those_who_use_it(tiny):
    broken = solved().replace("FACTOR = 2.0", "while True: FACTOR = 2.0")
    graded = tiny.grade(broken, limit=SHORT, only="nb1.s")
    assert graded.statuses("nb1.scale") == ["timeout", "timeout"] and graded.statuses("nb1.shift") == ["pass"]


@pytest.mark.parametrize(
    "body",
    [
        "print('x' * 50_000_000)",
        "import os; os.write(1, b'x' * 10**6); os.write(2, b'x' * 10**6)",
        "import sys; sys.stdout.writelines(['a'] * 10**5); sys.stderr.flush(); sys.stdout.isatty()",
        "import sys; sys.stdout.close(); print('more')",
        "import sys; sys.stdout = None",
        "import warnings; warnings.warn('a warning')",
        "import os; os.fork() or os._exit(0)",
        "import os, time; os.fork() or time.sleep(60)",
        "import os; os.fork()",
        "import os\nif os.fork() == 0: os.setsid(); os.fork()",
        "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()",
        "import threading, os, time\ndef later(): time.sleep(0.05); os._exit(0)\nthreading.Thread(target=later).start()",
        "torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False); torch.manual_seed(1)",
        "import os; os.chdir('/')",
        "import random, numpy; random.seed(); numpy.random.seed()",
        "import subprocess; subprocess.run(['true'])",
        "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
        "import gc; gc.disable()",
    ],
)
def test_a_right_answer_may_have_any_habit(tiny, body):
    graded = tiny.with_scale(scale(f"{body}\nreturn 2 * x"), limit=5)
    assert graded.lost == set(), [graded.message(id) for id in graded.lost]


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_nothing_of_a_submission_is_alive_afterwards(tiny, tmp_path):
    mark = tmp_path / "pid"
    body = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open({str(mark)!r}, "w").write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
time.sleep(0.2)
return 2 * x"""
    tiny.with_scale(scale(body), only="nb1.scale")
    assert mark.read_text() and not os.path.exists(f"/proc/{mark.read_text()}")


def test_calls_of_one_test_start_from_the_same_random_state(tiny):
    source = solved("def scale(x):\n    return torch.rand(3)")
    host = Host(tiny.pool, {STEM: {"starter": tiny.assignment.starters[STEM], "texts": {".py": source}}})
    draws = [Student(host, STEM, "scope", seed, "scale").scale(0.0).tolist() for seed in (1, 1, 2)]
    host.close()
    assert draws[0] == draws[1] != draws[2]


def test_the_judge_keeps_no_more_than_it_has_room_for(tiny, monkeypatch):
    monkeypatch.setattr(judge_host, "KEPT_LIMIT", 3 * 2**20)
    source = solved("def scale(x):\n    return torch.zeros(2**18)")  # a megabyte
    host = Host(tiny.pool, {STEM: {"starter": tiny.assignment.starters[STEM], "texts": {".py": source}}})
    student = Student(host, STEM, "scope", 0, "scale")
    for _ in range(3):
        student.scale(0.0)
    with pytest.raises(StudentFault, match="brought back more than 3 MB"):
        student.scale(0.0)
    host.renew()
    assert student.scale(0.0).size == 2**18
    host.close()


def test_the_judges_stubs_do_not_outlive_their_attempt(tiny):
    host = Host(tiny.pool, {STEM: {"starter": tiny.assignment.starters[STEM], "texts": {".py": solved()}}})
    student = Student(host, STEM, "scope", 0, "combine")
    with observing():
        assert_same_either(lambda: (student.run(given_parts, 1.0), 2.0))
        assert student.combine(1.0) == 3.0
    host.close()


def test_a_worker_of_its_own_serves_where_there_is_no_fork(tiny):
    session = Session(tiny.assignment, {STEM: {".py": solved()}}, Spawner(), tiny.recording)
    assert session.run(tiny.tests[2]).status == "pass"
    session.close()


def test_the_end_of_one_worker_is_not_the_end_of_another(tiny):
    pairs = {STEM: {"starter": tiny.assignment.starters[STEM], "texts": {".py": solved()}}}
    first, second = Host(tiny.pool, pairs), Host(tiny.pool, pairs)
    students = [Student(host, STEM, "scope", 0, "scale") for host in (first, second)]
    assert [student.scale(1.0) for student in students] == [2.0, 2.0]
    worker = second.worker
    first.close()
    assert students[1].scale(2.0) == 4.0 and second.worker is worker
    second.close()
