"""What NB2 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

A toy stands in for the two models wherever the samples matter. With its variances at exp(-80) each sample is its mean,
and all five terms are numbers that do not depend on the noise. Random answers are judged by statistics of N draws, with
a tolerance of 6 standard errors: a right answer is rejected less than once in 100 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch

N = 20_000
SIX_ERRORS = 6 / np.sqrt(N)  # of a mean in standard deviations, or of a correlation
NO_VARIANCE = -80.0
NAMES = ("log_p_x_given_z1", "log_p_z1_given_z2", "log_p_z2", "log_q_z1_given_x", "log_q_z2_given_x")

# ---- The two models: known weights in, known numbers out ----


def known_weights(model):
    """Every parameter filled with a fixed pattern, so that two models of one architecture agree."""
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters(), 1):
            wave = torch.arange(parameter.numel(), dtype=torch.float32).mul_(0.37 * number + 1).sin_()
            parameter.copy_(wave.div_(parameter[0].numel() ** 0.5).view_as(parameter))
    return model


def network_output(ns, name, method, batch):
    return getattr(known_weights(getattr(ns, name)()), method)(batch)


def gradient_norms(ns, name, method, batch):
    """How strongly each parameter of the layers in question is pulled by the sum of squared outputs."""
    model = known_weights(getattr(ns, name)())
    flat = [output for outputs in getattr(model, method)(batch) for output in _each(outputs)]
    sum((output**2).sum() for output in flat).backward()
    return [
        0.0 if parameter.grad is None else parameter.grad.norm().item()
        for key, parameter in model.named_parameters()
        if not key.startswith("decoder")
    ]


def _each(outputs):
    return outputs if isinstance(outputs, (tuple, list)) else (outputs,)


GENERATIVE = ("GenerativeModel", "z1_given_z2")
INFERENCE = ("InferenceModel", "forward")


@task("nb2.GenerativeModel.z1_given_z2", points=5)
def test_the_upper_latents_give_the_parameters_of_the_lower(student, reference, rng):
    """From z2 (B, 8), two tensors (B, 16): the mean and the log-variance of p(z1|z2)."""
    z2 = rng.normal(5, 8, std=2)
    assert_same(student.run(network_output, *GENERATIVE, z2), reference.run(network_output, *GENERATIVE, z2))


@task("nb2.GenerativeModel.z1_given_z2", points=2)
def test_every_layer_of_the_generative_model_learns(student, reference, rng):
    """A gradient reaches every layer between z2 and the parameters of z1."""
    z2 = rng.normal(4, 8)
    got, expected = (who.run(gradient_norms, *GENERATIVE, z2) for who in (student, reference))
    assert_same(got, expected, rtol=1e-3, what="the sizes of the gradients")


@task("nb2.InferenceModel.forward", points=5)
def test_an_image_gives_the_parameters_of_both_layers(student, reference, rng):
    """From images (B, 1, 28, 28), two pairs: mean and log-variance of q(z1|x), (B, 16), then of q(z2|x), (B, 8)."""
    x = rng.bits(5, 1, 28, 28)
    assert_same(student.run(network_output, *INFERENCE, x), reference.run(network_output, *INFERENCE, x))


@task("nb2.InferenceModel.forward", points=2)
def test_every_layer_of_the_inference_model_learns(student, reference, rng):
    """A gradient reaches every layer between the image and the parameters of both latents."""
    x = rng.bits(4, 1, 28, 28)
    got, expected = (who.run(gradient_norms, *INFERENCE, x) for who in (student, reference))
    assert_same(got, expected, rtol=1e-3, what="the sizes of the gradients")


# ---- log_normal ----


def gaussian_arguments(rng, batch, size):
    return rng.normal(batch, size, std=2), rng.normal(batch, size), rng.uniform(batch, size, low=-3, high=2)


def gradients_of_log_normal(ns, *arguments):
    leaves = [argument.clone().requires_grad_() for argument in arguments]
    gradients = torch.autograd.grad(ns.log_normal(*leaves).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(leaf) if g is None else g for leaf, g in zip(leaves, gradients, strict=True)]


def arguments_after_log_normal(ns, *arguments):
    ns.log_normal(*arguments)
    return arguments


@task("nb2.log_normal", points=4)
def test_the_log_density_agrees_with_the_formula(student, reference, rng):
    """log N(z; mu, diag(exp(log_var))), summed over the latents: one value per example."""
    arguments = gaussian_arguments(rng, 5, 3)
    assert_same(student.log_normal(*arguments), reference.log_normal(*arguments))


@task("nb2.log_normal", points=3)
def test_the_log_density_has_its_gradients(student, reference, rng):
    """Its gradients reach z, mu and log_var."""
    arguments = gaussian_arguments(rng, 4, 6)
    got, expected = (who.run(gradients_of_log_normal, *arguments) for who in (student, reference))
    assert_same(got, expected, what="the gradients with respect to z, mu and log_var")


@task("nb2.log_normal", points=1)
def test_the_log_density_leaves_its_inputs_alone(student, rng):
    """z, mu and log_var are the same after the call as before."""
    arguments = gaussian_arguments(rng, 4, 6)
    assert_same(student.run(arguments_after_log_normal, *arguments), arguments, what="z, mu and log_var")


# ---- A toy in the place of the two models ----


def given_log_normal(z, mu, log_var):
    """The log-density by way of torch, for the measurements in which the student's own does not matter."""
    scale = torch.exp(log_var / 2) * torch.ones_like(z)
    return torch.distributions.Normal(mu, scale, validate_args=False).log_prob(z).sum(-1)


def toy(q1, q2, p1, log_p_x):
    """A generative and an inference model made of four functions; `seen` keeps the samples they were asked about."""
    seen = {}

    class Generative(torch.nn.Module):
        def z1_given_z2(self, z2):
            seen["z2"] = z2
            return p1(z2)

        def log_p_x_given_z1(self, x, z1):
            seen["z1"] = z1
            return log_p_x(x, z1)

    class Inference(torch.nn.Module):
        def forward(self, x):
            mu1, log_var1 = q1(x)
            return (mu1, log_var1), q2(x, torch.zeros_like(mu1))  # of no use where q2 looks at z1

        def z2_given(self, x, z1):
            return q2(x, z1)

    return Generative(), Inference(), seen


def still_toy(log_var1, log_var2, chain):
    """Z1 = 3, Z2 = 2, and x (B, 4) in place of images. With chain, the second layer looks at z1, otherwise at x."""

    def q1(x):
        return 1 + x[:, :3] ** 2, log_var1.expand(len(x), 3)

    def q2(x, z1):
        source = z1[:, :2] * z1[:, 1:] / 2 if chain else x[:, 2:]
        return 2 + source**2, log_var2.expand(len(x), 2)

    def p1(z2):
        return torch.cat([z2, z2[:, :1] * z2[:, 1:] / 4], dim=1), torch.cat([z2[:, 1:] / 4, 0.5 - z2 / 8], dim=1)

    def log_p_x(x, z1):
        return (x[:, :3] * z1).sum(-1) - (z1**2).sum(-1) / 3

    return toy(q1, q2, p1, log_p_x)


def terms_without_noise(ns, x, chain, given):
    """The five terms of one call, and for each whether another call gives another value (it should not)."""
    if given:
        ns.log_normal = given_log_normal
    generative, inference, _ = still_toy(torch.full((3,), NO_VARIANCE), torch.full((2,), NO_VARIANCE), chain)
    terms, others = (ns.elbo_terms(x, generative, inference) for _ in range(2))
    moved = [float((terms[name] - others[name]).abs().max() > 0.01) if name in terms else 0.0 for name in NAMES]
    return moved, dict(terms)


def either_terms(student, reference, x, chain):
    def measured(part, given):
        return tuple(who.run(terms_without_noise, x, chain, given)[part] for who in (student, reference))

    for part, what in enumerate(("whether a second call changes each term", "the five terms")):
        assert_same_either(
            *(lambda given=given, part=part: measured(part, given) for given in (False, True)),
            what=f"{what}, where every variance of q is exp(-80)",
        )


@task("nb2.elbo_terms", points=4)
def test_each_term_is_the_log_density_of_what_was_drawn(student, reference, rng):
    """Five terms (B,): each sample is judged under the right distribution. Here the second layer is q(z2|x)."""
    either_terms(student, reference, rng.uniform(5, 4, low=-1, high=1), chain=False)


@task("nb2.elbo_terms", points=2)
def test_the_second_layer_may_look_at_the_first(student, reference, rng):
    """The same where the inference model's second layer depends on the sample of the first: q(z2|z1)."""
    either_terms(student, reference, rng.uniform(5, 4, low=-1, high=1), chain=True)


def samples_of_two_calls(ns, x, log_var1, log_var2):
    """z1 and z2 of two calls, less their means: (N, 5) each."""
    ns.log_normal = given_log_normal
    both = []
    for _ in range(2):
        generative, inference, seen = still_toy(log_var1, log_var2, chain=False)
        ns.elbo_terms(x, generative, inference)
        (mu1, _), (mu2, _) = inference(x)
        both.append(torch.cat([seen["z1"] - mu1, seen["z2"] - mu2], dim=1))
    return both


@task("nb2.elbo_terms", points=3)
def test_both_samples_have_the_mean_and_the_spread_of_q(student, rng):
    """z1 and z2 have the means and variances of q, and their noise is new for each image, latent, layer and call."""
    x, log_var1, log_var2 = np.repeat(rng.normal(1, 4), N, 0), *(rng.uniform(size, low=-3, high=2) for size in (3, 2))
    sigma = np.exp(np.concatenate([log_var1, log_var2]) / 2)
    first, second = student.run(samples_of_two_calls, x, log_var1, log_var2)
    first, second = assert_shape(first, N, 5) / sigma, assert_shape(second, N, 5) / sigma
    assert_same((first != second).mean(0), np.ones(5), what="the share of samples that another call changes")
    assert_same(first.std(0), np.ones(5), rtol=0.05, atol=0.01, what="the spread of 20,000 samples of z1 and z2")
    assert_same(first.mean(0), np.zeros(5), atol=SIX_ERRORS, what="the mean of 20,000 samples, less that of q")
    assert_same((first > 0).mean(0), np.full(5, 0.5), atol=0.03, what="the share of samples above the mean")
    pairs = (first[1:], first[:-1]), (first[:, 1:], first[:, :-1]), (first[:, 3:], first[:, :2]), (first, second)
    for (one, other), what in zip(pairs, ("images", "latents", "layers", "calls"), strict=True):
        zero = np.zeros(one.shape[1])
        assert_same((one * other).mean(0), zero, atol=2 * SIX_ERRORS, what=f"the correlation of two {what}")


def gap_to_the_exact_likelihood(ns, x, coupling, width):
    """ELBO - log p(x) of a linear-Gaussian hierarchy (three of them, side by side) with its exact posterior."""
    noise_1, noise_x = 0.3, 0.5
    total = coupling**2 + noise_1  # the variance of z1; that of x is width² total + noise_x
    precision_1 = 1 / total + width**2 / noise_x
    precision_2 = 1 + coupling**2 / noise_1

    def like(z, variance):
        return torch.as_tensor(variance).log().expand_as(z)

    generative, inference, _ = toy(
        q1=lambda x: (width * x / noise_x / precision_1, like(x, 1 / precision_1)),
        q2=lambda x, z1: (coupling * z1 / noise_1 / precision_2, like(z1, 1 / precision_2)),
        p1=lambda z2: (coupling * z2, like(z2, noise_1)),
        log_p_x=lambda x, z1: given_log_normal(x, width * z1, like(z1, noise_x)),
    )
    ns.log_normal = given_log_normal
    terms = ns.elbo_terms(x, generative, inference)
    elbo = (
        terms["log_p_x_given_z1"]
        + terms["log_p_z1_given_z2"]
        + terms["log_p_z2"]
        - terms["log_q_z1_given_x"]
        - terms["log_q_z2_given_x"]
    )
    return elbo - given_log_normal(x, torch.zeros_like(x), like(x, width**2 * total + noise_x))


@task("nb2.elbo_terms", points=3)
def test_with_the_exact_posterior_the_elbo_is_the_log_likelihood(student, rng):
    """In a linear-Gaussian hierarchy with its exact posterior q(z1|x) q(z2|z1), the ELBO of each image is log p(x)."""
    coupling, width = rng.uniform(3, low=0.8, high=1.5), rng.uniform(3, low=0.8, high=1.5)
    x = np.repeat(rng.normal(1, 3), N, 0)
    gap = assert_shape(student.run(gap_to_the_exact_likelihood, x, coupling, width), N)
    assert_same(gap.mean(), 0.0, atol=0.1, what="ELBO - log p(x), mean of 20,000 draws")
    assert_same(gap.std(), 0.0, atol=0.1, what="ELBO - log p(x), spread of 20,000 draws")
    assert_same(np.abs(gap).max(), 0.0, atol=1e-3, what="the largest difference of ELBO and log p(x)")


def errors_of_gradients(ns, x, log_var1, log_var2, given):
    """How the gradients of log p(x|z1) and log p(z2) by mu and log_var differ from what the samples imply.

    A sample moves as its mean does, and by half its distance from the mean for each unit of log_var. The errors are
    relative ones: a missing gradient reads -1.
    """
    if given:
        ns.log_normal = given_log_normal
    x, log_var1, log_var2 = x.double(), log_var1.double(), log_var2.double()
    q = [2 + x[:, :3], log_var1.expand(len(x), 3), x[:, :2] - 1, log_var2.expand(len(x), 2)]
    q = [parameter.clone().requires_grad_() for parameter in q]
    slope = torch.tensor([1.0, -2.0, 0.5])
    generative, inference, seen = toy(
        q1=lambda x: (q[0], q[1]),
        q2=lambda x, z1: (q[2], q[3]),
        p1=lambda z2: (z2.sum(-1, keepdim=True).expand(-1, 3), z2.new_zeros(len(z2), 3)),
        log_p_x=lambda x, z1: (z1 * slope).sum(-1),
    )
    terms = ns.elbo_terms(x, generative, inference)
    z1, z2 = seen["z1"], seen["z2"]
    on_q1 = torch.autograd.grad(terms["log_p_x_given_z1"].sum(), q[:2], allow_unused=True, retain_graph=True)
    on_q2 = torch.autograd.grad(terms["log_p_z2"].sum(), q[2:], allow_unused=True)
    implied = [slope.expand_as(z1), slope * (z1 - q[0]) / 2, -z2, -z2 * (z2 - q[2]) / 2]
    got = [torch.zeros_like(one) if grad is None else grad for one, grad in zip(q, [*on_q1, *on_q2], strict=True)]
    return [
        (((one - other) * other.sign()).sum() / other.abs().sum().clamp(min=1e-9)).item()
        for one, other in zip(got, implied, strict=True)
    ]


@task("nb2.elbo_terms", points=2)
def test_the_inference_model_learns_through_the_samples(student, rng):
    """Gradients of the terms reach the mean and the log-variance of both layers, through the samples."""
    arguments = rng.normal(6, 4), rng.uniform(3, low=-2, high=1), rng.uniform(2, low=-2, high=1)
    assert_same_either(
        *(
            lambda given=given: (student.run(errors_of_gradients, *arguments, given), (0.0, 0.0, 0.0, 0.0))
            for given in (False, True)
        ),
        what="the relative errors of the gradients at mu1, log_var1, mu2 and log_var2",
    )


# ---- hierarchical_elbo ----


def elbo_of_given_terms(ns, terms, options):
    ns.elbo_terms = lambda x, generative, inference: dict(zip(NAMES, terms, strict=True))
    return ns.hierarchical_elbo(torch.zeros(terms.shape[1], 4), None, None, **options)


def elbo_without_noise(ns, terms, options):
    """On the student's own terms; `terms` only lends its numbers to x."""
    generative, inference, _ = still_toy(torch.full((3,), NO_VARIANCE), torch.full((2,), NO_VARIANCE), chain=False)
    return ns.hierarchical_elbo(terms[:4].T / 100, generative, inference, **options)


def either_elbo(student, reference, terms, options):
    assert_same_either(
        lambda: (student.run(elbo_of_given_terms, terms, options), reference.run(elbo_of_given_terms, terms, options)),
        lambda: (student.run(elbo_without_noise, terms, options), reference.run(elbo_without_noise, terms, options)),
    )


@task("nb2.hierarchical_elbo", points=4)
def test_the_elbo_combines_the_five_terms(student, reference, rng):
    """The ELBO of each image, (B,), from the five terms of one draw."""
    either_elbo(student, reference, rng.normal(5, 6, mean=-40, std=30), {})


@task("nb2.hierarchical_elbo", points=2)
def test_the_kl_weight_leaves_the_reconstruction_alone(student, reference, rng):
    """kl_weight multiplies the prices of both layers, and nothing else."""
    either_elbo(student, reference, rng.normal(5, 6, mean=-40, std=30), {"kl_weight": 0.3})


def gradients_of_the_elbo(ns, terms):
    """How strongly each of the five terms is felt."""
    terms.requires_grad_()
    return torch.autograd.grad(elbo_of_given_terms(ns, terms, {}).sum(), terms, allow_unused=True)[0].sum(dim=1)


def number_of_draws(ns, terms):
    """How often the ELBO draws: 1, or its five terms would belong to different samples."""
    calls = []

    def counting(x, generative, inference):
        calls.append(1)
        return dict(zip(NAMES, terms, strict=True))

    ns.elbo_terms = counting
    ns.hierarchical_elbo(torch.zeros(terms.shape[1], 4), None, None)
    return max(len(calls), 1)


@task("nb2.hierarchical_elbo", points=1)
def test_the_elbo_passes_gradients_on_and_draws_once(student, reference, rng):
    """Gradients reach all five terms, and all five belong to the same draw."""
    terms = rng.normal(5, 6, mean=-40, std=30)
    assert_same(student.run(number_of_draws, terms), 1, what="the number of calls of elbo_terms")
    got, expected = (who.run(gradients_of_the_elbo, terms) for who in (student, reference))
    assert_same(got, expected, what="the gradients with respect to the five terms")


# ---- The training step ----


class GradientDescent:
    """As torch.optim.SGD, whose first use would import a compiler for a second. Counts its steps and the empty ones."""

    def __init__(self, *weights, rate=1e-3):
        self.weights, self.rate, self.steps, self.empty = weights, rate, 0, 0

    def zero_grad(self, set_to_none=True):
        for weight in self.weights:
            weight.grad = None

    def step(self):
        self.steps += 1
        self.empty += any(weight.grad is None for weight in self.weights)
        with torch.no_grad():
            for weight in self.weights:
                if weight.grad is not None:
                    weight -= self.rate * weight.grad


def train_a_toy(ns, batches, kl_weight, given):
    """Two steps on a toy with two parameters in each half.

    Returns the losses reported, the parameters after, how many steps there were and how many without gradients, and
    whether each loss was a float, with its value: the kinds alone would be the same for any input.
    """
    up, down = torch.nn.Parameter(torch.tensor([0.9, 1.1])), torch.nn.Parameter(torch.tensor([0.8, -0.6]))

    def still(mu):
        return mu, torch.full_like(mu, NO_VARIANCE)

    generative, inference, _ = toy(
        q1=lambda x: still(up[0] * (1 + x[:, :3] ** 2)),
        q2=lambda x, z1: still(up[1] * (2 + x[:, :2] ** 2)),
        p1=lambda z2: (down[0] * torch.cat([z2, z2[:, :1]], dim=1), torch.zeros(len(z2), 3)),
        log_p_x=lambda x, z1: -((x[:, :3] - down[1] * z1) ** 2).sum(-1),
    )
    if given:

        def one_draw(x, generative, inference, kl_weight=1.0):
            (mu1, _), (mu2, _) = inference(x)
            prices = given_log_normal(mu1, *generative.z1_given_z2(mu2)) - (mu2**2).sum(-1) / 2
            return generative.log_p_x_given_z1(x, mu1) + kl_weight * prices

        ns.hierarchical_elbo = one_draw
    optimizer = GradientDescent(up, down)
    losses = [ns.train_step(x, generative, inference, optimizer, kl_weight=kl_weight) for x in batches]
    kinds = [(isinstance(loss, float), float(loss)) for loss in losses]
    return [float(loss) for loss in losses], torch.cat([up, down]), [optimizer.steps, optimizer.empty], kinds


def trained(who, batches, kl_weight, given):
    return who.run(train_a_toy, batches, kl_weight, given)


@task("nb2.train_step", points=4)
def test_two_steps_move_both_models_as_gradient_descent_does(student, reference, rng):
    """After two steps the parameters of both models are where gradient descent on the loss takes them."""
    batches = rng.normal(2, 5, 4)
    counts = trained(student, batches, 1.0, True)[2]
    assert_same(counts, [2, 0], what="the number of optimizer steps in two calls, and of those without gradients")
    assert_same_either(
        *(
            lambda given=given: (trained(student, batches, 1.0, given)[1], trained(reference, batches, 1.0, given)[1])
            for given in (True, False)
        ),
        what="the parameters",
    )


@task("nb2.train_step", points=1)
def test_the_loss_comes_back_as_a_python_float(student, reference, rng):
    """The returned loss is right, and a Python float, which keeps no computation alive."""
    batches = rng.normal(2, 4, 4)
    assert_same_either(
        *(
            lambda given=given: (trained(student, batches, 1.0, given)[3], trained(reference, batches, 1.0, given)[3])
            for given in (True, False)
        ),
        what="of two losses, whether it is a float, and its value",
    )


@task("nb2.train_step", points=2)
def test_a_step_reports_its_loss_and_uses_the_kl_weight(student, reference, rng):
    """It returns minus the mean ELBO of the batch as a number, computed with the given kl_weight."""
    batches = rng.normal(2, 4, 4)
    assert_same_either(
        *(
            lambda given=given: (trained(student, batches, 0.4, given)[0], trained(reference, batches, 0.4, given)[0])
            for given in (True, False)
        ),
        what="the losses of two steps",
    )
