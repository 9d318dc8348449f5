"""What NB6 asks for, as tests. All randomness is passed in, so every answer has one value; nothing is drawn or trained.

The four numbers of a wrong line are the same for everybody: they are feedback, and earn nothing.
"""

import numpy as np

from autograding import assert_same, assert_same_either, task, torch
from autograding.checks.given_parts import module_of
from autograding.checks.gradients import gradients, with_gradients


def schedule_of(ns, alpha_bar):
    """The schedule (T,) that has this alpha_bar."""
    alphas = alpha_bar / torch.cat((torch.ones(1, dtype=alpha_bar.dtype), alpha_bar[:-1]))
    return ns.Schedule(1 - alphas, alphas, alpha_bar)


def falling(rng, steps):
    """An alpha_bar (T,) that falls from about 0.95 to 0.1 in uneven steps."""
    return np.linspace(0.95, 0.1, steps, dtype=np.float32) + rng.uniform(steps, low=-0.2 / steps, high=0.2 / steps)


def coins(rng, *shape):
    """Uniform numbers in (0, 1), never equal to a threshold: `<` and `<=` are both right."""
    return (rng.uniform(*shape) * np.float32(0.999) + np.float32(4.3e-5)).astype(np.float32)


def two_gaussians(rng, *shape):
    """mu_q, log_var_q, mu_p, log_var_p: neither is standard, and they are not close to each other."""
    return rng.normal(*shape), rng.normal(*shape, mean=-0.4), rng.normal(*shape, mean=0.5), rng.normal(*shape, mean=0.6)


def answers_alike(answers):
    """Whether two calls with the same arguments brought the same: nothing is drawn in between."""
    one, other = answers
    return torch.equal(one, other) if torch.is_tensor(one) and torch.is_tensor(other) else True


def twice(ns, name, *arguments):
    """The answer, and whether a second call repeats it."""
    answers = [getattr(ns, name)(*arguments) for _ in range(2)]
    return answers[0], answers_alike(answers)


def assert_same_tokens(student, reference, name, *arguments, what=""):
    """The answer of a function of tokens that gets its coins: the same twice, and the right one."""
    got, repeated = student.run(twice, name, *arguments)
    assert_same(repeated, True, what="whether a second call with the same coins returns the same")
    assert_same(got, reference.run(twice, name, *arguments)[0], what=what)


# ---- B: four functions ----


@task("nb6.gaussian_kl", points=2)
def test_the_kl_of_two_gaussians(student, reference, rng):
    """One value per example, from means and log-variances of both Gaussians."""
    four = two_gaussians(rng, 7, 5)
    assert_same(student.gaussian_kl(*four), reference.gaussian_kl(*four))


@task("nb6.gaussian_kl", points=1)
def test_the_gradient_of_the_kl(student, reference, rng):
    """The gradient of the KL reaches all four arguments, and has the right value."""
    four = two_gaussians(rng, 4, 3)
    got = student.run(with_gradients, "gaussian_kl", *four)
    assert_same(got, reference.run(with_gradients, "gaussian_kl", *four), what="the gradients at the four arguments")


def encoder_of(weights):
    """A linear encoder from (B, 3) to the mean and the log-variance, (B, Z) each."""
    return module_of(lambda module, x: tuple((x @ module.weights).chunk(2, dim=-1)), weights)


def drawn_twice(ns, weights, x, noise):
    """z, whether a second call repeats it, and the gradient of its sum at the encoder's weights."""
    encoder = encoder_of(weights)
    answers = [ns.reparameterize(encoder, x, noise) for _ in range(2)]
    return answers[0], answers_alike(answers), gradients(answers[0], [encoder.weights])


@task("nb6.reparameterize", points=2)
def test_the_noise_is_shifted_and_scaled(student, reference, rng):
    """z is made of the encoder's mean, its standard deviation and the given noise."""
    given = rng.normal(3, 10, std=0.6), rng.normal(6, 3), rng.normal(6, 5)
    z, repeated, _ = student.run(drawn_twice, *given)
    assert_same(repeated, True, what="whether a second call with the same noise returns the same")
    assert_same(z, reference.run(drawn_twice, *given)[0])


@task("nb6.reparameterize", points=1)
def test_the_gradient_reaches_the_encoder(student, reference, rng):
    """The gradient of z with respect to the encoder's weights is the right one."""
    given = rng.normal(3, 8, std=0.6), rng.normal(5, 3), rng.normal(5, 4)
    _, repeated, pull = student.run(drawn_twice, *given)
    assert_same(repeated, True, what="whether a second call with the same noise returns the same")
    assert_same(pull, reference.run(drawn_twice, *given)[2], what="the gradient at the encoder's weights")


def one_step_back(ns, name, x_t, t, eps_hat, noise, alpha_bar):
    return getattr(ns, name)(x_t, t, eps_hat, noise, schedule_of(ns, alpha_bar))


def what_noise_adds(ns, name, x_t, t, eps_hat, alpha_bar):
    """The step with noise 1, less the step without: the standard deviation of what is added."""
    with_noise, without = (
        one_step_back(ns, name, x_t, t, eps_hat, value, alpha_bar) for value in (torch.ones_like(x_t), torch.zeros_like(x_t))
    )
    both = torch.is_tensor(with_noise) and torch.is_tensor(without)
    return with_noise - without if both else [with_noise, without]


@task("nb6.reverse_update", points=2)
def test_the_mean_of_the_reverse_step(student, reference, rng):
    """Without noise, x_{t-1} is the mean: at the last step, at t = 0 and between."""
    alpha_bar = falling(rng, 9)
    for t in (8, 4, 0):
        given = "reverse_update", rng.normal(5, 2), t, rng.normal(5, 2), np.zeros((5, 2), np.float32), alpha_bar
        assert_same(student.run(one_step_back, *given), reference.run(one_step_back, *given), what=f"the mean at t = {t}")


@task("nb6.reverse_update", points=1)
def test_the_noise_of_the_reverse_step(student, reference, rng):
    """The noise is scaled by sigma_t (either of the two common choices), and nothing is added at t = 0."""
    alpha_bar, x_t, eps_hat = falling(rng, 9), rng.normal(4, 2), rng.normal(4, 2)
    added = [student.run(what_noise_adds, "reverse_update", x_t, t, eps_hat, alpha_bar) for t in (8, 5, 2, 0)]
    large = [reference.run(what_noise_adds, "reverse_update", x_t, t, eps_hat, alpha_bar) for t in (8, 5, 2, 0)]
    left = 1 - alpha_bar.astype(np.float64)
    ratio = np.sqrt([left[t - 1] / left[t] if t else 0.0 for t in (8, 5, 2, 0)])  # of the two choices
    small = [values * share for values, share in zip(large, ratio, strict=True)]
    assert_same_either(lambda: (added, large), lambda: (added, small), what="what noise 1 adds at t = 8, 5, 2 and 0")


@task("nb6.corrupt", points=2)
def test_each_token_throws_its_own_coin(student, reference, rng):
    """Tokens are masked where their coin falls below t/T; each sequence has its own t."""
    x0, t, u = rng.integers(0, 9, 40, 12), rng.integers(0, 14, 40), coins(rng, 40, 12)
    assert_same_tokens(student, reference, "corrupt", x0, t, 13, 11, u)


@task("nb6.corrupt", points=1)
def test_the_mask_is_the_given_one(student, reference, rng):
    """Nothing is masked at t = 0, everything at t = T, and MASK is mask_id, whatever tokens there are."""
    x0, t, u = rng.integers(0, 3, 6, 30), np.array([0, 7, 3, 7, 0, 5]), coins(rng, 6, 30)
    assert_same_tokens(student, reference, "corrupt", x0, t, 7, 20, u)


# ---- C: four bugs ----


@task("nb6.vae_bug_line", points=0)
def test_the_wrong_line_of_the_vae(student, reference):
    """The number of the line that is wrong in bug 1."""
    assert_same(student.vae_bug_line(), reference.vae_bug_line())


@task("nb6.elbo_bug_line", points=0)
def test_the_wrong_line_of_the_elbo(student, reference):
    """The number of the line that is wrong in bug 2."""
    assert_same(student.elbo_bug_line(), reference.elbo_bug_line())


@task("nb6.step_bug_line", points=0)
def test_the_wrong_line_of_the_step(student, reference):
    """The number of the line that is wrong in bug 3."""
    assert_same(student.step_bug_line(), reference.step_bug_line())


@task("nb6.reveal_bug_line", points=0)
def test_the_wrong_line_of_the_sampler(student, reference):
    """The number of the line that is wrong in bug 4."""
    assert_same(student.reveal_bug_line(), reference.reveal_bug_line())


def loss_with_own_or_given_parts(ns, logits, x, mu, log_var, given):
    """The repaired loss; with a given KL in the place of the student's, who may have built on it."""
    if given:
        normal = torch.distributions.Normal
        ns.gaussian_kl = lambda mean, log_var, of_mean, of_log_var: torch.distributions.kl_divergence(
            normal(mean, (log_var / 2).exp()), normal(of_mean, (of_log_var / 2).exp())
        ).sum(dim=-1)
    return ns.repaired_vae_loss(logits, x, mu, log_var)


@task("nb6.repaired_vae_loss", points=2)
def test_the_repaired_vae_loss(student, reference, rng):
    """The negative ELBO in nats, averaged over the batch, for logits of any size."""
    given = rng.normal(5, 64, std=3), rng.bits(5, 64), rng.normal(5, 4), rng.normal(5, 4)
    assert_same_either(
        *(
            lambda own=own: (
                student.run(loss_with_own_or_given_parts, *given, not own),
                reference.run(loss_with_own_or_given_parts, *given, not own),
            )
            for own in (True, False)
        )
    )


@task("nb6.repaired_elbo", points=2)
def test_the_repaired_elbo(student, reference, rng):
    """One value per example, also where q(z1|x) is not the true posterior."""
    gain, log_var = rng.uniform(low=0.3, high=0.9), rng.uniform(low=-2.5, high=-0.3)
    given = rng.normal(8), np.asarray(gain), np.asarray(log_var), rng.normal(8), rng.normal(8)
    assert_same(student.repaired_elbo(*given), reference.repaired_elbo(*given))


def step_with_own_or_given_parts(ns, x_t, t, eps_hat, noise, alpha_bar, given):
    """The repaired step; with a given reverse step in the place of the student's, who may have built on it."""
    schedule = schedule_of(ns, alpha_bar)
    if given:
        ns.reverse_update = lambda *arguments: (
            ns.broken_step(*arguments[:3], torch.zeros_like(x_t), schedule)
            + (0 if t == 0 else schedule.betas[t].sqrt() * noise)
        )
    return ns.repaired_step(x_t, t, eps_hat, noise, schedule)


@task("nb6.repaired_step", points=2)
def test_the_repaired_step(student, reference, rng):
    """x_{t-1} for the given noise, at several steps."""
    alpha_bar = falling(rng, 9)
    for t in (8, 4, 1, 0):
        given = rng.normal(5, 2), t, rng.normal(5, 2), rng.normal(5, 2), alpha_bar
        assert_same_either(
            *(
                lambda own=own, given=given: (
                    student.run(step_with_own_or_given_parts, *given, not own),
                    reference.run(step_with_own_or_given_parts, *given, not own),
                )
                for own in (True, False)
            ),
            what=f"x_t-1 at t = {t}",
        )


@task("nb6.repaired_reveal", points=2)
def test_the_repaired_reveal(student, reference, rng):
    """At every step the right share of the masked tokens is revealed, and visible tokens stay."""
    for t in (4, 9, 7, 1):
        x_t, guess = rng.integers(0, 8, 30, 12), rng.integers(0, 6, 30, 12)
        x_t = np.where(x_t > 5, 6, x_t)
        given = x_t, guess, t, 9, 6, coins(rng, 30, 12)
        assert_same_tokens(student, reference, "repaired_reveal", *given, what=f"the tokens at t = {t}")
