"""A name of the student's beats what the starter binds below; nothing that trains is ever run."""

import pytest

from autograding.reading.binding import bound, digest
from autograding.reading.notebook import parse
from autograding.reading.pair import resolve
from autograding.worker.namespace import Namespace

STARTER = "def step(x):\n    raise NotImplementedError('TODO nb1.step')"
GIVEN = (
    "T = 10\ndef fit(n):\n    return [step(1) for _ in range(n)]\nclass Net: kind = 'given'\ndef evaluate(): return 'given'"
)
LESSON = "log = fit(10**9)\nsteps, start = 5, fit(10**9)\nsignal = 3\npi = fit(2)\nmodel = fit(10**9)\nwidth = 4"


def digests(source: str) -> list:
    return [digest(statement.node) for statement in parse("nb1.py", source).statements]


HANDED_OUT = {
    "given": digests(GIVEN),
    "lesson": digests(LESSON),
    "names": sorted(set().union(*(bound(statement.node) for statement in parse("nb1.py", LESSON).statements))),
}


def step(*cells: str):
    """`step`, from a notebook of these cells."""
    submission = resolve("nb1", {"step": STARTER}, {".py": "\n# %%\n".join(cells)}, HANDED_OUT)
    return Namespace(submission).step


@pytest.mark.parametrize(
    ("own", "body", "answer"),
    [
        ("from math import log, pi", "round(log(x) + pi, 2)", 3.14),
        ("def steps(x): return x + 1", "steps(x)", 2),
        ("import time\nstart = 7", "start", 7),
        ("signal = [1]", "signal", [1]),
        ("T = 3", "T", 3),
        ("def evaluate(): return 'mine'", "evaluate()", "mine"),
        ("class Net: kind = 'mine'", "Net.kind", "mine"),
        ("import math as log", "log.floor(2.5)", 2),
        ("for signal in range(3): pass", "signal", 2),
    ],
)
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 1, 3, 2), (1, 0, 2, 3)])
def test_what_a_student_binds_beats_what_is_given_below(own, body, answer, order):
    cells = [own, f"def step(x):\n    return {body}", GIVEN, LESSON]
    assert step(*(cells[place] for place in order))(1) == answer


@pytest.mark.parametrize("altered", ["curves['step'] = fit(10**9)", "curves['step'] = fit(5)", "curves.kind = given"])
def test_a_lesson_never_alters_what_a_student_binds_under_the_same_name(altered):
    lesson = digests("curves = {}\ncurves['step'] = fit(10**9)")
    facts = HANDED_OUT | {"given": digests("curves.kind = given"), "lesson": lesson, "names": ["curves"]}
    cells = "curves = {'step': 1}\ndef step(x):\n    return curves['step']", GIVEN, "curves = {}", altered
    submission = resolve("nb1", {"step": STARTER}, {".py": "\n# %%\n".join(cells)}, facts)
    assert Namespace(submission).step(1) == 1


def test_a_lesson_with_more_epochs_is_no_name_of_the_students():
    assert step("from math import log", "def step(x): return log(x)", GIVEN, LESSON.replace("10**9", "10**8"))(1) == 0


def test_what_is_given_above_counts_where_the_student_binds_it_earlier():
    """As the notebook would find it when the function is checked."""
    assert step("T = 3", GIVEN, "def step(x): return T", LESSON)(1) == 10


def test_what_is_given_is_found_wherever_it_stands():
    assert step("def step(x): return Net.kind", GIVEN, LESSON)(1) == "given"
    assert step(GIVEN, LESSON, "def step(x): return width")(1) == 4


def test_a_name_that_training_alone_binds_is_not_there():
    with pytest.raises(NameError, match="model"):
        step(GIVEN, LESSON, "def step(x): return model")(1)


def test_an_exercise_may_be_decorated_below():
    assert step("def step(x): return x", "import functools\nstep = functools.lru_cache(step)", GIVEN, LESSON)(5) == 5


@pytest.mark.parametrize("body", ["global n; n += 1; return n", "global n\n    for _ in range(2): n += 1\n    return n - 1"])
def test_counting_in_a_global_reads_it(body):
    assert step("n = 1", f"def step(x):\n    {body}")(0) == 2


@pytest.mark.parametrize("magic", ["%time n = 2", "%timeit\nn = 2", "%time\nn = 2"])
def test_a_statement_that_is_timed_is_run(magic):
    assert step(magic, "def step(x): return n")(0) == 2
