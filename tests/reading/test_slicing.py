"""A slice holds what an exercise needs, and no more."""

import ast

import pytest

from autograding.reading.binding import bound, changed, used
from autograding.reading.notebook import parse
from autograding.reading.pair import Submission
from autograding.reading.slicing import Program
from autograding.worker.namespace import Namespace


def program(source: str) -> Program:
    return Program([parse("nb1.py", source)], {})


def slice_of(source: str, name: str = "f") -> list[str]:
    return [ast.unparse(statement.node).splitlines()[0] for statement in program(source).slice([name])]


def load(source: str, name: str = "f"):
    """The object `name`, after its slice was executed."""
    return getattr(Namespace(Submission(program(source))), name)


HEAVY = "raise SystemExit('this cell must never run')"


def test_training_plots_and_scratch_are_left_out():
    source = f"K = 2\n{HEAVY}\nfor step in range(9): {HEAVY}\ndef f(x): return K * x\nhistory = f(1)\nprint(history)"
    assert slice_of(source) == ["K = 2", "def f(x):"]


def test_what_a_function_uses_is_followed_through_helpers_and_constants():
    source = "import math\nA = math.pi\nB = A + 1\nunused = 5\ndef g(x): return x + B\ndef f(x): return g(x)"
    assert slice_of(source) == ["import math", "A = math.pi", "B = A + 1", "def g(x):", "def f(x):"]


@pytest.mark.parametrize(
    "body",
    [
        "loss = x; return loss",
        "for loss in x: pass",
        "return [loss for loss in x]",
        "return (lambda loss: loss)(x)",
        "with x as loss: return loss",
        "def loss(): pass\n    return loss",
        "import math as loss; return loss",
        "return (loss := x)",
        "class A:\n        loss = 1\n    return A",
    ],
)
def test_a_local_name_does_not_pull_in_a_training_loop(body):
    source = f"while True:\n    loss = {{}}\n    {HEAVY}\ndef f(x):\n    {body}"
    assert slice_of(source) == ["def f(x):"]


@pytest.mark.parametrize(
    "use",
    [
        "return loss",
        "return [loss for _ in x]",
        "return lambda: loss",
        "global loss; loss = loss + 1",
        "class A:\n        y = loss\n    return A",
        "return f'{loss}'",
        "def g(y=loss): pass",
    ],
)
def test_a_global_name_is_followed_from_every_scope(use):
    assert slice_of(f"loss = 1\ndef f(x):\n    {use}")[0] == "loss = 1"


def test_annotations_defaults_decorators_and_bases_are_used_too():
    source = (
        "T = int\nD = 1\nclass Base: pass\ndef deco(g): return g\n"
        "@deco\ndef f(x: T = D): pass\nclass C(Base, metaclass=type): pass"
    )
    assert slice_of(source) == ["T = int", "D = 1", "def deco(g):", "@deco"]
    assert slice_of(source, "C") == ["class Base:", "class C(Base, metaclass=type):"]


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("def f(): return 1\ndef f(): return 2", 2),
        ("def f(): return 1\nf = lambda: 2", 2),
        ("f = lambda: 1\ndef f(): return 2", 2),
        ("import functools\ndef f(): return 2\nf = functools.lru_cache(f)", 2),
        ("if True:\n    def f(): return 2\nelse:\n    def f(): return 1", 2),
        (
            "try:\n    import no_such as p\nexcept ImportError:\n    p = None\ndef f(): return 2 if p is None else 1",
            2,
        ),
        ("import sys\nif sys.version_info > (3,):\n    import math as m\ndef f(): return m.floor(2.5)", 2),
        ("from math import *\ndef f(): return floor(2.5)", 2),
        ("from no_such_package import *\ndef f(): return 2", 2),
        ("x = 1\nx += 1\ndef f(): return x", 2),
        ("a, (b, *c) = 1, (2, 3)\ndef f(): return b", 2),
        ("for i in range(3): last = i\ndef f(): return last", 2),
        ("with open('/dev/null') as file: n = 2\ndef f(): return n", 2),
        ("table = {}\ntable['a'] = 2\ndef f(): return table['a']", 2),
        ("class A:\n    def g(self): return 1\nA.g = lambda self: 2\ndef f(): return A().g()", 2),
        ("class A: pass\nsetattr(A, 'g', lambda self: 2)\ndef f(): return A().g()", 2),
        ("class A:\n    x = 1\nclass A(A):\n    y = 2\ndef f(): return A.x * A.y", 2),
        ("from __future__ import annotations\ndef f(x: NoSuchName = 2) -> Nor.This: return x", 2),
        (
            "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 2\n"
            "def f(): return P().x",
            2,
        ),
        ("def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n and even(n - 1)\ndef f(): return 2 * even(4)", 2),
        ("x: int = 2\ny: int\ndef f(): return x", 2),
        ("(n := 2)\ndef f(): return n", 2),
        ("match 2:\n    case n: pass\ndef f(): return n", 2),
        ("async def g(): return 2\nimport asyncio\ndef f(): return asyncio.run(g())", 2),
        ("def f():\n\treturn 2", 2),
        ("def f(): return 1\nslow = f\ndef f(): return slow() + 1", 2),
        ("Z = 2\nclass A:\n    def __init__(self, z=Z): self.z = z\nZ = 9\ndef f(): return A().z", 2),
        ("Z = 2\nW = [Z for _ in range(3)]\nZ = 9\ndef f(): return W[0]", 2),
        ("Z = 9\ndef f(): return Z\nZ = 2", 2),
        ("Z = 1\nclass A:\n    one = Z\n    def two(self): return Z\nZ = 2\ndef f(): return A.one * A().two()", 2),
        ("K = 1\nK = K + 1\nL = K\nK = K * 9\ndef f(): return L", 2),
        ("def g(): return 2\ng.called = 0\ndef g(): return 3\ng.called = 2\ndef f(): return g.called", 2),
        ("def f(): return Z\nY = Z = 2", 2),
        ("T = 2\ndef g(): return T\nS = g()\nT = 9\ndef f(): return S", 2),
        ("T = 2\ndef g(): return T\ndef h(): return g()\nclass A:\n    s = h()\nT = 9\ndef f(): return A.s", 2),
        ("def f(): return __name__ and 2\nif __name__ == '__main__': raise SystemExit", 2),
        ("import inspect\ndef g(): return 2\ndef f(): return 2 * ('return 2' in inspect.getsource(g))", 2),
    ],
)
def test_the_slice_runs_as_the_notebook_would(source, answer):
    assert load(source)() == answer


def test_an_older_version_is_made_for_those_alone_that_found_it():
    """Whatever is asked for first."""
    source = "def f(): return 1\nold = f\nK = f()\ndef f(): return 2"
    for names in (["f", "K", "old"], ["old", "f", "K"], ["K", "old", "f"]):
        namespace = Namespace(Submission(program(source)))
        found = {name: getattr(namespace, name) for name in names}
        assert (found["f"](), namespace.f(), found["old"](), found["K"]) == (2, 2, 1, 1)


def test_training_that_binds_a_name_anew_is_not_run_for_one_that_used_it_before():
    assert slice_of(f"x = 2\nK = x + 1\nx = train({HEAVY!r})\ndef f(): return K") == ["x = 2", "K = x + 1", "def f():"]


def test_a_decorated_function_keeps_its_decorator():
    assert load("def twice(g):\n    return lambda: 2 * g()\n\n@twice\ndef f(): return 3")() == 6


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("def f(x): y = 1", {"f"}),
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b as c", {"c"}),
        ("x, y[0], z.w = 1, 2, 3", {"x"}),
        ("for i in x: j = i", {"i", "j"}),
        ("try:\n  a = 1\nexcept E as e: b = 2", {"a", "b", "e"}),
        ("x = [i for i in y]", {"x"}),
        ("x.y = 1", set()),
        ("print(x)", set()),
        ("def f(): global g; g = 1", {"f"}),
    ],
)
def test_a_statement_binds(statement, names):
    assert bound(ast.parse(statement).body[0]) == names


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("x = y", {"y"}),
        ("def f(a): return a + b", {"b"}),
        ("x.y = z", {"x", "z"}),
        ("del x", set()),
        ("lambda a: a + b", {"b"}),
    ],
)
def test_a_statement_uses(statement, names):
    assert used(ast.parse(statement).body[0]) == names


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("a.b.c = 1", {"a"}),
        ("a[0].b += 1", {"a"}),
        ("a = 1", set()),
        ("setattr(a, 'b', 1)", {"a"}),
        ("a.b, c.d = 1, 2", {"a", "c"}),
    ],
)
def test_a_statement_changes(statement, names):
    assert changed(ast.parse(statement).body[0]) == names


def test_a_part_that_is_given_replaces_the_students_with_all_that_it_needs():
    namespace = Namespace(Submission(program("K = 1 / 0\ndef g(): return K\ndef f(): return g() + 1")))
    namespace.g = lambda: 5
    assert namespace.f() == 6 and namespace.g() == 5


def test_of_an_import_of_several_names_only_the_one_in_use_is_made():
    assert slice_of("from math import pi, no_such_name\ndef f(): return pi") == ["from math import pi", "def f():"]
