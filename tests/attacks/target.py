"""What the attacks attack: an assignment of 100 points. `CANARY_OF_THE_TESTS` stands in no probe."""

from autograding import assert_same, assert_same_either, assert_shape, task, torch

CANARY_OF_THE_TESTS = "the text of the tests"


def gradient(ns, x):
    return torch.autograd.grad(ns.scale(x.requires_grad_()).sum(), x)[0]


def given_parts(ns, x):
    ns.scale, ns.shift = (lambda x: 5 * x), (lambda x: x - 3)
    return ns.combine(x)


def output(ns, x):
    return ns.Net()(x)


@task("nb1.scale", points=20)
def test_scale(student, reference, rng):
    """Scaled, with a square."""
    x = rng.normal(4, 3)
    assert_same(student.scale(x), reference.scale(x))


@task("nb1.scale", points=10)
def test_the_gradient_of_scale(student, reference, rng):
    """The gradient is that of a square."""
    x = rng.normal(3)
    assert_same(student.run(gradient, x), reference.run(gradient, x))


@task("nb1.shift", points=20)
def test_shift(student, reference, rng):
    """One is added."""
    x = rng.normal(4)
    assert_same(student.shift(x), reference.shift(x))


@task("nb1.combine", points=20)
def test_combine(student, reference, rng):
    """First scaled, then shifted."""
    x = rng.normal(4)
    assert_same_either(
        lambda: (student.combine(x), reference.combine(x)),
        lambda: (student.run(given_parts, x), reference.run(given_parts, x)),
    )


@task("nb1.draw", points=10)
def test_draws_have_the_right_spread(student, rng):
    """Draws around a mean, with the standard deviation 2."""
    mean = rng.normal(4_000, std=5)
    noise = assert_shape(student.draw(mean), 4_000) - mean
    assert_same([noise.mean(), noise.std()], [0.0, 2.0], atol=0.3)


@task("nb1.Net.forward", points=20)
def test_the_network(student, reference, rng):
    """The network returns its weight times tanh(x)."""
    x = rng.normal(2, 3)
    assert_same(student.run(output, x), reference.run(output, x))
