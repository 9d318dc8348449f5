"""What NB3 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

No model is trained here: toy models are a few numbers, or know the exact answer. Random answers are judged by
statistics of N draws, with a tolerance of 6 standard errors: a right answer is rejected less than once in 100 million
checks. An exercise that builds on another one is judged twice, with the student's own parts and with given parts
(`either`), so that a mistake in a part costs the points of that part alone.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch

N = 20_000
SIX_ERRORS = 6 / np.sqrt(N)  # of a mean in standard deviations, or of a correlation


def either(judge):
    """Passes when judge(given=False) or judge(given=True) has no complaint."""
    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


def falling(rng, steps):
    """An alpha_bar (T,) that falls from about 0.95 to 0.1 in uneven steps."""
    return np.linspace(0.95, 0.1, steps, dtype=np.float32) + rng.uniform(steps, low=-0.2 / steps, high=0.2 / steps)


def schedule_of(ns, alpha_bar):
    """The schedule (T,) that has this alpha_bar."""
    alphas = alpha_bar / torch.cat((torch.ones(1), alpha_bar[:-1]))
    return ns.Schedule(1 - alphas, alphas, alpha_bar)


def per_row(values, like):
    """Values (B,) or (1,) with one axis of length 1 for each further axis of `like`."""
    return values.to(like.dtype)[(slice(None),) + (None,) * (like.ndim - 1)]


def toy_model():
    """A model of three numbers that treats every entry of x_t alike, and remembers what it was asked."""

    class Toy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = torch.nn.Parameter(torch.tensor([0.7, -0.4, 0.3]))
            self.inputs, self.times = [], []

        def forward(self, x_t, t):
            self.inputs.append(x_t.detach().clone())
            self.times.append(t.detach().expand(len(x_t)).clone())
            one, two, three = self.weights
            return one * x_t + two * torch.sin(per_row(t, x_t)) + three * torch.cos(2 * x_t + per_row(t, x_t))

    return Toy()


def share_equal(one, other):
    """The share of entries in which two answers agree: below 1 where something was drawn that should not be."""
    return torch.isclose(torch.as_tensor(one), torch.as_tensor(other)).double().mean().item()


def assert_standard_normal(draws, what):
    """Draws (N, 2) of standard normal noise: mean, spread and shape, independent in rows and columns."""
    draws = assert_shape(draws, N, 2)
    zeros = (np.abs(draws) < 1e-5).mean()
    assert_same(zeros, 0.0, rtol=0, atol=0.01, what=f"the share of zeros in {what}")
    assert_same(draws.std(0), np.ones(2), rtol=0, atol=SIX_ERRORS, what=f"the spread of {what}")
    assert_same(draws.mean(0), np.zeros(2), rtol=0, atol=SIX_ERRORS, what=f"the mean of {what}")
    inside = (np.abs(draws) < 0.6745).mean(0)
    assert_same(inside, np.full(2, 0.5), rtol=0, atol=SIX_ERRORS / 2, what=f"the share of the middle half of {what}")
    assert_same(correlation(draws[1:], draws[:-1]), np.zeros(2), atol=SIX_ERRORS, what=f"correlation of rows of {what}")
    columns = correlation(draws[:, :1], draws[:, 1:])
    assert_same(columns, np.zeros(1), atol=SIX_ERRORS, what=f"correlation of the columns of {what}")


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's, per column; 1 where a column does not vary at all."""
    one, other = one - one.mean(0), other - other.mean(0)
    scale = np.sqrt((one**2).sum(0) * (other**2).sum(0))
    return np.where(scale > 1e-6, (one * other).sum(0) / np.maximum(scale, 1e-6), 1.0)


def as_number(loss):
    """A loss as a tensor in float64, without an axis if it is one number."""
    loss = torch.as_tensor(loss).double()
    return loss.reshape(()) if loss.numel() == 1 else loss


# ---- The forward process ----


def arguments_after(ns, name, *arguments):
    """The arguments as they are after the call."""
    getattr(ns, name)(*arguments)
    return arguments


@task("nb3.compute_alpha_cumprod", points=4)
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
def test_the_betas_are_left_alone(student, rng):
    """betas are the same after the call as before."""
    betas = rng.uniform(5, low=0.02, high=0.6)
    assert_same(student.run(arguments_after, "compute_alpha_cumprod", betas), (betas,), what="betas")


def noised(ns, x0, t, noise, alpha_bar):
    """x_t, and the share of its entries that a second call repeats."""
    schedule = schedule_of(ns, alpha_bar)
    x_t = ns.q_sample(x0, t, noise, schedule)
    return x_t, share_equal(x_t, ns.q_sample(x0, t, noise, schedule))


def assert_same_noised(student, reference, *arguments):
    x_t, repeated = student.run(noised, *arguments)
    assert_same(repeated, 1.0, what="the share of x_t that a second call repeats")
    assert_same(x_t, reference.run(noised, *arguments)[0])


@task("nb3.q_sample", points=6)
def test_points_jump_to_their_step(student, reference, rng):
    """Each point of the batch moves to its own step t, with the noise that was passed in."""
    t = np.array([0, 3, 8, 5, 1, 8, 2])
    assert_same_noised(student, reference, rng.normal(7, 2, mean=1), t, rng.normal(7, 2), falling(rng, 9))


@task("nb3.q_sample", points=3)
def test_images_jump_to_their_step(student, reference, rng):
    """The same for a batch of images (B, 1, H, W), each with its own t."""
    t, shape = np.array([5, 0, 2, 4]), (4, 1, 3, 5)
    assert_same_noised(student, reference, rng.normal(*shape, mean=1), t, rng.normal(*shape), falling(rng, 6))


def inputs_after_noising(ns, x0, noise, alpha_bar):
    ns.q_sample(x0, torch.arange(len(x0)), noise, schedule_of(ns, alpha_bar))
    return x0, noise, alpha_bar


@task("nb3.q_sample", points=1)
def test_noising_leaves_its_inputs_alone(student, rng):
    """x0, noise and the schedule are the same after the call as before."""
    inputs = rng.normal(4, 2), rng.normal(4, 2), falling(rng, 6)
    assert_same(student.run(inputs_after_noising, *inputs), inputs, what="the inputs")


# ---- The time embedding ----


def some_steps(rng):
    return np.append([0, 1, 2], rng.integers(3, 100, 3))


@task("nb3.time_embedding", points=2)
def test_every_step_gets_a_vector_of_the_same_length(student, rng):
    """One row of `dim` numbers per step; the squares of a row sum to dim/2."""
    t = rng.integers(0, 100, 6)
    embedding = assert_shape(student.time_embedding(t, 8), 6, 8)
    assert_same((embedding**2).sum(1), np.full(6, 4.0), what="the sum of squares of each row")


@task("nb3.time_embedding", points=5)
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
    together = ns.time_embedding(t, 6)
    return [share_equal(together[[k]], ns.time_embedding(t[[k]], 6)) for k in range(len(t))]


@task("nb3.time_embedding", points=1)
def test_a_step_looks_the_same_in_every_batch(student, rng):
    """A row depends on its own t alone."""
    t = some_steps(rng)
    agreement = student.run(alone_and_together, t)
    assert_same(agreement, [1.0] * len(t), what="the share of each row that is the same when it comes alone")


# ---- The loss ----


def given_q_sample(x0, t, noise, schedule):
    """Not the forward process, but as good for a test: something that depends on all four."""
    return x0 - 2 * noise + 0.1 * per_row(t, x0) + schedule.alpha_bar[0]


def loss_and_gradient(ns, x0, t, noise, alpha_bar, given):
    """With t and noise passed in: the loss, its gradient, and whether a second call used the same t and repeats it."""
    if given:
        ns.q_sample = given_q_sample
    schedule, model = schedule_of(ns, alpha_bar), toy_model()
    loss = ns.diffusion_loss(model, x0, schedule, t=t, noise=noise)
    again = ns.diffusion_loss(model, x0, schedule, t=t, noise=noise)
    gradient = torch.autograd.grad(loss, model.weights)[0] if torch.is_tensor(loss) and loss.requires_grad else 0.0
    return share_equal(model.times[0], t), share_equal(loss, again), loss, gradient


def assert_same_loss(student, reference, which, what, *arguments):
    def judge(given):
        used, repeated, *measured = student.run(loss_and_gradient, *arguments, given)
        assert_same(used, 1.0, rtol=0, atol=0.1, what="the share of the given t that reached the model")
        assert_same(repeated, 1.0, what="whether a second call with the same t and noise gives the same loss")
        assert_same(measured[which], reference.run(loss_and_gradient, *arguments, given)[2 + which], what=what)

    either(judge)


def loss_arguments(rng, *shape):
    return rng.normal(*shape, mean=1), rng.integers(0, 9, shape[0]), rng.normal(*shape), falling(rng, 9)


@task("nb3.diffusion_loss", points=4)
def test_the_loss_compares_the_prediction_with_the_noise(student, reference, rng):
    """For given t and noise: the mean squared difference between the model's answer at (x_t, t) and the noise."""
    assert_same_loss(student, reference, 0, "the loss", *loss_arguments(rng, 2000, 2))


@task("nb3.diffusion_loss", points=2)
def test_the_loss_teaches_the_model(student, reference, rng):
    """The gradient of the loss reaches the model, for images as for points."""
    assert_same_loss(student, reference, 1, "the gradient of the loss", *loss_arguments(rng, 2000, 1, 2, 3))


def drawn_by_the_loss(ns, alpha_bar, given):
    """For N clean points at 0: the t and the x_t that the model sees, the loss of a model that answers 0; and the t of
    300 batches of a single point."""
    if given:
        ns.q_sample = lambda x0, t, noise, schedule: (1 - schedule.alpha_bar[t]).sqrt()[:, None] * noise
    schedule, model = schedule_of(ns, alpha_bar), toy_model()
    torch.nn.init.zeros_(model.weights)
    loss = ns.diffusion_loss(model, torch.zeros(20_000, 2), schedule)
    for _ in range(300):
        ns.diffusion_loss(model, torch.zeros(1, 2), schedule)
    return model.times[0], model.inputs[0], as_number(loss), torch.cat(model.times[1:])


def shares(t, steps):
    """How often each step occurs, from the one before the first to the one after the last."""
    return np.array([(t == step).mean() for step in range(-1, steps + 1)])


@task("nb3.diffusion_loss", points=2)
def test_every_example_draws_its_own_step(student, rng):
    """Without a given t, each example draws its own, all T steps alike."""
    alpha_bar, steps = falling(rng, 7), 7

    def judge(given):
        t, _, _, alone = student.run(drawn_by_the_loss, alpha_bar, given)
        even = np.array([0] + [1 / steps] * steps + [0])
        got = shares(assert_shape(t, N), steps)
        assert_same(got.max(), 1 / steps, rtol=0, atol=0.3, what="the share of the most frequent step")
        assert_same(got, even, rtol=0, atol=0.35 * SIX_ERRORS, what="the share of each step, -1 to T")
        got = shares(assert_shape(alone, 300), steps)
        assert_same(got, even, rtol=0, atol=0.13, what="the share of each step in 300 batches of one, -1 to T")

    either(judge)


@task("nb3.diffusion_loss", points=2)
def test_every_number_draws_its_own_noise(student, rng):
    """Without given noise, x_t contains fresh standard normal noise, independent in rows and columns."""
    alpha_bar = falling(rng, 7)

    def judge(given):
        t, x_t, loss, _ = student.run(drawn_by_the_loss, alpha_bar, given)
        t = assert_shape(t, N).astype(int).clip(0, 6)
        assert_standard_normal(x_t / np.sqrt(1 - alpha_bar[t])[:, None], "the noise in x_t")
        loss = assert_shape(loss)
        assert_same(loss, 1.0, rtol=SIX_ERRORS, atol=0, what="the loss of a model that answers 0")

    either(judge)


def loss_of_the_one_who_knows(ns, x0, alpha_bar, given):
    """The loss of a model that knows x0 and can thus work out the noise in x_t."""
    schedule = schedule_of(ns, alpha_bar)
    if given:
        ns.q_sample = lambda x0, t, noise, schedule: x0 + 3 * noise

    def knows(x_t, t):
        left = per_row(schedule.alpha_bar[t], x_t)
        return (x_t - x0) / 3 if given else (x_t - left.sqrt() * x0) / (1 - left).sqrt()

    return as_number(ns.diffusion_loss(knows, x0, schedule))


@task("nb3.diffusion_loss", points=2)
def test_a_model_that_knows_the_noise_pays_nothing(student, rng):
    """The noise that is compared with is the noise in x_t: whoever knows it has loss 0."""
    x0, alpha_bar = rng.normal(4000, 2, mean=2), falling(rng, 8)

    def judge(given):
        loss = assert_shape(student.run(loss_of_the_one_who_knows, x0, alpha_bar, given))
        assert_same(loss, 0.0, rtol=0.1, atol=0.1, what="the loss of a model that knows the noise")

    either(judge)


# ---- One reverse step ----


def steps_back(ns, x_t, noise, alpha_bar, times):
    """p_sample with given noise for several t, and the share that a second call repeats."""
    schedule, model = schedule_of(ns, alpha_bar), toy_model()
    first, second = ([ns.p_sample(model, x_t, t, schedule, noise=noise).detach() for t in times] for _ in range(2))
    return torch.stack(first), share_equal(torch.stack(first), torch.stack(second))


def stepped(who, x_t, noise, alpha_bar, times):
    got, repeated = who.run(steps_back, x_t, noise, alpha_bar, times)
    assert_same(repeated, 1.0, what="the share of the answer that a second call with the same noise repeats")
    return got


def both_spreads(alpha_bar):
    """sqrt(beta_t), and the standard deviation of the true x_{t-1} given x_t and x0; both are in use (T-1,)."""
    left, before = alpha_bar.astype(float)[1:], alpha_bar.astype(float)[:-1]
    return np.sqrt(1 - left / before), np.sqrt((1 - left / before) * (1 - before) / (1 - left))


@task("nb3.p_sample", points=5)
def test_a_step_back_has_the_right_mean(student, reference, rng):
    """With zero noise, p_sample returns the mean of x_{t-1}, at every t."""
    arguments = rng.normal(5, 2), np.zeros((5, 2), np.float32), falling(rng, 7), list(range(7))
    assert_same(stepped(student, *arguments), stepped(reference, *arguments), what="the mean at t = 0 to 6")


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


def step_with_own_noise(ns, alpha_bar, t):
    """N times the same x_t, with noise that p_sample draws; x_t afterwards; what the draws do to step 0."""
    schedule, model = schedule_of(ns, alpha_bar), toy_model()
    x_t, quiet = torch.full((20_000, 2), 0.3), torch.zeros(20_000, 2)
    drawn = ns.p_sample(model, x_t, t, schedule) - ns.p_sample(model, x_t.clone(), t, schedule, noise=quiet)
    return drawn.detach(), x_t[:2]


@task("nb3.p_sample", points=2)
def test_a_step_back_draws_its_own_noise(student, rng):
    """Without given noise, fresh standard normal noise is drawn for every number; x_t stays as it was."""
    alpha_bar, t = falling(rng, 7), 4
    drawn, x_t = student.run(step_with_own_noise, alpha_bar, t)
    drawn = assert_shape(drawn, N, 2)
    assert_same(x_t, np.full((2, 2), 0.3), what="x_t after the call")
    one, other = (spread[t - 1] for spread in both_spreads(alpha_bar))
    assert_same_either(
        *(lambda spread=spread: (assert_standard_normal(drawn / spread, "the noise"), None) for spread in (one, other))
    )


# ---- The whole way back ----


def loop_of_a_known_point(ns, alpha_bar, shape, given):
    """The way back with a model for data that are all 3: the steps visited, the start and the end.

    given: with a step that only moves towards 3, and gets there at t = 0. Then also: the share of each step's input
    that is the last step's output, that is still the start, that is noise used before; and the spread of the noise.
    """
    schedule, times, inputs, outputs, noises = schedule_of(ns, alpha_bar), [], [], [], []

    def knows(x_t, t):
        times.append(float(t.double().mean()))
        inputs.append(x_t)
        left = per_row(schedule.alpha_bar[t], x_t)
        return (x_t - left.sqrt() * 3) / (1 - left).sqrt()

    def towards_three(model, x_t, t, schedule, noise=None):
        times.append(float(t))
        inputs.append(x_t.clone())
        noises.append(torch.randn(x_t.shape) if noise is None else noise)
        outputs.append(torch.full_like(x_t, 3.0) if t == 0 else 0.8 * x_t + 0.6)
        return outputs[-1].clone()

    if given:
        ns.p_sample = towards_three
    x0 = ns.p_sample_loop(knows, tuple(shape), schedule)
    handed_on = [share_equal(*pair) for pair in zip(inputs[1:], outputs, strict=False)]
    links = [min(handed_on, default=1.0), share_equal(inputs[0], inputs[1]) if given else 0.0]
    links += [share_equal(noises[0], noises[1]), noises[0].std().item()] if given else [0.0, 1.0]
    return torch.tensor(times), inputs[0], x0, links


@task("nb3.p_sample_loop", points=2)
def test_the_loop_visits_every_step_backwards(student, rng):
    """The model is asked once for each step, from the noisiest to the cleanest."""
    alpha_bar = falling(rng, 9)

    def judge(given):
        times = student.run(loop_of_a_known_point, alpha_bar, (4, 2), given)[0]
        assert_same(times, np.arange(9)[::-1].astype(float), what="the steps, in the order of the visits")

    either(judge)


@task("nb3.p_sample_loop", points=1)
def test_the_loop_starts_from_standard_normal_noise(student, rng):
    """The first x_t is standard normal noise of the given shape."""
    alpha_bar = falling(rng, 9)  # of so many steps that the noise of the last one alone is far from 1

    def judge(given):
        start = student.run(loop_of_a_known_point, alpha_bar, (N, 2), given)[1]
        assert_standard_normal(start, "the start")

    either(judge)


@task("nb3.p_sample_loop", points=2)
def test_the_loop_ends_at_the_data(student, rng):
    """It returns what the last step makes of the sample, in the shape that was asked for."""
    alpha_bar, shape = falling(rng, 6), (3, 1, 2, 4)

    def judge(given):
        x0 = assert_shape(student.run(loop_of_a_known_point, alpha_bar, shape, given)[2], *shape)
        there = (np.abs(x0 - 3) < 1e-3).mean()
        assert_same(there, 1.0, rtol=0, atol=0.04, what="the share of the sample that is at the only data point")

    either(judge)


def loop_of_a_gaussian(ns, mean, std, steps):
    """The mean and the spread of 2,000 samples, with the exact model of data from N(mean, std^2)."""
    cosine = torch.cos((torch.arange(1, steps + 1) / steps * 0.98 + 0.01) * torch.pi / 2) ** 2
    schedule = schedule_of(ns, cosine)

    def exact(x_t, t):
        left = per_row(schedule.alpha_bar[t], x_t)
        return (1 - left).sqrt() * (x_t - left.sqrt() * mean) / (left * std**2 + 1 - left)

    samples = ns.p_sample_loop(exact, (2000, 2), schedule).double().reshape(-1, 2)
    return samples.std(0), samples.mean(0)


@task("nb3.p_sample_loop", points=2)
def test_the_loop_returns_the_distribution_of_the_data(student, rng):
    """With the exact model of Gaussian data, the samples have the mean and the spread of the data."""
    mean, std, alpha_bar = 2.0, 0.5, falling(rng, 9)

    def judge(given):
        if given:
            handed_on, still, again, spread = student.run(loop_of_a_known_point, alpha_bar, (2000, 2), given)[3]
            assert_same(still, 0.0, rtol=0, atol=0.01, what="the share of the second step's input that is the start")
            assert_same(handed_on, 1.0, what="the share of a step's input that is the output of the step before")
            assert_same(again, 0.0, rtol=0, atol=0.01, what="the share of the second step's noise that is the first's")
            assert_same(spread, 1.0, rtol=0, atol=0.1, what="the spread of the first step's noise")
        else:
            stds, means = student.run(loop_of_a_gaussian, mean, std, 60)
            assert_same(stds, np.full(2, std), rtol=0.16, atol=0, what="the spread of 2,000 samples")
            assert_same(means, np.full(2, mean), rtol=0.04, atol=0.02, what="the mean of 2,000 samples")

    either(judge)


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
    schedule, model = schedule_of(ns, alpha_bar), toy_model()
    first, second = ([ns.ddim_step(model, x_t, *pair, schedule).detach() for pair in pairs] for _ in range(2))
    return torch.stack(first), share_equal(torch.stack(first), torch.stack(second))


@task("nb3.ddim_step", points=0)
def test_a_ddim_step_jumps_without_noise(student, reference, rng):
    """From step t to any earlier one: the predicted x0, noised again with the predicted noise."""
    arguments = rng.normal(4, 2), falling(rng, 9), [(8, 5), (5, 4), (4, 0), (8, 0)]
    got, repeated = student.run(ddim_steps, *arguments)
    assert_same(repeated, 1.0, what="the share of the answer that a second call repeats")
    assert_same(got, reference.run(ddim_steps, *arguments)[0])


@task("nb3.ddim_step", points=0)
def test_a_ddim_step_can_end_at_the_clean_data(student, reference, rng):
    """With t_prev = -1 it returns the predicted x0."""
    arguments = rng.normal(4, 2), falling(rng, 9), [(8, -1), (0, -1)]
    got, repeated = student.run(ddim_steps, *arguments)
    assert_same(repeated, 1.0, what="the share of the answer that a second call repeats")
    assert_same(got, reference.run(ddim_steps, *arguments)[0])
