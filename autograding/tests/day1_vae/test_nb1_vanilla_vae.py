"""What NB1 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

Random answers are judged by statistics of N draws, with a tolerance of 6 standard errors: a right answer is rejected
less than once in 100 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch

N = 20_000
SIX_ERRORS = 6 / np.sqrt(N)  # of a mean in standard deviations, or of a correlation


# ---- Encoder and decoder: known weights in, known numbers out ----


def known_weights(model):
    """Every parameter filled with a fixed pattern, so that two models of one architecture agree."""
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters(), 1):
            wave = torch.sin(torch.arange(parameter.numel()) * (0.37 * number + 1)) / parameter[0].numel() ** 0.5
            parameter.copy_(wave.view_as(parameter))
    return model


def network_output(ns, name, batch):
    return known_weights(getattr(ns, name)())(batch)


def gradient_norms(ns, name, batch):
    """How strongly each parameter is pulled by the sum of squared outputs."""
    model = known_weights(getattr(ns, name)())
    outputs = model(batch)
    outputs = outputs if isinstance(outputs, (tuple, list)) else (outputs,)
    sum((output**2).sum() for output in outputs).backward()
    return [0.0 if p.grad is None else p.grad.norm().item() for p in model.parameters()]


@task("nb1.Encoder.forward", points=4)
def test_the_encoder_returns_mean_and_log_variance(student, reference, rng):
    """From images (B, 1, 28, 28), two tensors (B, Z): the mean and the log-variance of q(z|x)."""
    x = rng.bits(5, 1, 28, 28)
    assert_same(student.run(network_output, "Encoder", x), reference.run(network_output, "Encoder", x))


@task("nb1.Encoder.forward", points=2)
def test_every_layer_of_the_encoder_learns(student, reference, rng):
    """A gradient reaches every layer of the encoder."""
    x = rng.bits(4, 1, 28, 28)
    assert_same(student.run(gradient_norms, "Encoder", x), reference.run(gradient_norms, "Encoder", x), rtol=1e-3)


@task("nb1.Decoder.forward", points=4)
def test_the_decoder_returns_logits_in_the_shape_of_an_image(student, reference, rng):
    """From latents (B, Z), one logit per pixel: (B, 1, 28, 28)."""
    z = rng.normal(5, 16)
    assert_same(student.run(network_output, "Decoder", z), reference.run(network_output, "Decoder", z))


@task("nb1.Decoder.forward", points=2)
def test_every_layer_of_the_decoder_learns(student, reference, rng):
    """A gradient reaches every layer of the decoder."""
    z = rng.normal(4, 16)
    assert_same(student.run(gradient_norms, "Decoder", z), reference.run(gradient_norms, "Decoder", z), rtol=1e-3)


# ---- sample_z ----


def draws(rng):
    """The same three latents, N times: mean and log-variance (N, 3), and the standard deviation (3,)."""
    mu, log_var = rng.normal(1, 3, std=2), rng.uniform(1, 3, low=-3, high=2)
    return np.repeat(mu, N, 0), np.repeat(log_var, N, 0), np.exp(0.5 * log_var[0])


def sampled_twice(ns, mu, log_var):
    return ns.sample_z(mu, log_var), ns.sample_z(mu, log_var)


def sample_and_gradients(ns, mu, log_var):
    """One sample from leaves in float64, and the gradient of its sum."""
    mu, log_var = mu.double().requires_grad_(), log_var.double().requires_grad_()
    z = ns.sample_z(mu, log_var)
    gradients = torch.autograd.grad(z.sum(), (mu, log_var), allow_unused=True)
    return z - mu, *(torch.zeros_like(mu) if gradient is None else gradient for gradient in gradients)


@task("nb1.sample_z", points=1)
def test_without_variance_the_sample_is_the_mean(student, rng):
    """With the variance at exp(-80), z is mu."""
    mu = rng.normal(5, 3)
    assert_same(student.sample_z(mu, np.full_like(mu, -80)), mu)


@task("nb1.sample_z", points=3)
def test_samples_have_the_mean_and_the_spread_of_q(student, rng):
    """Many samples have the mean mu and the standard deviation of N(mu, exp(log_var))."""
    mu, log_var, sigma = draws(rng)
    z = assert_shape(student.sample_z(mu, log_var), N, 3)
    assert_same(z.std(0) / sigma, np.ones(3), rtol=0.05, atol=0, what="the spread of 20,000 samples")
    assert_same((z - mu).mean(0) / sigma, np.zeros(3), atol=SIX_ERRORS, what="the mean of 20,000 samples")
    assert_same((z > mu).mean(0), np.full(3, 0.5), atol=0.03, what="the share of samples above the mean")


@task("nb1.sample_z", points=2)
def test_every_entry_gets_its_own_noise(student, rng):
    """Images, latents and calls are independent of each other."""
    mu, log_var, _ = draws(rng)
    first, second = student.run(sampled_twice, mu, log_var)
    first, second = assert_shape(first, N, 3), assert_shape(second, N, 3)
    assert_same(correlation(first[1:], first[:-1]), np.zeros(3), atol=SIX_ERRORS, what="correlation of two images")
    assert_same(correlation(first[:, 1:], first[:, :-1]), np.zeros(2), atol=SIX_ERRORS, what="correlation of two latents")
    assert_same(correlation(first, second), np.zeros(3), atol=SIX_ERRORS, what="correlation of two calls")


@task("nb1.sample_z", points=3)
def test_gradients_flow_through_the_sample(student, rng):
    """z is differentiable in mu and in log_var, with the derivatives of mu + sigma · noise."""
    mu, log_var = rng.normal(6, 3), rng.uniform(6, 3, low=-3, high=2)
    shift, d_mu, d_log_var = student.run(sample_and_gradients, mu, log_var)
    shift = assert_shape(shift, 6, 3)
    assert_same(d_mu, np.ones((6, 3)), what="the gradient with respect to mu")
    # dz/dlog_var is half the shift z - mu, whatever the noise was; in float64 also to more digits than float32 has.
    error = assert_shape(d_log_var, 6, 3) - shift / 2
    assert_same(error, np.zeros((6, 3)), atol=1e-11, what="the gradient with respect to log_var, less its right value")


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's, per column; 1 where a column does not vary at all."""
    one, other = one - one.mean(0), other - other.mean(0)
    scale = np.sqrt((one**2).sum(0) * (other**2).sum(0))
    return np.where(scale > 1e-12, (one * other).sum(0) / np.maximum(scale, 1e-12), 1.0)


# ---- The loss ----


def with_gradients(ns, name, *arguments):
    """The value and the gradients of its sum with respect to the float arguments."""
    leaves = [argument.clone().requires_grad_() for argument in arguments]
    value = getattr(ns, name)(*leaves)
    gradients = torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    return [torch.zeros_like(leaf) if g is None else g for leaf, g in zip(leaves, gradients, strict=True)]


def arguments_after(ns, name, *arguments):
    """The arguments as they are after the call."""
    getattr(ns, name)(*arguments)
    return arguments


@task("nb1.reconstruction_nll", points=4)
def test_the_reconstruction_term_is_in_nats_per_image(student, reference, rng):
    """-log p(x|z) of Bernoulli pixels, summed over the pixels: one number per image."""
    logits, x = rng.normal(4, 1, 28, 28, std=3), rng.bits(4, 1, 28, 28, p=0.2)
    assert_same(student.reconstruction_nll(logits, x), reference.reconstruction_nll(logits, x))


@task("nb1.reconstruction_nll", points=2)
def test_certain_pixels_stay_finite(student, reference, rng):
    """Also where the decoder is very sure, right or wrong, the value is finite and exact."""
    logits = np.where(rng.bits(3, 1, 28, 28), 120.0, -120.0).astype(np.float32)
    x = rng.bits(3, 1, 28, 28)
    assert_same(student.reconstruction_nll(logits, x), reference.reconstruction_nll(logits, x))


@task("nb1.reconstruction_nll", points=1)
def test_the_reconstruction_term_has_its_gradient(student, reference, rng):
    """Its gradient reaches the decoder's logits."""
    logits, x = rng.normal(2, 1, 28, 28), rng.bits(2, 1, 28, 28)
    got, expected = (who.run(with_gradients, "reconstruction_nll", logits, x)[0] for who in (student, reference))
    assert_same(got, expected, what="the gradient with respect to the logits")


@task("nb1.kl_divergence", points=5)
def test_the_kl_agrees_with_the_closed_form(student, reference, rng):
    """The KL divergence of N(mu, diag(exp(log_var))) from N(0, I), one value per image."""
    mu, log_var = rng.normal(5, 3), rng.uniform(5, 3, low=-3, high=2)
    assert_same(student.kl_divergence(mu, log_var), reference.kl_divergence(mu, log_var))


@task("nb1.kl_divergence", points=3)
def test_the_kl_has_its_gradients(student, reference, rng):
    """Its gradients reach mu and log_var."""
    mu, log_var = rng.normal(4, 6), rng.uniform(4, 6, low=-3, high=2)
    arguments = ("kl_divergence", mu, log_var)
    assert_same(student.run(with_gradients, *arguments), reference.run(with_gradients, *arguments), what="gradients")


@task("nb1.kl_divergence", points=1)
def test_the_kl_leaves_its_inputs_alone(student, rng):
    """mu and log_var are the same after the call as before."""
    mu, log_var = rng.normal(4, 6), rng.uniform(4, 6, low=-3, high=2)
    assert_same(student.run(arguments_after, "kl_divergence", mu, log_var), (mu, log_var), what="mu and log_var")


def loss_of_given_parts(ns, *arguments, **options):
    """The loss on parts that are given, so that a wrong KL costs the points of the KL alone."""
    ns.reconstruction_nll = lambda logits, x: (logits - x).square().mean((1, 2, 3)) * 700
    ns.kl_divergence = lambda mu, log_var: (mu - 2 * log_var).square().sum(-1)
    return ns.vae_loss(*arguments, **options)


def loss_arguments(rng, batch):
    logits, x = rng.normal(batch, 1, 28, 28, std=2), rng.bits(batch, 1, 28, 28)
    return logits, x, rng.normal(batch, 3), rng.uniform(batch, 3, low=-3, high=2)


@task("nb1.vae_loss", points=4)
def test_the_loss_is_the_negative_elbo_of_the_batch(student, reference, rng):
    """The reconstruction term plus the KL, averaged over the images: a single number, in nats."""
    arguments = loss_arguments(rng, 6)
    assert_same_either(
        lambda: (student.vae_loss(*arguments), reference.vae_loss(*arguments)),
        lambda: (student.run(loss_of_given_parts, *arguments), reference.run(loss_of_given_parts, *arguments)),
    )


@task("nb1.vae_loss", points=2)
def test_the_kl_weight_scales_the_kl_alone(student, reference, rng):
    """kl_weight multiplies the KL and nothing else."""
    arguments, weight = loss_arguments(rng, 4), {"kl_weight": 7.5}
    assert_same_either(
        lambda: (student.vae_loss(*arguments, **weight), reference.vae_loss(*arguments, **weight)),
        lambda: (student.run(loss_of_given_parts, *arguments, **weight),
                 reference.run(loss_of_given_parts, *arguments, **weight)),
    )  # fmt: skip


def loss_gradients(ns, *arguments, given=False):
    leaves = [argument.clone().requires_grad_(position != 1) for position, argument in enumerate(arguments)]
    loss = loss_of_given_parts(ns, *leaves) if given else ns.vae_loss(*leaves)
    gradients = torch.autograd.grad(loss, [leaves[0], *leaves[2:]], allow_unused=True)
    return [0.0 if gradient is None else gradient.norm().item() for gradient in gradients]


@task("nb1.vae_loss", points=1)
def test_the_loss_teaches_encoder_and_decoder(student, reference, rng):
    """Gradients of the loss reach the logits, mu and log_var."""
    arguments = loss_arguments(rng, 3)
    assert_same_either(
        lambda: (student.run(loss_gradients, *arguments), reference.run(loss_gradients, *arguments)),
        lambda: (student.run(loss_gradients, *arguments, given=True),
                 reference.run(loss_gradients, *arguments, given=True)),
        what="the sizes of the gradients",
    )  # fmt: skip


# ---- The training step ----


class GradientDescent:
    """As torch.optim.SGD, whose first use would import a compiler for a second."""

    def __init__(self, weights, rate=1e-3):
        self.weights, self.rate = weights, rate

    def zero_grad(self, set_to_none=True):
        self.weights.grad = None

    def step(self):
        with torch.no_grad():
            self.weights -= self.rate * self.weights.grad


def train_a_toy(ns, batches, kl_weight, given):
    """Two steps of plain gradient descent on a model with three numbers: the losses reported, and the numbers after.

    Its decoder looks at no z, so that any way of calling the parts gives the same loss.
    """

    class Toy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = torch.nn.Parameter(torch.tensor([0.3, -0.2, 0.5]))

        def encoder(self, x):
            pixels = x.flatten(1)
            return self.weights[1] * (pixels[:, :4] + 1), self.weights[2] * (pixels[:, 4:8] - 1)

        def decoder(self, z):
            ramp = torch.linspace(-2, 2, 784).view(1, 1, 28, 28)
            return self.weights[0] * ramp.expand(len(z), 1, 28, 28)

        def forward(self, x):
            mu, log_var = self.encoder(x)
            return self.decoder(mu), mu, log_var

    if given:
        ns.vae_loss = lambda logits, x, mu, log_var, kl_weight=1.0: (
            (logits - x).square().sum() + kl_weight * (mu.square().sum() + (log_var - 1).square().sum())
        ) / len(x)
    model = Toy()
    optimizer = GradientDescent(model.weights)
    losses = [float(ns.train_step(model, x, optimizer, kl_weight=kl_weight)) for x in batches]
    return losses, model.weights


def trained(who, batches, kl_weight, given):
    return who.run(train_a_toy, batches, kl_weight, given)


@task("nb1.train_step", points=4)
def test_two_steps_move_the_parameters_as_gradient_descent_does(student, reference, rng):
    """After two steps the parameters are where gradient descent on the loss takes them."""
    batches = rng.bits(2, 5, 1, 28, 28)
    assert_same_either(*(
        lambda given=given: (trained(student, batches, 1.0, given)[1], trained(reference, batches, 1.0, given)[1])
        for given in (False, True)), what="the parameters")  # fmt: skip


@task("nb1.train_step", points=2)
def test_a_step_reports_its_loss_and_uses_the_kl_weight(student, reference, rng):
    """It returns the loss of the batch as a number, computed with the given kl_weight."""
    batches = rng.bits(2, 4, 1, 28, 28)
    assert_same_either(*(
        lambda given=given: (trained(student, batches, 3.0, given)[0], trained(reference, batches, 3.0, given)[0])
        for given in (False, True)), what="the losses of two steps")  # fmt: skip


# ---- Extensions: checked, not graded ----


@task("nb1.active_units", points=0)
def test_active_units_counts_latents_whose_mean_varies(student, reference, rng):
    """The number of latents whose posterior mean has a variance over the data above the threshold."""
    mu = rng.normal(50, 6) * np.array([1, 0.5, 0.2, 0.05, 0.01, 0], np.float32)
    assert_same(student.active_units(mu, threshold=0.01), reference.active_units(mu, threshold=0.01))


@task("nb1.iwae_bound", points=0)
def test_the_importance_weighted_bound(student, reference, rng):
    """The log of the mean importance weight over K samples, one value per image."""
    log_w = rng.normal(8, 5, mean=-90, std=4)
    assert_same(student.iwae_bound(log_w), reference.iwae_bound(log_w))


@task("nb1.bits_per_dim", points=0)
def test_nats_become_bits_per_dimension(student, reference, rng):
    """A negative log-likelihood in nats per image, as bits per pixel."""
    nats = rng.uniform(7, low=60, high=200)
    assert_same(student.bits_per_dim(nats, 784), reference.bits_per_dim(nats, 784))
