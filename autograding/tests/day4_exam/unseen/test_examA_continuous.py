"""What Exam A is graded with in the end: 48 of its 60 points. One file serves every paper, for what differs comes from the
reference: the number of steps, the range of the pixels, every expected value.

Each function is judged with the student's own parts; where these are not right, then with a given table, and then with
given functions in the place of the student's other ones. A mistake in a part so costs the points of that part alone, and
who has written a formula out where another called a function loses nothing either.
"""

import numpy as np

from autograding import assert_same, assert_shape, task, torch
from autograding.checks.diffusion import as_number
from autograding.checks.exams import (
    are_right,
    attentive_network,
    either,
    falling_table,
    other_q_sample,
    put,
    rows_of,
)
from autograding.checks.gradients import arguments_after, gradients
from autograding.checks.repeats import asked_again, assert_repeats
from autograding.checks.statistics import assert_independent, assert_standard_normal, mean_size, mean_size_errors, six_errors

MANY, FEW, SOME = 8_000, 2_000, 200  # rows; a loop over the examples is a right answer, and must have the time
COLUMNS = 4  # numbers of an example whose data are known to a model
TIMES_FEW = 20  # the reference draws so many more: its own error is small, and is counted


def facts(ns):
    """The number of steps, and a pixel of paper and of ink."""
    return ns.T, float(ns.PAPER), float(ns.INK)


class Paper:
    """What the reference says of its paper, and inputs that suit it."""

    def __init__(self, reference, rng):
        self.rng = rng
        self.num_steps, self.paper, self.ink = reference.run(facts)
        self.table = falling_table(rng, self.num_steps)

    def pictures(self, *shape):
        return self.rng.uniform(*shape, low=self.paper, high=self.ink)

    def noisy(self, *shape):
        """x_t of any step: not far from the pictures."""
        middle, size = (self.paper + self.ink) / 2, (self.ink - self.paper) / 2
        return np.float32(middle + size * self.rng.normal(*shape))

    @property
    def range(self):
        return abs(self.ink - self.paper)

    def lightness(self, values):
        """Pixels as numbers from 0 (ink) to 1 (paper)."""
        return (self.ink - values) / (self.ink - self.paper)

    def unit(self, mean, *sizes):
        """What a mean is counted in: a part of the range, and more where what is averaged, or the mean itself, is larger.
        So counted it comes out alike in all draws, of whatever mistake."""
        return np.maximum.reduce([0 * mean + 0.3 * self.range, *sizes, np.abs(mean - self.paper) / 3])

    def steps(self, count):
        return self.rng.integers(self.num_steps // 10, self.num_steps + 1, count)


# ---- The table ----


def betas_of(ns):
    return ns.BETAS


@task("examA.compute_alpha_cumprod", points=3)
def test_the_table_of_other_betas(student, reference, rng):
    """alpha_bar is right for other betas, of another number, which are left alone."""
    betas = rng.uniform(37, low=0.01, high=0.3)
    assert_same(student.compute_alpha_cumprod(betas), reference.compute_alpha_cumprod(betas))
    assert_same(student.run(arguments_after, "compute_alpha_cumprod", betas), (betas,), what="betas after the call")


@task("examA.compute_alpha_cumprod", points=2)
def test_the_table_of_this_schedule(student, reference, rng):
    """alpha_bar is right for the betas of this exam, in another order, to its last step."""
    betas = reference.run(betas_of)
    betas = np.roll(betas, int(rng.integers(1, len(betas))))
    assert_same(
        student.compute_alpha_cumprod(betas), reference.compute_alpha_cumprod(betas), rtol=1e-3, atol=1e-7, what="alpha_bar"
    )


# ---- The jump ----


def with_any_table(student, reference, paper, judge):
    """judge(table): with the student's own, and where that is wrong with a given one."""
    either(
        lambda: judge(None),
        lambda: judge(paper.table),
        parts_are_right=are_right(student, reference, own_table),
    )


def jump(ns, x0, t, noise, table):
    """x_t, asked for several times."""
    put(ns, table)
    return asked_again(lambda: ns.q_sample(x0.clone(), t, noise.clone()))


def own_table(ns):
    return ns.ALPHA_BAR


def jump_and_inputs(ns, x0, t, noise, table):
    put(ns, table)
    return ns.q_sample(x0, t, noise), x0, t, noise


@task("examA.q_sample", points=5)
def test_pictures_jump_to_their_step(student, reference, rng):
    """Each picture of a batch moves to its own step, with the noise that was passed in."""
    paper = Paper(reference, rng)
    arguments = paper.pictures(7, 2, 3, 5), paper.steps(7), rng.normal(7, 2, 3, 5)

    def judge(table):
        answers = student.run(jump, *arguments, table)
        assert_repeats(answers, "whether a second call gives the same x_t")
        assert_same(answers[0], reference.run(jump, *arguments, table)[0], what="x_t")

    with_any_table(student, reference, paper, judge)


@task("examA.q_sample", points=3)
def test_points_jump_too_and_nothing_is_changed(student, reference, rng):
    """The same for points (B, 2), from the first step to the last; x0, t and noise are the same after the call."""
    paper = Paper(reference, rng)
    last = paper.num_steps
    inputs = paper.pictures(6, 2), np.array([1, 2, last // 2, last - 1, last, last // 3]), rng.normal(6, 2)

    def judge(table):
        assert_repeats(student.run(jump, *inputs, table), "whether a second call gives the same x_t")
        x_t, *after = student.run(jump_and_inputs, *inputs, table)
        assert_same(x_t, reference.run(jump, *inputs, table)[0], what="x_t")
        assert_same(tuple(after), inputs, what="the inputs after the call")

    with_any_table(student, reference, paper, judge)


# ---- The loss ----


def loss_and_gradient(ns, x0, t, noise, table, given):
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model = attentive_network()
    losses = asked_again(lambda: ns.diffusion_loss(model, x0.clone(), t, noise.clone()))
    return losses, gradients(losses[0], [model.weights])[0], model.steps[:2]


def loss_that_repeats(student, batch, table, given):
    """The loss and its gradient, of a student who uses the steps and the noise that are given."""
    losses, gradient, told = student.run(loss_and_gradient, *batch, table, given)
    same = [bool(isinstance(t, np.ndarray) and np.array_equal(t, batch[1])) for t in told]
    assert_same(bool(told) and all(same), True, what="whether the model is told the steps that were given")
    assert_repeats(losses, "whether a second call with the same t and noise gives the same loss")
    return losses[0], gradient


def jumps_of_both_kinds(ns, pictures, points, t):
    """The table, and x_t of pictures and of points, with these as their noise: a student's own parts."""
    return ns.ALPHA_BAR, ns.q_sample(pictures, t, pictures.flip(0)), ns.q_sample(points, t, points.flip(0))


def with_any_parts(student, reference, paper, judge):
    """judge(table, given): with the student's own parts; where they are wrong with a given table, and with given functions,
    too."""
    inputs = paper.pictures(7, 2, 3, 5), paper.pictures(7, 2), paper.steps(7)
    either(
        lambda: judge(None, False),
        lambda: judge(paper.table, False),
        lambda: judge(paper.table, True),
        parts_are_right=are_right(student, reference, jumps_of_both_kinds, *inputs),
    )


@task("examA.diffusion_loss", points=6)
def test_the_loss_of_given_steps_and_noise(student, reference, rng):
    """For given t and noise: the weighted mean of the squared differences between the model's answer and the noise."""
    paper = Paper(reference, rng)
    batches = [(paper.pictures(50, *rest), paper.steps(50), rng.normal(50, *rest)) for rest in ((1, 3, 5), (4,))]

    def judge(table, given):
        for batch in batches:
            loss, _ = loss_that_repeats(student, batch, table, given)
            expected, *_ = reference.run(loss_and_gradient, *batch, table, given)
            assert_same(as_number(loss), as_number(expected[0]), what="the loss")

    with_any_parts(student, reference, paper, judge)


@task("examA.diffusion_loss", points=2)
def test_the_loss_has_the_right_gradient(student, reference, rng):
    """The gradient of the loss is the right one."""
    paper = Paper(reference, rng)
    batch = paper.pictures(50, 2), paper.steps(50), rng.normal(50, 2)

    def judge(table, given):
        _, gradient = loss_that_repeats(student, batch, table, given)
        _, expected, _ = reference.run(loss_and_gradient, *batch, table, given)
        assert_same(gradient, expected, rtol=1e-3, atol=1e-5, what="the gradient at the model's weights")

    with_any_parts(student, reference, paper, judge)


def drawn(ns, x0, t, noise, table, given):
    """The steps and the noisy pictures that a model sees, when neither t nor noise is given; when t alone is, and when the
    noise alone is."""
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model, seen = attentive_network(), []
    for known in ({}, {"t": t.clone()}, {"noise": noise.clone()}):
        asked = len(model.steps)
        ns.diffusion_loss(model, x0.clone(), **known)
        seen.append((model.steps[asked], model.inputs[asked]))
    return seen


def jumps_of_0_and_1(ns, x0, t, table, given):
    """x_t without noise, and with a noise of 1 everywhere."""
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    return ns.q_sample(x0, t, torch.zeros_like(x0)), ns.q_sample(x0, t, torch.ones_like(x0))


@task("examA.diffusion_loss", points=2)
def test_each_example_draws_its_step_and_its_noise(student, reference, rng):
    """What is None is drawn, for each example its own: a step from 1 to T, all alike, and standard normal noise."""
    paper = Paper(reference, rng)
    x0, every = np.tile(paper.pictures(1, 2), (MANY, 1)), np.arange(1, paper.num_steps + 1)
    t, noise = rng.integers(1, paper.num_steps + 1, MANY), rng.normal(MANY, 2)

    def judge(table, given):
        one_of_each = x0[: len(every)]
        without, with_one = reference.run(jumps_of_0_and_1, one_of_each, every, table, given)
        both_drawn, noise_drawn, steps_drawn = student.run(drawn, x0, t, noise, table, given)
        steps, x_t = assert_shape(both_drawn[0], MANY).astype(int), assert_shape(both_drawn[1], MANY, 2)
        most = float(np.unique(steps, return_counts=True)[1].max() / MANY)
        assert_same(bool(most < 0.5), True, what="whether the examples of a batch have different steps")
        ends = [int(steps.min()), int(steps.max())]
        assert_same(ends, [1, paper.num_steps], what="the smallest and the largest of 8,000 drawn steps")
        spread, first = paper.num_steps / 12**0.5, paper.num_steps // 4
        share, even = float((steps <= first).mean()), first / paper.num_steps
        far = float(steps.mean() - (paper.num_steps + 1) / 2) / spread
        assert_same(far, 0.0, atol=six_errors(MANY), what="how far the mean step is from the middle, in its spread")
        error = six_errors(MANY) * (even * (1 - even)) ** 0.5
        assert_same(share, even, rtol=0, atol=error, what="the share of steps in the first quarter")
        size = (with_one - without)[steps - 1]
        assert_standard_normal((x_t - without[steps - 1]) / size, "the noise in x_t")
        unit = np.maximum(size, paper.range)  # else the few first steps, where size is small, rule the mean
        seen, due = (picture.mean(0) for picture in (x_t / unit, without[steps - 1] / unit))
        assert_same(seen, due, rtol=0, atol=six_errors(MANY), what="the mean of x_t, of the size of its noise at most")
        told, x_t = assert_shape(noise_drawn[0], MANY), assert_shape(noise_drawn[1], MANY, 2)
        same = float((told == t).mean())
        assert_same(same, 1.0, atol=0.05, what="the share of examples with the step that was given, without a noise")
        assert_standard_normal((x_t - without[t - 1]) / (with_one - without)[t - 1], "the noise in x_t when t is given")
        told, x_t = assert_shape(steps_drawn[0], MANY).astype(int), assert_shape(steps_drawn[1], MANY, 2)
        spread_out = bool(np.unique(told, return_counts=True)[1].max() / MANY < 0.5)
        assert_same(spread_out, True, what="whether the examples have different steps when the noise is given")
        known = told.clip(1, paper.num_steps) - 1
        found = (x_t - without[known]) / (with_one - without)[known]
        same = float(np.isclose(found, noise, rtol=0.01, atol=0.05).mean())
        assert_same(same, 1.0, atol=0.05, what="the share of numbers whose noise is the one that was given, without t")

    with_any_parts(student, reference, paper, judge)


# ---- One step back ----


def step_back(ns, x_t, noise, times, table, given):
    """x_s for each pair (t, s) of steps (len(times), *x_t.shape), asked for several times."""
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model = attentive_network()
    return asked_again(lambda: torch.stack([ns.p_sample(model, x_t.clone(), t, s, noise=noise.clone()) for t, s in times]))


def stepped(who, *arguments):
    """x_s, of a step that uses the noise that is given."""
    answers = who.run(step_back, *arguments)
    assert_repeats(answers, "whether a second call with the same noise gives the same x_s")
    return answers[0]


def two_pairs(paper):
    """A long way back, and a short one."""
    T = paper.num_steps
    return [(2 * T // 3, T // 2), (T // 3, T // 3 - 2)]


@task("examA.p_sample", points=6)
def test_a_step_back_without_fresh_noise(student, reference, rng):
    """With zeros for the fresh noise, x_s is right, for a long step and for a short one."""
    paper = Paper(reference, rng)
    x_t = paper.noisy(5, 2, 3, 5)
    arguments = x_t, np.zeros_like(x_t), two_pairs(paper)

    def judge(table, given):
        expected, *_ = reference.run(step_back, *arguments, table, given)
        assert_same(stepped(student, *arguments, table, given), expected, rtol=1e-3, atol=1e-4, what="x_s")

    with_any_parts(student, reference, paper, judge)


@task("examA.p_sample", points=3)
def test_what_the_fresh_noise_adds(student, reference, rng):
    """The fresh noise that is passed in has the right part in x_s."""
    paper = Paper(reference, rng)
    x_t, noise = paper.noisy(5, 2), rng.normal(5, 2)

    def added(who, table, given):
        with_noise, without = (stepped(who, x_t, one, two_pairs(paper), table, given) for one in (noise, 0 * noise))
        shape = (2, *x_t.shape)
        return assert_shape(with_noise, *shape) - assert_shape(without, *shape)

    def judge(table, given):
        expected = added(reference, table, given)
        assert_same(added(student, table, given), expected, rtol=1e-3, atol=1e-4, what="what the noise adds to x_s")

    with_any_parts(student, reference, paper, judge)


@task("examA.p_sample", points=2)
def test_the_step_to_0_returns_the_clean_picture(student, reference, rng):
    """At s = 0 the result is the estimate of the clean picture, from the first step and from the middle."""
    paper = Paper(reference, rng)
    arguments = paper.noisy(5, 2), rng.normal(5, 2), [(1, 0), (paper.num_steps // 2, 0)]

    def judge(table, given):
        expected, *_ = reference.run(step_back, *arguments, table, given)
        assert_same(stepped(student, *arguments, table, given), expected, rtol=1e-3, atol=1e-3, what="x_0")

    with_any_parts(student, reference, paper, judge)


def own_noise(ns, x_t, t, s, table, given):
    """x_s with noise that is drawn, less x_s without any; and what the model was told."""
    put(ns, table, **({"q_sample": other_q_sample} if given else {}))
    model = attentive_network()
    drawn = ns.p_sample(model, x_t, t, s)
    return drawn - ns.p_sample(model, x_t, t, s, noise=torch.zeros_like(x_t)), model.steps[0]


@task("examA.p_sample", points=1)
def test_a_step_draws_its_own_noise_and_tells_every_row_its_step(student, reference, rng):
    """Without noise, each number draws its own; the model is told t with one entry for each example."""
    paper = Paper(reference, rng)
    x_t = np.full((MANY, 2), paper.ink, np.float32)
    s = paper.num_steps // 3
    t = s + int(rng.integers(2, paper.num_steps // 2))

    def judge(table, given):
        difference, told = student.run(own_noise, x_t, t, s, table, given)
        assert_same(told, np.full(MANY, t), what="the step that the model is told")
        difference = assert_shape(difference, MANY, 2)
        size = difference.std()
        assert_same(bool(size > 1e-6), True, what="whether any noise is drawn")
        assert_standard_normal(difference / size, "the noise of a step")

    with_any_parts(student, reference, paper, judge)


# ---- The loop ----


def own_step(ns, x_t, noise, times):
    """The table, and steps back with a given noise."""
    model = attentive_network()
    return ns.ALPHA_BAR, [ns.p_sample(model, x_t.clone(), t, s, noise=noise.clone()) for t, s in times]


def own_spread(ns, x_t, t, s):
    """How much steps back from one x_t differ, by the noise that is drawn: (COLUMNS,)."""
    return ns.p_sample(attentive_network(), x_t, t, s).std(0)


def with_any_step(student, reference, paper, judge):
    """judge(table, given): as `with_any_parts`, of the loop, whose part is the step."""
    x_t, noise, T = paper.noisy(7, COLUMNS), paper.rng.normal(7, COLUMNS), paper.num_steps
    same = np.tile(x_t[:1], (FEW, 1))
    either(
        lambda: judge(None, False),
        lambda: judge(paper.table, False),
        lambda: judge(paper.table, True),
        parts_are_right=are_right(student, reference, own_step, x_t, noise, [*two_pairs(paper), (1, 0)], atol=1e-3)
        and are_right(student, reference, own_spread, same, T // 2, T // 3, rtol=0.3),
    )


def jumps_at_every_step(ns, zeros, ones, t, table):
    """x_t at every step from 0, from 1, and from 0 with a noise of 1."""
    put(ns, table)
    return ns.q_sample(zeros, t, zeros), ns.q_sample(ones, t, zeros), ns.q_sample(zeros, t, ones)


def process_of(reference, paper, table):
    """For each step, what is added to x0, what x0 is multiplied by, and the size of the noise: (3, T + 1)."""
    every = np.arange(paper.num_steps + 1)
    zeros, ones = np.zeros((len(every), 1), np.float32), np.ones((len(every), 1), np.float32)
    added, from_1, with_1 = reference.run(jumps_at_every_step, zeros, ones, every, table)
    return np.concatenate([added, from_1 - added, with_1 - added], 1).T.copy()


def parts_at(process, t, like):
    """What `process_of` says of steps t, shaped for arithmetic with `like`."""
    return (rows_of(part[torch.as_tensor(t).long()], like) for part in process.to(like.dtype))


def step_of(process):
    """A step back of a process, with all of the noise fresh: no paper's."""

    def p_sample(model, x_t, t, s, noise=None):
        noise = torch.randn_like(x_t) if noise is None else noise
        added, shrunk, size = parts_at(process, t, x_t)
        x0 = (x_t - added - size * model(x_t, torch.full((len(x_t),), int(t)))) / shrunk
        added, shrunk, size = parts_at(process, s, x_t)
        return added + shrunk * x0 + size * noise

    return p_sample


def chain_to(ns, rows, process, clean, table, given):
    """The chain with a model that has no doubt of the clean example (COLUMNS,): the steps that it is asked about, what it
    sees first, the mean and spread of what it sees last, and where the chain ends."""

    def answer(x_t, t):
        added, shrunk, size = parts_at(process, t, x_t)
        return (x_t - added - shrunk * clean.to(x_t.dtype)) / size

    put(ns, table, **({"p_sample": step_of(process)} if given else {}))
    model = attentive_network(answer)
    end = ns.p_sample_loop(model, (rows, len(clean)))
    asked = torch.stack([torch.as_tensor(t).float().mean() for t in model.steps])
    last = model.inputs[-1].double()
    return asked, model.inputs[0], (last.mean(0), last.std(0)), end


@task("examA.p_sample_loop", points=1)
def test_the_loop_visits_its_steps(student, reference, rng):
    """The model is asked at the right steps, in order; one that has no doubt of the picture gets it in the end."""
    paper = Paper(reference, rng)
    clean = paper.pictures(COLUMNS)

    def judge(table, given):
        arguments = SOME, process_of(reference, paper, table), clean, table, given
        steps, _, _, end = student.run(chain_to, *arguments)
        assert_same(steps, reference.run(chain_to, *arguments)[0], what="the steps asked about")
        end = paper.lightness(assert_shape(end, SOME, COLUMNS))
        assert_same(bool(end.std(0).max() < 0.01), True, what="whether all ends are one, with a model that has no doubt")
        assert_same(end.mean(0), paper.lightness(clean), rtol=0, atol=0.02, what="where the chain ends")

    with_any_step(student, reference, paper, judge)


def far_from(mean, size, right, right_size):
    """How far a mean and a spread are from the right ones, as numbers that do not grow with what is drawn; both at once,
    for which is seen first would depend on the draws, and with it the name of a mistake."""
    largest = np.maximum(np.maximum(size, right_size), 1e-9)
    return np.array([(mean - right) / largest, np.log(np.maximum(size, 1e-9) / right_size)])


@task("examA.p_sample_loop", points=1)
def test_the_loop_starts_from_noise(student, reference, rng):
    """x_T is normal with the right mean and spread, each number drawn on its own, and the chain goes on from there."""
    paper = Paper(reference, rng)
    clean = paper.pictures(COLUMNS)

    def judge(table, given):
        process = process_of(reference, paper, table)
        many = assert_shape(reference.run(chain_to, MANY, process, clean, table, given)[1], MANY, COLUMNS)
        steps, first, last, _ = student.run(chain_to, FEW, process, clean, table, given)
        first, error = assert_shape(first, FEW, COLUMNS), six_errors(FEW) * (1 + FEW / MANY) ** 0.5
        what = "the mean size of the numbers in x_T, of their own spread"
        assert_same(mean_size(first), (2 / np.pi) ** 0.5, rtol=0, atol=mean_size_errors(first.size), what=what)
        off = far_from(first.mean(0), first.std(0), many.mean(), many.std())
        what = "how far mean and spread of x_T are off, in its spread"
        assert_same(off, np.zeros((2, COLUMNS)), rtol=0, atol=error, what=what)
        assert_independent((first - first.mean(0)) / first.std(0), "x_T")
        mean, size = (assert_shape(part, COLUMNS) for part in last)
        added, shrunk, _ = process[:, int(np.clip(np.nan_to_num(steps[-1]), 0, paper.num_steps))]
        unit = paper.unit(mean, size)
        seen, due = ((part - paper.paper) / unit for part in (mean, added + shrunk * clean))
        assert_same(seen, due, rtol=0, atol=six_errors(FEW), what="the mean of what the model sees last")

    with_any_step(student, reference, paper, judge)


def samples_of_one_who_knows(ns, rows, process, mean, std, table, given):
    """Mean and spread of samples with the model that is right for data N(mean, std²), and the steps it was asked about.

    process: see `process_of`. mean, std: (COLUMNS,).
    """
    put(ns, table, **({"p_sample": step_of(process)} if given else {}))

    def answer(x_t, t):
        added, shrunk, size = parts_at(process, t, x_t)
        middle, spread = mean.to(x_t.dtype), std.to(x_t.dtype)
        return size * (x_t - added - shrunk * middle) / ((shrunk * spread) ** 2 + size**2)

    model = attentive_network(answer)
    x = ns.p_sample_loop(model, (rows, len(mean))).double()
    asked = torch.stack([torch.as_tensor(t).float().mean() for t in model.steps])
    return asked, x.mean(0), x.std(0)


@task("examA.p_sample_loop", points=4)
def test_a_model_that_knows_the_data_makes_the_data(student, reference, rng):
    """With the exact model of data with a known mean and spread, the samples have the right mean and spread."""
    paper = Paper(reference, rng)
    edges = [0, 1]  # half of what is drawn there lies outside of the range: clipped, it would be seen in each paper's draws
    where = np.append(rng.uniform(COLUMNS - len(edges), low=0.2, high=0.8), edges)
    mean = np.float32(paper.paper + (paper.ink - paper.paper) * where)
    std = paper.range * rng.uniform(COLUMNS, low=0.1, high=0.3)

    def judge(table, given):
        arguments = process_of(reference, paper, table), mean, std, table, given
        steps, mine, size = student.run(samples_of_one_who_knows, FEW, *arguments)
        right_steps, right, right_size = reference.run(samples_of_one_who_knows, TIMES_FEW * FEW, *arguments)
        assert_same(steps, right_steps, what="the steps asked about")
        # a spread of nearly nothing is chance: by how much it is too small would be another number in each run
        mine, size = assert_shape(mine, COLUMNS), np.maximum(assert_shape(size, COLUMNS), right_size / 50)
        unit = paper.unit(mine, size, right_size)
        found, due = (
            np.array([(one - paper.paper) / unit, np.log(many)]) for one, many in ((mine, size), (right, right_size))
        )
        error = six_errors(FEW) * (1 + 1 / TIMES_FEW) ** 0.5
        assert_same(found, due, rtol=0, atol=error, what="the mean of samples, and the logarithm of their spread")

    with_any_step(student, reference, paper, judge)


# ---- The other network ----


def noise_from(ns, y, x_t, t, table):
    put(ns, table)
    return ns.epsilon_from(y, x_t, t)


def assert_same_noise(student, reference, paper, arguments):
    def judge(table):
        expected = reference.run(noise_from, *arguments, table)
        assert_same(student.run(noise_from, *arguments, table), expected, rtol=1e-3, atol=1e-3, what="the noise")

    with_any_table(student, reference, paper, judge)


@task("examA.epsilon_from", points=4)
def test_the_noise_follows_from_the_other_answer(student, reference, rng):
    """For pictures, each with its own step, the noise is the one that follows from y and x_t."""
    paper = Paper(reference, rng)
    assert_same_noise(student, reference, paper, (paper.noisy(7, 2, 3, 5), paper.noisy(7, 2, 3, 5), paper.steps(7)))


@task("examA.epsilon_from", points=3)
def test_any_answer_has_its_noise(student, reference, rng):
    """The same for points (B, 2), and for answers that no network would give."""
    paper = Paper(reference, rng)
    assert_same_noise(student, reference, paper, (5 * rng.normal(6, 2), paper.noisy(6, 2), paper.steps(6)))
