"""What NB3 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

No model is trained here: the networks are a few numbers, or know the exact answer. Probes bring back what they saw, and
the judge computes with it. Random answers are judged by statistics with a tolerance of 6 standard errors: a right answer
is rejected less than once in 10 million checks. An exercise that builds on another one is judged twice, with the
student's own parts and with given parts (`either`), so that a mistake in a part costs the points of that part alone.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch
from autograding.checks.denoisers import exact_network, knowing_network, network, per_row, schedule_of, toy_network
from autograding.checks.diffusion import as_number, assert_even_steps, assert_fresh_noise, falling
from autograding.checks.gradients import arguments_after, gradients
from autograding.checks.repeats import asked_again, assert_only, assert_repeats

N = 20_000
SIX_ERRORS = 6 / np.sqrt(N)  # of a mean in standard deviations


def either(judge):
    """Passes when judge(given=False) or judge(given=True) has no complaint."""
    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


def assert_float32(got, expected):
    """The right values, in the dtype that the rest of the notebook can use."""
    assert_same(got, expected)
    assert_same(got.dtype.name, "float32", what="the dtype of the returned value")


# ---- The forward process ----


@task("nb3.compute_alpha_cumprod", points=3)
def test_alpha_bar_is_what_is_left_of_the_signal(student, reference, rng):
    """alpha_bar[t] is the product of all alphas up to and including step t."""
    betas = rng.uniform(7, low=0.02, high=0.6)
    assert_same(student.compute_alpha_cumprod(betas), reference.compute_alpha_cumprod(betas))


@task("nb3.compute_alpha_cumprod", points=1)
def test_long_schedules_stay_exact(student, reference, rng):
    """A schedule of 1,000 steps ends where it should, although little is left."""
    betas = np.linspace(1e-4, 0.02, 1000, dtype=np.float32) + rng.uniform(1000, high=1e-4)
    got = assert_shape(student.compute_alpha_cumprod(betas), 1000)
    expected = reference.compute_alpha_cumprod(betas)
    assert_same(got[::111], expected[::111], atol=1e-8, what="every 111th value")


@task("nb3.compute_alpha_cumprod", points=1)
def test_the_betas_are_left_alone(student, reference, rng):
    """betas are the same after the call as before; alpha_bar is right, and of their dtype."""
    betas = rng.uniform(5, low=0.02, high=0.6)
    assert_same(student.run(arguments_after, "compute_alpha_cumprod", betas), (betas,), what="betas")
    assert_float32(student.compute_alpha_cumprod(betas), reference.compute_alpha_cumprod(betas))


def noised(ns, x0, t, noise, alpha_bar):
    """x_t, asked for several times."""
    schedule = schedule_of(ns, alpha_bar)
    return asked_again(lambda: ns.q_sample(x0.clone(), t, noise.clone(), schedule))


def assert_same_noised(student, reference, *arguments):
    answers = student.run(noised, *arguments)
    assert_repeats(answers, "whether a second call gives the same x_t")
    assert_same(answers[0], reference.run(noised, *arguments)[0])


@task("nb3.q_sample", points=4)
def test_points_jump_to_their_step(student, reference, rng):
    """Each point of the batch moves to its own step t, with the noise that was passed in."""
    t = np.array([0, 3, 8, 5, 1, 8, 2])
    assert_same_noised(student, reference, rng.normal(7, 2, mean=1), t, rng.normal(7, 2), falling(rng, 9))
    far = 30 * rng.normal(7, 2)  # data may have any size
    assert_same_noised(student, reference, far, t, rng.normal(7, 2), falling(rng, 9))


@task("nb3.q_sample", points=3)
def test_images_jump_to_their_step(student, reference, rng):
    """The same for batches of images (B, 1, H, W) and of rows (B, C, L), each with its own t."""
    t = np.array([5, 0, 2, 4])
    for shape in ((4, 1, 3, 5), (4, 2, 3)):
        assert_same_noised(student, reference, rng.normal(*shape, mean=1), t, rng.normal(*shape), falling(rng, 6))


def inputs_after_noising(ns, x0, t, noise, alpha_bar):
    ns.q_sample(x0, t, noise, schedule_of(ns, alpha_bar))
    return x0, t, noise, alpha_bar


@task("nb3.q_sample", points=1)
def test_noising_leaves_its_inputs_alone(student, reference, rng):
    """x0, t, noise and the schedule are the same after the call as before; x_t is right, and of the dtype of x0."""
    inputs = rng.normal(4, 2), np.array([0, 1, 2, 3]), rng.normal(4, 2), falling(rng, 6)
    assert_same_noised(student, reference, *inputs)
    assert_float32(student.run(noised, *inputs)[0], reference.run(noised, *inputs)[0])
    assert_same(student.run(inputs_after_noising, *inputs), inputs, what="the inputs")


# ---- The time embedding ----


def some_steps(rng):
    return np.append([0, 1, 2], rng.integers(3, 100, 3))


@task("nb3.time_embedding", points=1)
def test_every_step_gets_a_vector_of_the_same_length(student, rng):
    """One row of `dim` numbers per step; the squares of a row sum to dim/2."""
    t = rng.integers(0, 100, 6)
    embedding = assert_shape(student.time_embedding(t, 8), 6, 8)
    assert_same((embedding**2).sum(1), np.full(6, 4.0), what="the sum of squares of each row")


@task("nb3.time_embedding", points=4)
def test_steps_are_as_similar_as_the_frequencies_say(student, reference, rng):
    """The inner products of the embeddings of several steps are those of the given frequencies, in any column order."""
    t = some_steps(rng)
    embedding, expected = assert_shape(student.time_embedding(t, 8), len(t), 8), reference.time_embedding(t, 8)
    # Another usage, as in the code of Ho et al.: the last of the frequencies is 1/10000 itself.
    apart = (t[:, None] - t)[..., None] * 10000.0 ** -np.linspace(0, 1, 4)
    products = embedding @ embedding.T
    assert_same_either(
        lambda: (products, expected @ expected.T),
        lambda: (products, np.cos(apart).sum(-1)),
        what="the inner products of the rows",
    )


def alone_and_together(ns, t):
    return ns.time_embedding(t, 6), [ns.time_embedding(t[[k]], 6) for k in range(len(t))]


@task("nb3.time_embedding", points=1)
def test_a_step_looks_the_same_in_every_batch(student, rng):
    """A row depends on its own t alone, and is of float32, as the network's layers are."""
    t = some_steps(rng)
    together, alone = student.run(alone_and_together, t)
    dtype = together.dtype.name if isinstance(together, np.ndarray) else "none"
    together, alone = assert_shape(together, len(t), 6), np.stack([assert_shape(row, 1, 6)[0] for row in alone])
    agree = [bool(np.allclose(*rows, 1e-4, 1e-5)) for rows in zip(together, alone, strict=True)]
    assert_same(agree, [True] * len(t), what="whether each row is the same when it comes alone")
    assert_same(dtype, "float32", what="the dtype of the returned value")


# ---- The loss ----


def given_q_sample(ns):
    """Puts something in the place of q_sample that is not the forward process, but as good for a test: it depends on all
    four arguments."""
    ns.q_sample = lambda x0, t, noise, schedule: x0 - 2 * noise + 0.1 * per_row(t, x0) + schedule.alpha_bar[0]


def loss_of_toy(ns, x0, t, noise, alpha_bar, given):
    """The loss for given steps and noise, asked for several times, its gradient, and the steps that reached the model."""
    if given:
        given_q_sample(ns)
    schedule, model = schedule_of(ns, alpha_bar), toy_network()
    losses = asked_again(lambda: ns.diffusion_loss(model, x0.clone(), schedule, t=t, noise=noise.clone()))
    return losses, gradients(losses[0], [model.weights])[0], model.steps[:2]


def assert_same_loss(student, reference, *arguments):
    """Passes when the loss is right for given steps and noise; the gradients of loss and reference are compared, too."""

    def judge(given):
        losses, gradient, steps = student.run(loss_of_toy, *arguments, given)
        assert_only(steps, arguments[1], "whether the steps that reach the model are those that were given")
        assert_repeats(losses, "whether a second call with the same t and noise gives the same loss")
        expected, expected_gradient, _ = reference.run(loss_of_toy, *arguments, given)
        assert_same(as_number(losses[0]), as_number(expected[0]), what="the loss")
        assert_same(gradient, expected_gradient, rtol=1e-3, atol=1e-4, what="the gradient of the loss")

    either(judge)


def loss_arguments(rng, *shape):
    """Clean data, steps (of which 3 and 5 never occur), noise and a schedule."""
    t = np.array([0, 1, 2, 4, 6, 7, 8])[rng.integers(0, 7, shape[0])]
    return rng.normal(*shape, mean=1), t, rng.normal(*shape), falling(rng, 9)


@task("nb3.diffusion_loss", points=4)
def test_the_loss_compares_the_prediction_with_the_noise(student, reference, rng):
    """For given t and noise: the mean squared difference between the model's answer at (x_t, t) and the noise."""
    x0, t, noise, alpha_bar = loss_arguments(rng, 200, 2)

    def judge(given):
        losses, _, steps = student.run(loss_of_toy, x0, t, noise, alpha_bar, given)
        assert_only(steps, t, "whether the steps that reach the model are those that were given")
        assert_repeats(losses, "whether a second call with the same t and noise gives the same loss")
        expected = reference.run(loss_of_toy, x0, t, noise, alpha_bar, given)[0][0]
        assert_same(as_number(losses[0]), as_number(expected), what="the loss")

    either(judge)


@task("nb3.diffusion_loss", points=2)
def test_the_loss_teaches_the_model(student, reference, rng):
    """The gradient of the loss reaches the model, for images as for points."""
    assert_same_loss(student, reference, *loss_arguments(rng, 200, 2, 2, 3))


def drawn_by_the_loss(ns, x0, num_batches, alpha_bar, given):
    """What a model that answers 0 sees, and the losses, for batches of these data with steps and noise that are drawn; and
    the steps of 300 batches of a single example."""
    if given:
        given_q_sample(ns)
    schedule, model = schedule_of(ns, alpha_bar), network(lambda weights, x_t, t, label: 0 * x_t + 0 * weights.sum())
    losses = [ns.diffusion_loss(model, x0.clone(), schedule) for _ in range(num_batches)]
    steps, inputs = torch.cat(model.steps), torch.cat(model.inputs)
    model.steps.clear()
    for _ in range(300):
        ns.diffusion_loss(model, x0[:1].clone(), schedule)
    return losses, steps, inputs, torch.cat(model.steps)


def drawn(student, rng, check):
    """Passes where check(noise, losses, steps, alone) has no complaint, with the student's own q_sample or a given one."""
    num_batches, num_points, num_steps = 100, 60, 5
    total, alpha_bar = num_batches * num_points, falling(rng, num_steps)
    x0 = rng.normal(1, 3, std=2).repeat(num_points, 0)

    def judge(given):
        losses, steps, x_t, alone = student.run(drawn_by_the_loss, x0, num_batches, alpha_bar, given)
        steps, x_t = assert_shape(steps, total), assert_shape(x_t, total, 3)
        left = alpha_bar[steps.astype(int).clip(0, num_steps - 1)][:, None].astype(float)
        clean = x0[:1].astype(float)
        noise = (x_t - np.sqrt(left) * clean) / np.sqrt(1 - left)
        if given:
            noise = (clean + 0.1 * steps[:, None] + alpha_bar[0] - x_t) / 2
        check(noise, losses, steps.reshape(num_batches, num_points), alone)

    either(judge)


@task("nb3.diffusion_loss", points=2)
def test_every_example_draws_its_own_step(student, rng):
    """Without a given t, each example draws its own, all T steps alike."""

    def check(noise, losses, steps, alone):
        assert_even_steps(steps, 5)
        assert_even_steps(assert_shape(alone, 300).reshape(-1, 1), 5)

    drawn(student, rng, check)


@task("nb3.diffusion_loss", points=2)
def test_every_number_draws_its_own_noise(student, rng):
    """Without given noise, x_t contains fresh standard normal noise, independent in rows and columns."""

    def check(noise, losses, steps, alone):
        assert_fresh_noise(noise, "the noise in x_t")
        losses = np.array([as_number(loss) for loss in losses])
        own = (noise.reshape(len(losses), -1) ** 2).mean(1)
        ratio = float((losses / own).mean())
        assert_same(ratio, 1.0, rtol=0.05, what="the loss of a model that answers 0, in mean squares of the noise")

    drawn(student, rng, check)


def losses_of_those_who_know(ns, point, alpha_bar, off, given):
    """The losses where all data are one point: of a model that knows it and so the noise, and of one that is `off`."""
    schedule = schedule_of(ns, alpha_bar)
    if given:
        ns.q_sample = lambda x0, t, noise, schedule: x0 + 3 * noise

    def told(weights, x_t, t, label):
        return (x_t - point) / 3 + weights.sum()

    models = [
        network(told, (error,)) if given else knowing_network(schedule, lambda _: point, error) for error in (0.0, off)
    ]
    return [ns.diffusion_loss(model, point.repeat(1000, 1), schedule) for model in models]


@task("nb3.diffusion_loss", points=2)
def test_a_model_that_knows_the_noise_pays_nothing(student, rng):
    """The noise that is compared with is the noise in x_t: whoever knows it has loss 0, whoever is off by e pays e²."""
    point, alpha_bar, off = rng.normal(1, 2, std=2), falling(rng, 8), float(rng.uniform(low=0.5, high=2.0))

    def judge(given):
        losses = student.run(losses_of_those_who_know, point, alpha_bar, off, given)
        assert_same([as_number(loss) for loss in losses], [0.0, off**2], rtol=0.1, atol=0.1, what="the losses of two models")

    either(judge)


# ---- One reverse step ----


def steps_back(ns, x_t, noise, alpha_bar, times):
    """p_sample with given noise for several t, asked for several times each."""
    schedule, model = schedule_of(ns, alpha_bar), toy_network()
    return [asked_again(lambda t=t: ns.p_sample(model, x_t.clone(), t, schedule, noise=noise.clone())) for t in times]


def stepped(who, x_t, noise, alpha_bar, times):
    """x_{t-1} for each of the times (len(times), *x_t.shape)."""
    answers = who.run(steps_back, x_t, noise, alpha_bar, times)
    for of_one_step in answers:
        assert_repeats(of_one_step, "whether a second call with the same noise gives the same answer")
    return np.stack([assert_shape(first, *x_t.shape) for first, *_ in answers])


def both_spreads(alpha_bar):
    """sqrt(beta_t), and the standard deviation of the true x_{t-1} given x_t and x0; both are in use (T-1,)."""
    left, before = alpha_bar.astype(float)[1:], alpha_bar.astype(float)[:-1]
    return np.sqrt(1 - left / before), np.sqrt((1 - left / before) * (1 - before) / (1 - left))


@task("nb3.p_sample", points=5)
def test_a_step_back_has_the_right_mean(student, reference, rng):
    """With zero noise, p_sample returns the mean of x_{t-1}, at every t."""
    arguments = rng.normal(6, 2, std=3), np.zeros((6, 2), np.float32), falling(rng, 7), list(range(7))
    expected = np.stack([first for first, *_ in reference.run(steps_back, *arguments)])
    assert_same(stepped(student, *arguments), expected, what="the mean at t = 0 to 6")


@task("nb3.p_sample", points=3)
def test_a_step_back_adds_noise_of_the_right_size(student, rng):
    """For t > 0 the noise that was passed in is added, times sigma_t."""
    x_t, noise, alpha_bar, times = rng.normal(3, 2), rng.normal(3, 2), falling(rng, 6), [1, 2, 3, 4, 5]
    added = stepped(student, x_t, noise, alpha_bar, times) - stepped(student, x_t, 0 * noise, alpha_bar, times)
    one, other = (spread[:, None, None] * noise for spread in both_spreads(alpha_bar))
    assert_same_either(lambda: (added, one), lambda: (added, other), what="what noise adds, at t = 1 to 5")


@task("nb3.p_sample", points=2)
def test_the_last_step_adds_no_noise(student, rng):
    """At t = 0 the answer is the mean, whatever noise is passed in."""
    x_t, noise, alpha_bar = rng.normal(4, 2), rng.normal(4, 2), falling(rng, 6)
    added = stepped(student, x_t, noise, alpha_bar, [0]) - stepped(student, x_t, 0 * noise, alpha_bar, [0])
    assert_same(added, np.zeros((1, 4, 2)), what="what noise adds at t = 0")


def step_with_own_noise(ns, point, alpha_bar, t):
    """N times the same x_t (1, D): the step with noise that p_sample draws, with zeros, and x_t afterwards."""
    schedule, model = schedule_of(ns, alpha_bar), toy_network()
    x_t = point.repeat(10_000, 1)
    quiet = asked_again(lambda: ns.p_sample(model, point.clone(), t, schedule, 0 * point))
    return ns.p_sample(model, x_t, t, schedule), quiet, x_t[:2]


@task("nb3.p_sample", points=2)
def test_a_step_back_draws_its_own_noise(student, rng):
    """Without given noise, fresh standard normal noise is drawn for every number; x_t stays as it was."""
    point, alpha_bar, t = rng.normal(1, 3), falling(rng, 7), 4
    noisy, quiet, x_t = student.run(step_with_own_noise, point, alpha_bar, t)
    assert_repeats(quiet, "whether a second call with the same noise gives the same answer")
    added = assert_shape(noisy, 10_000, 3) - assert_shape(quiet[0], 1, 3)
    assert_same(x_t, point.repeat(2, 0), what="x_t after the call")
    assert_same(noisy.dtype.name, "float32", what="the dtype of the returned value")
    one, other = (spread[t - 1] for spread in both_spreads(alpha_bar))
    assert_same_either(
        *(lambda spread=spread: (assert_fresh_noise(added / spread, "the noise"), None) for spread in (one, other))
    )


# ---- The whole way back ----


def loop_of_a_known_point(ns, alpha_bar, point, count, given):
    """The way back with a model for data that are all one point: the steps visited, the start, and the end.

    given: with a step that only moves towards the point, and gets there at t = 0. Then also the input, the output and the
    noise of every step.
    """
    schedule, visited, inputs, outputs, noises = schedule_of(ns, alpha_bar), [], [], [], []
    model = knowing_network(schedule, lambda _: point)

    def towards_the_point(model, x_t, t, schedule, noise=None):
        visited.append(float(t))
        model(x_t, torch.tensor([int(t)]))  # which refuses what a network refuses
        inputs.append(x_t.clone())
        noises.append(torch.randn(x_t.shape) if noise is None else noise)
        outputs.append(point + 0 * x_t if t == 0 else 0.8 * x_t + 0.2 * point)
        return outputs[-1].clone()

    if given:
        ns.p_sample = towards_the_point
    x0 = ns.p_sample_loop(model, (count, *point.shape[1:]), schedule)
    if not given:
        return [float(t.double().mean()) for t in model.steps], model.inputs[:1], x0, None
    return visited, inputs[:1], x0, (inputs[:3], outputs[:3], noises[:2])


def visits(student, rng, shape, count):
    """For the student's own step and a given one: the steps, the start, the end, what was handed on; the point."""
    point, alpha_bar = rng.normal(1, *shape, std=2), falling(rng, int(rng.integers(7, 12)))

    def visit(given):
        steps, *found = student.run(loop_of_a_known_point, alpha_bar, point, count, given)
        expected = [float(t) for t in reversed(range(len(alpha_bar)))]
        assert_same(steps, expected, what="the steps, in the order of the visits")
        return *found, point

    return visit


@task("nb3.p_sample_loop", points=2)
def test_the_loop_visits_every_step_backwards(student, rng):
    """The model is asked once for each step, from the noisiest to the cleanest."""
    visit = visits(student, rng, (2,), 4)
    either(lambda given: visit(given) and None)


@task("nb3.p_sample_loop", points=1)
def test_the_loop_starts_from_standard_normal_noise(student, rng):
    """The first x_t is standard normal noise of the given shape."""
    visit = visits(student, rng, (3,), 10_000)
    either(lambda given: assert_fresh_noise(assert_shape(visit(given)[0][0], 10_000, 3), "the start"))


@task("nb3.p_sample_loop", points=2)
def test_the_loop_ends_at_the_data(student, rng):
    """It returns what the last step makes of the sample, in the shape that was asked for."""
    visit = visits(student, rng, (1, 2, 4), 30)

    def judge(given):
        _, x0, _, point = visit(given)
        x0 = assert_shape(x0, 30, 1, 2, 4)
        there = (np.abs(x0 - point) < 1e-3).mean()
        assert_same(there, 1.0, rtol=0, atol=0.04, what="the share of the sample that is at the only data point")
        assert_same(x0[:1], point, atol=1e-3, what="the first of the samples")

    either(judge)


def loop_of_a_gaussian(ns, alpha_bar, mean, std):
    """2,000 samples, with the exact model of data from N(mean, std^2), and the steps visited."""
    schedule = schedule_of(ns, alpha_bar)
    model = exact_network(schedule, lambda _: mean, std)
    return ns.p_sample_loop(model, (2000, 2), schedule), [float(t.double().mean()) for t in model.steps]


@task("nb3.p_sample_loop", points=2)
def test_the_loop_returns_the_distribution_of_the_data(student, rng):
    """With the exact model of Gaussian data, the samples have the mean and the spread of the data."""
    visit, std = visits(student, rng, (2,), 2000), 0.5
    mean = rng.uniform(1, 2, low=1.0, high=3.0)
    cosine = np.cos((np.arange(1, 61) / 60 * 0.98 + 0.01) * np.pi / 2).astype(np.float32) ** 2

    def judge(given):
        if given:
            inputs, outputs, noises = visit(given)[2]
            starts, results, (one, other) = (
                np.stack([assert_shape(x, 2000, 2) for x in xs]) for xs in (inputs, outputs, noises)
            )
            moved = [bool((starts[1] == starts[0]).mean() < 0.01), bool(np.allclose(starts[1:], results[:2], 1e-5, 1e-6))]
            assert_same(moved, [True, True], what="whether a step starts from another place; from where the last one ended")
            fresh = [bool((one == other).mean() < 0.01), bool(0.9 < one.std() < 1.1)]
            assert_same(fresh, [True, True], what="whether the second step's noise is new; whether its spread is 1")
            return
        samples, steps = student.run(loop_of_a_gaussian, cosine, mean, std)
        samples = assert_shape(samples, 2000, 2)
        assert_same(steps, [float(t) for t in reversed(range(60))], what="the steps, in the order of the visits")
        assert_same(samples.std(0), np.full(2, std), rtol=0.16, atol=0, what="the spread of 2,000 samples")
        assert_same(samples.mean(0), mean[0], rtol=0.04, atol=0.02, what="the mean of 2,000 samples")

    either(judge)


# ---- A walk that leaps ----


def leaping(ns, alpha_bar, visited, given):
    """The betas, alphas and alpha_bar of the walk; what the student's own cumulative product makes of these betas; whether
    it is a Schedule; and the arguments after the call.

    given: with a stand-in for that product, whose values are wrong, so that only the betas tell something.
    """
    if given:
        ns.compute_alpha_cumprod = lambda betas: 1 - betas
    schedule = schedule_of(ns, alpha_bar)
    walk = ns.leaping_schedule(schedule, visited)
    betas, alphas, left = walk
    return (betas, alphas, left), ns.compute_alpha_cumprod(betas), hasattr(walk, "num_steps"), schedule.alpha_bar, visited


def some_visits(rng, steps):
    """Rising steps with uneven gaps; the first is not 0, the last is the last of the schedule."""
    return np.unique(np.append(rng.integers(1, steps - 1, steps // 4), [1, steps - 1]))


def assert_right_betas(student, reference, rng, steps):
    """Passes when the betas are right, whatever the student's cumulative product is worth."""
    alpha_bar, visited = falling(rng, steps), some_visits(rng, steps)
    expected = reference.run(leaping, alpha_bar, visited, True)[0][0]

    def judge(given):
        betas = student.run(leaping, alpha_bar, visited, given)[0][0]
        assert_same(assert_shape(betas, len(visited)), expected, what="the betas of the walk")

    either(judge)


@task("nb3.leaping_schedule", points=3)
def test_each_leap_brings_the_noise_of_all_its_steps(student, reference, rng):
    """The betas of the walk make its points as noisy, at each visited step, as the schedule's are there."""
    assert_right_betas(student, reference, rng, 20)


@task("nb3.leaping_schedule", points=1)
def test_a_long_walk_is_right_as_well(student, reference, rng):
    """The same for a schedule of 40 steps; the schedule and the visited steps are the same after the call as before."""
    assert_right_betas(student, reference, rng, 40)
    alpha_bar, visited = falling(rng, 30), some_visits(rng, 30)
    after = student.run(leaping, alpha_bar, visited, False)[3:]
    assert_same(after, (alpha_bar, visited), what="alpha_bar and the visited steps after the call")


@task("nb3.leaping_schedule", points=1)
def test_the_arrays_of_the_walk_fit_each_other(student, reference, rng):
    """It is a Schedule, whose alphas and alpha_bar belong to its betas."""
    alpha_bar, visited = falling(rng, 25), some_visits(rng, 25)
    (betas, alphas, left), multiplied, is_schedule, *_ = student.run(leaping, alpha_bar, visited, False)
    expected = reference.run(leaping, alpha_bar, visited, True)[0]
    assert_same(assert_shape(betas, len(visited)), expected[0], what="the betas of the walk")
    assert_same(alphas, expected[1], what="the alphas of the walk")
    assert_same_either(lambda: (left, expected[2]), lambda: (left, multiplied), what="the alpha_bar of the walk")
    assert_same(is_schedule, True, what="whether a Schedule is returned")


# ---- Extensions: checked, not graded ----


def noise_from(ns, prediction, x_t, t, alpha_bar, target):
    return ns.predicted_noise(prediction, x_t, t, schedule_of(ns, alpha_bar), target)


@task("nb3.predicted_noise", points=0)
def test_the_noise_can_be_worked_out_from_any_target(student, reference, rng):
    """Whether the network predicts the noise, x0 or v: the noise in x_t follows from it."""
    prediction, x_t, t, alpha_bar = rng.normal(5, 2), rng.normal(5, 2), np.array([0, 6, 2, 6, 4]), falling(rng, 7)
    for target in ("eps", "v", "x0"):
        arguments = prediction, x_t, t, alpha_bar, target
        got, expected = (who.run(noise_from, *arguments) for who in (student, reference))
        assert_same(got, expected, what=f"the noise, for the target {target!r}")


def ddim_steps(ns, x_t, alpha_bar, pairs):
    schedule, model = schedule_of(ns, alpha_bar), toy_network()
    return [asked_again(lambda pair=pair: ns.ddim_step(model, x_t.clone(), *pair, schedule)) for pair in pairs]


def assert_same_leaps(student, reference, *arguments):
    answers = student.run(ddim_steps, *arguments)
    for of_one_leap in answers:
        assert_repeats(of_one_leap, "whether a second call gives the same answer")
    expected = [first for first, *_ in reference.run(ddim_steps, *arguments)]
    assert_same([first for first, *_ in answers], expected, what="the places after the leaps")


@task("nb3.ddim_step", points=0)
def test_a_ddim_step_jumps_without_noise(student, reference, rng):
    """From step t to any earlier one: the predicted x0, noised again with the predicted noise."""
    assert_same_leaps(student, reference, rng.normal(4, 2), falling(rng, 9), [(8, 5), (5, 4), (4, 0), (8, 0)])


@task("nb3.ddim_step", points=0)
def test_a_ddim_step_can_end_at_the_clean_data(student, reference, rng):
    """With t_prev = -1 it returns the predicted x0."""
    assert_same_leaps(student, reference, rng.normal(4, 2), falling(rng, 9), [(8, -1), (0, -1)])
