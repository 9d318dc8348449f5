"""An assignment of four exercises, worth 100 points: what the tests of the grader grade instead of a real one."""

from pathlib import Path

from autograding import assert_same, assert_same_either, task

MASTER = (Path(__file__).parent / "tiny_master.py").read_text(encoding="utf-8")
SOLUTIONS = {"scale": "FACTOR * x", "shift": "x + 1", "combine": "shift(scale(x))", "Net.forward": "self.weight * x.tanh()"}


def starter() -> str:
    text = MASTER
    for name, solution in SOLUTIONS.items():
        text = text.replace(f"return {solution}", f'raise NotImplementedError("TODO nb1.{name}")')
    return text


def given_parts(ns, x):
    ns.scale, ns.shift = (lambda x: 5 * x), (lambda x: x - 3)
    return ns.combine(x)


def output(ns, x):
    return ns.Net()(x)


def after(ns, x):
    ns.scale(x)
    return x


@task("nb1.scale", points=20)
def test_scale_doubles(student, reference, rng):
    """Every entry is doubled."""
    x = rng.normal(4, 3)
    assert_same(student.scale(x), reference.scale(x))


@task("nb1.scale", points=10)
def test_scale_leaves_its_input_alone(student, rng):
    """The input is the same after the call as before."""
    x = rng.normal(4)
    assert_same(student.run(after, x), x)


@task("nb1.shift", points=20)
def test_shift_adds_one(student, reference, rng):
    """One is added to every entry."""
    x = rng.normal(4)
    assert_same(student.shift(x), reference.shift(x))


@task("nb1.combine", points=30)
def test_combine_scales_then_shifts(student, reference, rng):
    """First scaled, then shifted."""
    x = rng.normal(4)
    assert_same_either(
        lambda: (student.combine(x), reference.combine(x)),
        lambda: (student.run(given_parts, x), reference.run(given_parts, x)),
    )


@task("nb1.Net.forward", points=20)
def test_the_network_squashes(student, reference, rng):
    """The network returns its weight times tanh(x)."""
    x = rng.normal(2, 3)
    assert_same(student.run(output, x), reference.run(output, x))
