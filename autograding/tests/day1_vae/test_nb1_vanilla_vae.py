"""What NB1 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

Random answers are judged by statistics of N draws, with a tolerance of 6 standard errors: a right answer is rejected
less than once in 100 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch

N = 20_000
SIX_ERRORS = 6 / np.sqrt(N)  # of a mean in standard deviations, or of a correlation


# ---- Gradients ----


def gradients(value, leaves):
    """The gradient of the sum of `value` at each leaf; zeros where none arrives."""
    total = torch.as_tensor(value).sum()
    if not total.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)


def with_gradients(ns, name, *arguments):
    """The gradients of the function's value with respect to its arguments."""
    leaves = [argument.clone().requires_grad_() for argument in arguments]
    return gradients(getattr(ns, name)(*leaves), leaves)


# ---- Encoder and decoder: known weights in, known numbers out ----


def known_weights(model):
    """Every parameter filled with a fixed pattern, so that two models of one architecture agree."""
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters(), 1):
            wave = torch.arange(parameter.numel(), dtype=torch.float32).mul_(0.37 * number + 1).sin_()
            parameter.copy_(wave.div_(parameter[0].numel() ** 0.5).view_as(parameter))
    return model


def network_output(ns, name, batch):
    return known_weights(getattr(ns, name)())(batch)


def gradient_norms(ns, name, batch):
    """How strongly each parameter is pulled by the sum of squared outputs."""
    model = known_weights(getattr(ns, name)())
    outputs = model(batch)
    outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    energy = sum((output**2).sum() for output in outputs)
    return [gradient.norm().item() for gradient in gradients(energy, list(model.parameters()))]


@task("nb1.Encoder.forward", points=4)
def test_the_encoder_returns_mean_and_log_variance(student, reference, rng):
    """From images (B, 1, 28, 28), two tensors (B, Z): the mean and the log-variance of q(z|x)."""
    x = rng.bits(5, 1, 28, 28)
    assert_same(student.run(network_output, "Encoder", x), reference.run(network_output, "Encoder", x))


@task("nb1.Encoder.forward", points=2)
def test_every_layer_of_the_encoder_learns(student, reference, rng):
    """A gradient reaches every layer of the encoder, from a batch of one image too."""
    x = rng.bits(1, 1, 28, 28)
    assert_same(student.run(gradient_norms, "Encoder", x), reference.run(gradient_norms, "Encoder", x), rtol=1e-3)


@task("nb1.Decoder.forward", points=4)
def test_the_decoder_returns_logits_in_the_shape_of_an_image(student, reference, rng):
    """From latents (B, Z), one logit per pixel: (B, 1, 28, 28)."""
    z = rng.normal(5, 16)
    got = assert_shape(student.run(network_output, "Decoder", z), 5, 1, 28, 28)
    expected = reference.run(network_output, "Decoder", z)
    assert_same(got[:, 0, ::5, ::5], expected[:, 0, ::5, ::5], what="the logits of every fifth row and column")


@task("nb1.Decoder.forward", points=2)
def test_every_layer_of_the_decoder_learns(student, reference, rng):
    """A gradient reaches every layer of the decoder, from a batch of one latent too."""
    z = rng.normal(1, 16)
    assert_same(student.run(gradient_norms, "Decoder", z), reference.run(gradient_norms, "Decoder", z), rtol=1e-3)


# ---- sample_z ----


def draws(rng):
    """The same three latents, N times: mean and log-variance (N, 3), and the standard deviation (3,)."""
    mu, log_var = rng.normal(1, 3, std=2), rng.uniform(1, 3, low=-3, high=2)
    return np.repeat(mu, N, 0), np.repeat(log_var, N, 0), np.exp(0.5 * log_var[0])


def sampled_twice(ns, mu, log_var):
    return ns.sample_z(mu, log_var), ns.sample_z(mu, log_var)


def sample_and_gradients(ns, mu, log_var):
    """A sample of leaves in float64, and the gradients of its sum."""
    leaves = [mu.double().requires_grad_(), log_var.double().requires_grad_()]
    z = ns.sample_z(*leaves)
    return z, *gradients(z, leaves)


@task("nb1.sample_z", points=1)
def test_without_variance_the_sample_is_the_mean(student, rng):
    """With the variance at exp(-80), z is mu."""
    mu, _, _ = draws(rng)
    z = assert_shape(student.sample_z(mu, np.full_like(mu, -80)), N, 3)
    assert_same(z.std(0), np.zeros(3), rtol=0.05, atol=1e-6, what="the spread of 20,000 samples")
    assert_same(z[0], mu[0])


@task("nb1.sample_z", points=2)
def test_samples_have_the_mean_and_the_spread_of_q(student, rng):
    """Many samples have the mean mu and the standard deviation of N(mu, exp(log_var))."""
    mu, log_var, sigma = draws(rng)
    z = assert_shape(student.sample_z(mu, log_var), N, 3)
    assert_same(z.std(0) / sigma, np.ones(3), rtol=0.05, atol=1e-6, what="the spread of 20,000 samples")
    assert_same((z - mu).mean(0) / sigma, np.zeros(3), atol=SIX_ERRORS, what="the mean of 20,000 samples")


@task("nb1.sample_z", points=1)
def test_the_noise_is_normal(student, rng):
    """Whatever their mean and spread, many samples have the shape of a normal distribution."""
    mu, log_var, _ = draws(rng)
    z = assert_shape(student.sample_z(mu, log_var), N, 3)
    z = (z - z.mean(0)) / np.maximum(z.std(0), 1e-6)
    assert_same((np.abs(z) < 1).mean(0), np.full(3, 0.6827), atol=0.02, what="the share within one standard deviation")
    assert_same((z > 0).mean(0), np.full(3, 0.5), atol=0.022, what="the share of samples above their mean")


@task("nb1.sample_z", points=2)
def test_every_entry_gets_its_own_noise(student, rng):
    """Images, latents and calls are independent of each other."""
    mu, log_var, sigma = draws(rng)
    samples = student.run(sampled_twice, mu, log_var)
    first, second = ((assert_shape(z, N, 3) - mu) / sigma for z in samples)
    pairs = {"images": (first[1:], first[:-1]), "latents": (first[:, 1:], first[:, :-1]), "calls": (first, second)}
    repeated = np.array([(np.abs(one - other) < 1e-3).mean() for one, other in pairs.values()])
    assert_same(repeated, np.zeros(3), atol=0.01, what="the share of noise repeated in images, latents and calls")
    for name, (one, other) in pairs.items():
        right = np.zeros(one.shape[1])
        assert_same(correlation(one, other), right, atol=SIX_ERRORS, what=f"the correlation of two {name}")


@task("nb1.sample_z", points=3)
def test_gradients_flow_through_the_sample(student, rng):
    """z is differentiable in mu and in log_var, with the derivatives of mu + sigma · noise."""
    mu, log_var, _ = draws(rng)
    measured = student.run(sample_and_gradients, mu[:5000], log_var[:5000])
    z, d_mu, d_log_var = (assert_shape(part, 5000, 3) for part in measured)
    shift = z - mu[:5000]
    # dz/dlog_var is half the shift z - mu, whatever the noise was; in float64 also to more digits than float32 has.
    ratio = np.median(d_log_var / np.where(shift == 0, np.inf, shift), 0)
    what = "the mean gradient in mu, and the gradient in log_var as a share of z - mu"
    assert_same([d_mu.mean(0), ratio], [np.ones(3), np.full(3, 0.5)], rtol=0, atol=0.05, what=what)
    exact = (np.abs(d_mu - 1) < 1e-11) & (np.abs(d_log_var - shift / 2) < 1e-11)
    assert_same(exact.mean(0), np.ones(3), atol=0.01, what="the share of gradients that are right to 11 digits")


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's, per column; 1 where a column does not vary at all."""
    one, other = one - one.mean(0), other - other.mean(0)
    scale = np.sqrt((one**2).sum(0) * (other**2).sum(0))
    return np.where(scale > 1e-12, (one * other).sum(0) / np.maximum(scale, 1e-12), 1.0)


# ---- The loss ----


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
    assert_same(got[..., ::4, ::4], expected[..., ::4, ::4], what="the gradient with respect to the logits")


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


def same_with_own_or_given_parts(student, reference, probe, *arguments, what=""):
    """For what is built of other exercises: it suffices to be right with one's own parts, or with given ones."""
    assert_same_either(
        *(
            lambda given=given: tuple(who.run(probe, *arguments, given=given) for who in (student, reference))
            for given in (False, True)
        ),
        what=what,
    )


def loss_arguments(rng, batch):
    logits, x = rng.normal(batch, 1, 28, 28, std=2), rng.bits(batch, 1, 28, 28)
    return logits, x, rng.normal(batch, 3), rng.uniform(batch, 3, low=-3, high=2)


def with_given_terms(ns):
    ns.reconstruction_nll = lambda recon_logits, x: (recon_logits - 3 * x).square().mean((1, 2, 3)) * 700
    ns.kl_divergence = lambda mu, log_var: (mu - 2 * log_var).square().sum(-1)
    return ns


def vae_loss(ns, *arguments, given, **options):
    return (with_given_terms(ns) if given else ns).vae_loss(*arguments, **options)


def weighted_vae_loss(ns, *arguments, given):
    return vae_loss(ns, *arguments, given=given, kl_weight=7.5)


def vae_loss_gradients(ns, *arguments, given):
    """The sizes of the loss's gradients at the logits, mu and log_var."""
    logits, x, *posterior = arguments
    leaves = [leaf.clone().requires_grad_() for leaf in (logits, *posterior)]
    return [gradient.norm().item() for gradient in gradients(vae_loss(ns, leaves[0], x, *leaves[1:], given=given), leaves)]


@task("nb1.vae_loss", points=4)
def test_the_loss_is_the_negative_elbo_of_the_batch(student, reference, rng):
    """The reconstruction term plus the KL, averaged over the images: a single number, in nats."""
    same_with_own_or_given_parts(student, reference, vae_loss, *loss_arguments(rng, 6))


@task("nb1.vae_loss", points=2)
def test_the_kl_weight_scales_the_kl_alone(student, reference, rng):
    """kl_weight multiplies the KL and nothing else."""
    same_with_own_or_given_parts(student, reference, weighted_vae_loss, *loss_arguments(rng, 4))


@task("nb1.vae_loss", points=1)
def test_the_loss_teaches_encoder_and_decoder(student, reference, rng):
    """Gradients of the loss reach the logits, mu and log_var."""
    arguments, what = loss_arguments(rng, 3), "the sizes of the gradients"
    same_with_own_or_given_parts(student, reference, vae_loss_gradients, *arguments, what=what)


# ---- The training step ----


class GradientDescent:
    """As torch.optim.SGD, whose first use would import a compiler for a second."""

    def __init__(self, weights, rate=1e-3):
        self.weights, self.rate, self.steps = weights, rate, 0
        self.param_groups = [{"params": [weights], "lr": rate}]

    def zero_grad(self, set_to_none=True):
        self.weights.grad = None

    def step(self, closure=None):
        self.steps += 1
        loss = closure() if closure else None
        with torch.no_grad():
            if self.weights.grad is not None:
                self.weights -= self.rate * self.weights.grad
        return loss


def module(forward):
    """A torch module without weights of its own."""
    made = torch.nn.Module()
    made.forward = forward
    return made


def toy_model():
    """A VAE with three numbers. Of z its decoder sees only whether it is a sample, so that any way of calling the parts
    gives the same loss."""
    weights = torch.nn.Parameter(torch.tensor([0.3, -0.2, 0.5]))

    def encode(x):
        pixels = x.flatten(1)
        model.mu = weights[1] * (pixels[:, :4] + 1)
        return model.mu, weights[2] * (pixels[:, 4:8] - 1)

    def decode(z):
        ramp = torch.linspace(-2, 2, 784).view(1, 1, 28, 28) + (z != model.mu).any()
        return weights[0] * ramp.expand(len(z), 1, 28, 28)

    def run(x):
        mu, log_var = encode(x)
        return decode(mu + 1), mu, log_var

    model = module(run)
    model.weights, model.encoder, model.decoder = weights, module(encode), module(decode)
    return model


def given_loss(recon_logits, x, mu, log_var, kl_weight=1.0):
    kl = mu.square().sum() + (log_var - 1).square().sum()
    return ((recon_logits - 2 * x).square().sum() + kl_weight * kl) / len(x)


def two_steps(ns, batches, kl_weight, given):
    """Gradient descent on the toy: what each step returned; and the numbers after both, how often the optimizer was
    asked to move, and whether gradients were computed."""
    if given:
        ns.sample_z, ns.vae_loss = lambda mu, log_var: mu + 1, given_loss
    model, arrived = toy_model(), []
    model.weights.register_hook(lambda gradient: arrived.append(gradient))
    optimizer = GradientDescent(model.weights)
    losses = [ns.train_step(model, x, optimizer, kl_weight=kl_weight) for x in batches]
    return losses, (model.weights, optimizer.steps, len(arrived) > 0)


def movement(ns, batches, given):
    return two_steps(ns, batches, 1.0, given)[1]


def losses(ns, batches, given):
    return two_steps(ns, batches, 3.0, given)[0]


def kinds_of_losses(ns, batches, given):
    """With the values: the kinds alone would be the same for any input."""
    return [(isinstance(loss, float), loss) for loss in two_steps(ns, batches, 1.0, given)[0]]


@task("nb1.train_step", points=4)
def test_two_steps_move_the_parameters_as_gradient_descent_does(student, reference, rng):
    """After two steps the parameters are where gradient descent on the loss takes them."""
    batches, what = rng.bits(2, 5, 1, 28, 28), "the parameters, the number of moves, whether there were gradients"
    same_with_own_or_given_parts(student, reference, movement, batches, what=what)


@task("nb1.train_step", points=1)
def test_a_step_reports_its_loss_and_uses_the_kl_weight(student, reference, rng):
    """It returns the loss of the batch before the step, computed with the given kl_weight."""
    batches, what = rng.bits(2, 4, 1, 28, 28), "the losses of two steps"
    same_with_own_or_given_parts(student, reference, losses, batches, what=what)


@task("nb1.train_step", points=1)
def test_the_loss_comes_back_as_a_python_float(student, reference, rng):
    """The returned loss is right, and a Python float, which keeps no computation alive."""
    batches, what = rng.bits(2, 4, 1, 28, 28), "of two losses, whether it is a float, and its value"
    same_with_own_or_given_parts(student, reference, kinds_of_losses, batches, what=what)


# ---- Extensions: checked, not graded ----


def counts(ns, mu, thresholds):
    return [ns.active_units(mu, threshold=threshold) for threshold in thresholds]


@task("nb1.active_units", points=0)
def test_active_units_counts_latents_whose_mean_varies(student, reference, rng):
    """The number of latents whose posterior mean has a variance over the data above the threshold."""
    mu = rng.normal(50, 6)
    mu = (mu - mu.mean(0)) / mu.std(0) * np.array([1.5, 0.6, 0.5, 0.2, 0.05, 0], np.float32) + 2 * rng.normal(6)
    mu, thresholds = mu.astype(np.float32), (0.0001, 0.01, 0.3, 1.0)
    assert_same(student.run(counts, mu, thresholds), reference.run(counts, mu, thresholds))


@task("nb1.iwae_bound", points=0)
def test_the_importance_weighted_bound(student, reference, rng):
    """The log of the mean importance weight over K samples, one value per image."""
    log_w = rng.normal(8, 5, mean=-150, std=4)
    assert_same(student.iwae_bound(log_w), reference.iwae_bound(log_w))


@task("nb1.bits_per_dim", points=0)
def test_nats_become_bits_per_dimension(student, reference, rng):
    """A negative log-likelihood in nats per image, as bits per dimension, for any number of dimensions."""
    for num_dims in (784, 3072):
        nats = rng.uniform(7, low=60, high=200)
        assert_same(student.bits_per_dim(nats, num_dims), reference.bits_per_dim(nats, num_dims))
