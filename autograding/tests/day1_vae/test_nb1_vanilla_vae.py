"""What NB1 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

Random answers come back as raw draws, and are judged by statistics of N of them, with a tolerance of 6 standard errors
or more: a right answer is rejected less than once in 10 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch
from autograding.checks.given_parts import in_order, known_weights, module_of
from autograding.checks.gradients import gradients, pulls, with_gradients
from autograding.checks.optimizers import gradient_descent
from autograding.checks.statistics import assert_independent, correlation, normal_cdf, share_repeated, six_errors

N = 20_000

# ---- Encoder and decoder: known weights in, known numbers out ----

LARGE = "the returned value for large weights, in training and in evaluation mode"
LAYERS = {"Encoder": ("fc1", "fc2", "to_mu", "to_log_var"), "Decoder": ("fc1", "fc2", "to_logits")}


def network(ns, name, layers, scale):
    return known_weights(getattr(ns, name)(), layers, scale)


def outputs(ns, name, layers, batch):
    """Of a network with small weights, and with large ones, which send everything far out; of these in both modes."""
    small, large = (network(ns, name, layers, scale) for scale in (1.0, 15.0))
    return small(batch), [large.train(mode)(batch) for mode in (True, False)]


def sizes_of_gradients(ns, name, layers, batch):
    model = network(ns, name, layers, 1.0)
    return pulls(model(batch), in_order(model, layers))


@task("nb1.Encoder.forward", points=3)
def test_the_encoder_returns_mean_and_log_variance(student, reference, rng):
    """From images (B, 1, 28, 28), two tensors (B, Z): the mean and the log-variance of q(z|x), both of any size."""
    arguments = outputs, "Encoder", LAYERS["Encoder"], rng.bits(5, 1, 28, 28)
    got, expected = (who.run(*arguments) for who in (student, reference))
    assert_same(got[0], expected[0])
    assert_same(got[1], expected[1], atol=0.01, what=LARGE)


@task("nb1.Encoder.forward", points=1)
def test_every_layer_of_the_encoder_learns(student, reference, rng):
    """A gradient reaches every layer of the encoder, from a batch of one image too."""
    arguments = sizes_of_gradients, "Encoder", LAYERS["Encoder"], rng.bits(1, 1, 28, 28)
    assert_same(student.run(*arguments), reference.run(*arguments), rtol=1e-3, what="the sizes of the gradients")


@task("nb1.Decoder.forward", points=2)
def test_the_decoder_returns_logits_in_the_shape_of_an_image(student, reference, rng):
    """From latents (B, Z), one logit per pixel: (B, 1, 28, 28)."""
    arguments = outputs, "Decoder", LAYERS["Decoder"], rng.normal(5, 16)
    got, expected = (who.run(*arguments) for who in (student, reference))
    for number, atol in enumerate((1e-5, 0.01, 0.01)):
        one, other = (assert_shape((who[0], *who[1])[number], 5, 1, 28, 28)[:, 0, ::5, ::5] for who in (got, expected))
        assert_same(one, other, atol=atol, what=f"{LARGE if number else 'the returned value'}, every fifth row and column")


@task("nb1.Decoder.forward", points=1)
def test_every_layer_of_the_decoder_learns(student, reference, rng):
    """A gradient reaches every layer of the decoder, from a batch of one latent too."""
    arguments = sizes_of_gradients, "Decoder", LAYERS["Decoder"], rng.normal(1, 16)
    assert_same(student.run(*arguments), reference.run(*arguments), rtol=1e-3, what="the sizes of the gradients")


# ---- sample_z ----


def the_same_latents(rng):
    """Three latents, a narrow, a middling and a wide one: N times mean and log-variance (N, 3), and sigma (3,)."""
    mu, log_var = rng.normal(1, 3), rng.uniform(1, 3, low=-1, high=1) + np.float32([-4, 0, 5])
    return np.repeat(mu, N, 0), np.repeat(log_var, N, 0), np.exp(log_var[0] / 2)


def sampled_twice(ns, mu, log_var):
    return ns.sample_z(mu, log_var), ns.sample_z(mu, log_var)


def sample_and_gradients(ns, mu, log_var, weights):
    """A sample of leaves in float64, and the gradients of its sum times `weights`."""
    leaves = [mu.double().requires_grad_(), log_var.double().requires_grad_()]
    z = ns.sample_z(*leaves)
    return z, *gradients(z, leaves, weights)


@task("nb1.sample_z", points=1)
def test_without_variance_the_sample_is_the_mean(student, rng):
    """With the variance at exp(-80), z is mu: in shape, in dtype and in value, for a batch of one, too."""
    mu, *_ = the_same_latents(rng)
    z = student.sample_z(mu, np.full_like(mu, -80))
    assert_same(assert_shape(z, N, 3).std(0), np.zeros(3), rtol=0.05, atol=1e-6, what="the spread of 20,000 samples")
    assert_same(z[:2], mu[:2], what="z")
    assert_same(z.dtype.name, mu.dtype.name, what="the dtype of z, where that of mu and log_var is float32")
    alone = rng.normal(1, 3)
    assert_same(student.sample_z(alone, np.full_like(alone, -80)), alone, what="z of a single image")


@task("nb1.sample_z", points=2)
def test_samples_have_the_mean_and_the_spread_of_q(student, rng):
    """Many samples have the mean mu and the standard deviation of N(mu, exp(log_var)), be it small or large."""
    mu, log_var, sigma = the_same_latents(rng)
    z = assert_shape(student.sample_z(mu, log_var), N, 3)
    assert_same(z.std(0), sigma, rtol=0.05, atol=1e-4, what="the spread of 20,000 samples")
    assert_same(z.mean(0) / sigma, mu[0] / sigma, rtol=0, atol=six_errors(N), what="the mean, in units of sigma")


@task("nb1.sample_z", points=1)
def test_the_noise_is_normal(student, rng):
    """Whatever their mean and spread, many samples have the shape of a normal distribution."""
    mu, log_var, _ = the_same_latents(rng)
    z = assert_shape(student.sample_z(mu, log_var), N, 3)
    limits = np.linspace(-1.8, 1.8, 5) + rng.uniform(5, low=-0.15, high=0.15)
    below = ((z - z.mean(0)) / np.maximum(z.std(0), 1e-3))[..., None] < limits
    what = "the shares of samples below some numbers of standard deviations from their mean"
    assert_same(below.mean(0), np.tile(normal_cdf(limits), (3, 1)), rtol=0, atol=0.022, what=what)


@task("nb1.sample_z", points=2)
def test_every_entry_gets_its_own_noise(student, rng):
    """Any two images, latents or calls are independent of each other."""
    mu, log_var = rng.normal(N, 3), rng.uniform(N, 3, low=-2, high=2)
    samples = student.run(sampled_twice, mu, log_var)
    first, second = ((assert_shape(z, N, 3) - mu) / np.exp(log_var / 2) for z in samples)
    pairs = (first[:, 1:], first[:, :-1]), (first, second)
    repeated = [share_repeated(first), *((np.abs(one - other) < 1e-3).mean() for one, other in pairs)]
    assert_same(repeated, np.zeros(3).tolist(), atol=0.01, what="the shares of images, latents, calls with equal noise")
    assert_independent(first, "the noise")
    assert_same(correlation(first, second), np.zeros(3), atol=six_errors(N), what="the correlation of two calls")


@task("nb1.sample_z", points=3)
def test_gradients_flow_through_the_sample(student, rng):
    """z is differentiable in mu and in log_var, with the derivatives of mu + sigma · noise, in double precision too."""
    mu, log_var, weights = rng.normal(5000, 3), rng.uniform(5000, 3, low=-3, high=2), rng.uniform(3, low=0.5, high=2)
    measured = student.run(sample_and_gradients, mu, log_var, weights)
    z, d_mu, d_log_var = (assert_shape(part, 5000, 3) for part in measured)
    shift = z - mu
    # A sample moves as its mean does, and by half the shift z - mu for each unit of log_var, whatever the noise was.
    ratio = np.median(d_log_var / np.where(shift == 0, np.inf, shift), 0)
    what = "the gradient of a weighted sum in mu, and in log_var as a share of z - mu"
    assert_same([d_mu.mean(0), ratio], [weights, weights / 2], rtol=0.05, atol=0.01, what=what)
    exact = (np.abs(d_mu - weights) < 1e-11) & (np.abs(d_log_var - weights * shift / 2) < 1e-11)
    assert_same(exact.mean(0), np.ones(3), atol=0.01, what="the share of gradients that are right to 11 digits")


# ---- The loss ----


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


def two_calls(ns, mu, log_var):
    """The value of a second call on the same tensors, and the tensors afterwards."""
    ns.kl_divergence(mu, log_var)
    return ns.kl_divergence(mu, log_var), mu, log_var


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
def test_the_kl_leaves_its_inputs_alone(student, reference, rng):
    """A second call finds the same mu and log_var, and returns the same KL; also where these are large."""
    mu, log_var = rng.normal(4, 6, std=5), rng.uniform(4, 6, low=-25, high=6)
    got, expected = (who.run(two_calls, mu, log_var) for who in (student, reference))
    assert_same(got, expected, what="the KL of a second call, and mu and log_var after it")


def same_with_own_or_given_parts(student, reference, probe, *arguments, what="", atol=1e-5):
    """For what is built of other exercises: it suffices to be right with one's own parts, or with given ones."""

    def attempt(given):
        got, expected = (who.run(probe, *arguments, given=given) for who in (student, reference))
        assert_same(got, expected, what=what, atol=atol)
        return None, None

    assert_same_either(lambda: attempt(False), lambda: attempt(True))


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

RATE = 20.0  # of gradients so small that clipping them changes nothing


def some_ink(rng, batch):
    return rng.bits(2, batch, 1, 28, 28, p=0.03)


def small_vae():
    """A VAE with three numbers. Of z its decoder sees only whether it is a sample, so that any way of calling the parts
    gives the same loss."""
    seen = {}

    def encode(self, x):
        ink = x.flatten(1).unflatten(1, (8, 98)).mean(-1)
        seen["mu"] = 0.5 + self.weights[0] * ink[:, :4]
        return seen["mu"], self.weights[1] * ink[:, 4:] - 1

    def decode(self, z):
        ramp = torch.linspace(-2, 2, 784).view(1, 1, 28, 28) + (z != seen["mu"]).any()
        return self.weights * ramp.expand(len(z), 1, 28, 28) / 500 - 4

    def run(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu + 1), mu, log_var

    encoder, decoder = module_of(encode, weights=[-0.2, 0.5]), module_of(decode, weights=[0.3])
    return module_of(run, encoder=encoder, decoder=decoder)


def with_given_loss(ns):
    def loss(recon_logits, x, mu, log_var, kl_weight=1.0):
        price = mu.square().sum() + (log_var + 0.5).square().sum()
        return (3 * (recon_logits - 2 * x).square().mean((1, 2, 3)).sum() + kl_weight * price) / len(x)

    ns.sample_z, ns.vae_loss = lambda mu, log_var: mu + 1, loss
    return ns


def movement(ns, batches, given):
    """Two steps of one model: for each move of its optimizer, the gradients that it found; the weights afterwards, and
    whether a backward pass has reached them."""
    ns = with_given_loss(ns) if given else ns
    model, arrived = small_vae(), []
    for parameter in model.parameters():
        parameter.register_hook(lambda gradient: arrived.append(gradient))
    optimizer = gradient_descent(model.parameters(), RATE)
    for x in batches:
        ns.train_step(model, x, optimizer, kl_weight=1.0)
    moved = [bool((now != then).any()) for now, then in zip(model.parameters(), small_vae().parameters(), strict=True)]
    return optimizer.steps, len(arrived) > 0, moved, list(model.parameters())


def gradients_of_movement(ns, batches, given):
    return movement(ns, batches, given)[:3]


def weights_after_movement(ns, batches, given):
    return movement(ns, batches, given)[3]


def losses(ns, batches, given, kl_weight):
    """What a step returns, for two models of the same weights."""
    ns, returned = with_given_loss(ns) if given else ns, []
    for x in batches:
        model = small_vae()
        returned.append(ns.train_step(model, x, gradient_descent(model.parameters(), RATE), kl_weight=kl_weight))
    return returned


def weighted_losses(ns, batches, given):
    return losses(ns, batches, given, 3.0)


def kinds_of_losses(ns, batches, given):
    """With the values: the kinds alone would be the same for any input."""
    return [(isinstance(loss, float), loss) for loss in losses(ns, batches, given, 1.0)]


@task("nb1.train_step", points=4)
def test_two_steps_move_the_parameters_as_gradient_descent_does(student, reference, rng):
    """In each of two steps the optimizer moves once, along the gradient of the loss at this batch."""
    batches, what = some_ink(rng, 5), "the gradients of each move, and whether there were any and weights moved"
    same_with_own_or_given_parts(student, reference, gradients_of_movement, batches, what=what, atol=1e-6)
    what = "the weights after two steps"
    same_with_own_or_given_parts(student, reference, weights_after_movement, batches, what=what, atol=1e-6)


@task("nb1.train_step", points=1)
def test_a_step_reports_its_loss_and_uses_the_kl_weight(student, reference, rng):
    """It returns the loss of the batch before the step, computed with the given kl_weight."""
    batches, what = some_ink(rng, 4), "the losses of two steps"
    same_with_own_or_given_parts(student, reference, weighted_losses, batches, what=what)


@task("nb1.train_step", points=1)
def test_the_loss_comes_back_as_a_python_float(student, reference, rng):
    """The returned loss is right, and a Python float, which keeps no computation alive."""
    batches, what = some_ink(rng, 4), "of two losses, whether it is a float, and its value"
    same_with_own_or_given_parts(student, reference, kinds_of_losses, batches, what=what)


# ---- The colleague's probe ----

SMALL = (5, 7, 4)  # latent_dim, width and depth


def probe(ns, *sizes):
    """Seeded: what a probe does not know of keeps the weights that it was made with."""
    torch.manual_seed(0)
    return ns.Probe(**dict(zip(("latent_dim", "width", "depth"), sizes, strict=False)))


def filled(model):
    """Parameters of one shape are filled alike, so that it does not matter who holds them under which name."""
    with torch.no_grad():
        for parameter in model.parameters():
            wave = torch.arange(1.0, parameter.numel() + 1).mul_(0.7 + parameter.ndim + 0.1 * len(parameter)).sin_()
            parameter.copy_(wave.div_((parameter.numel() / len(parameter)) ** 0.5).view_as(parameter))
    return model


def shapes_of_parameters(ns, *sizes):
    return sorted(list(parameter.shape) for parameter in probe(ns, *sizes).parameters())


def a_step_of_the_probe(ns, codes):
    """Its logits before and after a step of gradient descent, and how far each parameter moves in it, by size."""
    model = filled(probe(ns, *SMALL))
    before, logits = [parameter.detach().clone() for parameter in model.parameters()], model(codes)
    optimizer = gradient_descent(model.parameters(), 0.5)
    torch.nn.functional.cross_entropy(logits, torch.arange(len(codes)) % 10).backward()
    optimizer.step()
    moved = sorted((now - then).norm().item() for now, then in zip(model.parameters(), before, strict=True))
    return logits, model(codes), moved


def start_and_copy(ns, codes):
    """How many parameters begin as ones, and the logits of a probe and of another one that has loaded its state."""
    saved, loaded = probe(ns, *SMALL), ns.Probe(*SMALL)
    ones = sum(bool((parameter == 1).all()) for parameter in saved.parameters())
    loaded.load_state_dict(filled(saved).state_dict())
    return ones, saved(codes), loaded(codes)


@task("nb1.Probe", points=2)
def test_the_probe_knows_all_its_parts(student, reference):
    """For any width and depth, each layer and the gain are among its parameters, in their shapes."""
    for sizes in ((), SMALL):
        got, expected = (who.run(shapes_of_parameters, *sizes) for who in (student, reference))
        assert_same(got, expected, what="the shapes of all parameters")


@task("nb1.Probe", points=2)
def test_every_part_of_the_probe_learns(student, reference, rng):
    """A step of gradient descent moves every part, and the logits are those of the same probe."""
    codes = rng.normal(6, 5, std=2)
    got, expected = (who.run(a_step_of_the_probe, codes) for who in (student, reference))
    assert_same(got[0], expected[0], what="the logits")
    assert_same(got[1:], expected[1:], rtol=1e-3, what="the logits after a step, and how far each parameter has moved")


@task("nb1.Probe", points=1)
def test_a_copy_of_the_probe_is_the_same_probe(student, reference, rng):
    """The gain begins as ones; saved and loaded into another probe, all parts arrive."""
    codes = rng.normal(6, 5, std=2)
    got, expected = (who.run(start_and_copy, codes) for who in (student, reference))
    assert_same(got, expected, what="the number of parts that begin as ones, and the logits before and after loading")


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
