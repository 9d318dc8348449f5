"""What NB2 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

Two toys stand in for the models wherever the samples matter: one is linear, the other has a likelihood that is known.
Each keeps the samples that it is asked about. These come back as raw draws, and every term is compared with the density
at the very samples that were drawn, however it was computed. Random answers are judged by statistics of N draws, with a
tolerance of 6 standard errors or more: a right answer is rejected less than once in 10 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch
from autograding.checks.given_parts import in_order, known_weights
from autograding.checks.gradients import gradients, pulls, with_gradients
from autograding.checks.optimizers import gradient_descent
from autograding.checks.statistics import assert_independent, correlation, normal_cdf, six_errors

N = 4_000
NAMES = ("log_p_x_given_z1", "log_p_z1_given_z2", "log_p_z2", "log_q_z1_given_x", "log_q_z2_given_x")


def either(judge):
    """Passes when judge(given=False) or judge(given=True) has no complaint: with one's own parts, or with given ones."""
    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


# ---- The two models: known weights in, known numbers out ----

GENERATIVE = ("GenerativeModel", "z1_given_z2", ("fc1", "fc2", "to_mu", "to_log_var", "decoder"))
INFERENCE = ("InferenceModel", "forward", ("fc1", "fc2", "fc3", "to_mu1", "to_log_var1", "to_mu2", "to_log_var2"))


def outputs(ns, name, method, layers, batch):
    """Of a network with small weights, and with large ones, which send everything far out; of these in both modes."""
    small, large = (known_weights(getattr(ns, name)(), layers, scale) for scale in (1.0, 15.0))
    return getattr(small, method)(batch), [getattr(large.train(mode), method)(batch) for mode in (True, False)]


def assert_same_outputs(student, reference, *arguments):
    got, expected = (who.run(outputs, *arguments) for who in (student, reference))
    assert_same(got[0], expected[0])
    what = "the returned value for large weights, in training and in evaluation mode"
    assert_same(got[1], expected[1], atol=0.01, what=what)


def sizes_of_gradients(ns, name, method, layers, batch):
    """How strongly each parameter of the layers in question is pulled."""
    model = known_weights(getattr(ns, name)(), layers)
    inside = {id(parameter) for parameter in getattr(model, "decoder", torch.nn.Module()).parameters()}
    leaves = [parameter for parameter in in_order(model, layers) if id(parameter) not in inside]
    return pulls(getattr(model, method)(batch), leaves)


@task("nb2.GenerativeModel.z1_given_z2", points=5)
def test_the_upper_latents_give_the_parameters_of_the_lower(student, reference, rng):
    """From z2 (B, 8), two tensors (B, 16): the mean and the log-variance of p(z1|z2), both of any size."""
    assert_same_outputs(student, reference, *GENERATIVE, rng.normal(5, 8, std=2))


@task("nb2.GenerativeModel.z1_given_z2", points=2)
def test_every_layer_of_the_generative_model_learns(student, reference, rng):
    """A gradient reaches every layer between z2 and the parameters of z1."""
    arguments = sizes_of_gradients, *GENERATIVE, rng.normal(4, 8)
    assert_same(student.run(*arguments), reference.run(*arguments), rtol=1e-3, what="the sizes of the gradients")


@task("nb2.InferenceModel.forward", points=5)
def test_an_image_gives_the_parameters_of_both_layers(student, reference, rng):
    """From images (B, 1, 28, 28), two pairs: mean and log-variance of q(z1|x), (B, 16), then of q(z2|x), (B, 8)."""
    assert_same_outputs(student, reference, *INFERENCE, rng.bits(5, 1, 28, 28))


@task("nb2.InferenceModel.forward", points=2)
def test_every_layer_of_the_inference_model_learns(student, reference, rng):
    """A gradient reaches every layer between the image and the parameters of both latents, from a single image too."""
    arguments = sizes_of_gradients, *INFERENCE, rng.bits(1, 1, 28, 28)
    assert_same(student.run(*arguments), reference.run(*arguments), rtol=1e-3, what="the sizes of the gradients")


# ---- log_normal ----


def gaussian_arguments(rng, batch, size):
    return rng.normal(batch, size, std=2), rng.normal(batch, size), rng.uniform(batch, size, low=-3, high=2)


def two_calls(ns, *arguments):
    """The value of a second call on the same tensors, and the tensors afterwards."""
    ns.log_normal(*arguments)
    return ns.log_normal(*arguments), *arguments


@task("nb2.log_normal", points=4)
def test_the_log_density_agrees_with_the_formula(student, reference, rng):
    """log N(z; mu, diag(exp(log_var))), summed over the latents: one value per example."""
    arguments = gaussian_arguments(rng, 5, 3)
    assert_same(student.log_normal(*arguments), reference.log_normal(*arguments))


@task("nb2.log_normal", points=3)
def test_the_log_density_has_its_gradients(student, reference, rng):
    """Its gradients reach z, mu and log_var."""
    arguments = with_gradients, "log_normal", *gaussian_arguments(rng, 4, 6)
    got, expected = (who.run(*arguments) for who in (student, reference))
    assert_same(got, expected, what="the gradients with respect to z, mu and log_var")


@task("nb2.log_normal", points=1)
def test_the_log_density_leaves_its_inputs_alone(student, reference, rng):
    """A second call finds the same z, mu and log_var, and returns the same; also where these are large."""
    arguments = rng.normal(4, 6, std=5), rng.normal(4, 6, std=5), rng.uniform(4, 6, low=-12, high=12)
    got, expected = (who.run(two_calls, *arguments) for who in (student, reference))
    assert_same(got, expected, what="the log-density of a second call, and z, mu and log_var after it")


# ---- Toys in the place of the two models ----


def models(q1, q2, p1, log_p_x, up=(), down=()):
    """An inference and a generative model made of four functions, with the parameters `up` and `down`; and `seen`, which
    keeps the samples that they are asked about."""
    seen = {"z1": [], "z2": []}

    class Generative(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.down = torch.nn.ParameterList(down)

        def z1_given_z2(self, z2):
            seen["z2"].append(z2)
            return p1(z2)

        def log_p_x_given_z1(self, x, z1):
            seen["z1"].append(z1)
            return log_p_x(x, z1)

    class Inference(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.up = torch.nn.ParameterList(up)

        def forward(self, x):
            mu1, log_var1 = q1(x)
            return (mu1, log_var1), q2(x, torch.zeros_like(mu1))  # of no use where q2 looks at z1

        def z2_given(self, x, z1):
            return q2(x, z1)

    return Generative(), Inference(), seen


def asked(seen, name, count):
    """The samples of `count` images that a model was asked about, in one call or in several."""
    return torch.cat(seen[name])[:count] if seen[name] else torch.empty(0)


# The linear toy: Z1 = 3, Z2 = 2, x (B, 4). Its four functions work on arrays and on tensors: judge and probes share them.


def linear_q1(w, x):
    return x @ w["x to mu1"], w["log_var1"] + 0 * x[:, :3]


def linear_q2(w, x, z1):
    return x @ w["x to mu2"] + z1 @ w["z1 to mu2"], w["log_var2"] + 0 * x[:, :2]


def linear_p1(w, z2):
    return z2 @ w["z2 to mu1"], z2 @ w["z2 to log_var1"] / 4


def linear_log_p_x(w, x, z1):
    return (x @ w["x to slope"] * z1).sum(-1) - (z1 * z1).sum(-1) / 3


UP = ("x to mu1", "log_var1", "x to mu2", "log_var2", "z1 to mu2")


def linear_toy(w):
    """The weights of `w` become parameters: of the inference model those that lead up, of the generative one the others."""
    w = {name: torch.nn.Parameter(value.clone()) for name, value in w.items()}
    functions = {"p1": lambda z2: linear_p1(w, z2), "log_p_x": lambda x, z1: linear_log_p_x(w, x, z1)}
    parameters = {"up": [w[name] for name in UP], "down": [w[name] for name in w if name not in UP]}
    return models(lambda x: linear_q1(w, x), lambda x, z1: linear_q2(w, x, z1), **functions, **parameters)


def weights(rng, chain, low, high):
    """Random weights for the linear toy. low, high: of its log-variances. chain: the second layer looks at z1."""
    shapes = {"x to mu1": (4, 3), "x to mu2": (4, 2), "z2 to mu1": (2, 3), "z2 to log_var1": (2, 3), "x to slope": (4, 3)}
    made = {name: rng.normal(*shape) for name, shape in shapes.items()}
    made["log_var1"], made["log_var2"] = rng.uniform(3, low=low, high=high), rng.uniform(2, low=low, high=high)
    return made | {"z1 to mu2": rng.normal(3, 2) * np.float32(chain)}


# ---- elbo_terms ----


def stand_in(z, mu, log_var):
    """In the place of log_normal, for arrays and tensors: no density, but something that depends on all three."""
    return -(0.3 * (z - mu) ** 2 * np.e**-log_var + log_var / 3 + mu / 5).sum(-1)


def normal_scores(z, mu, sigma):
    """The log-density of N(mu, diag(sigma²)) at z."""
    return -(((z - mu) / sigma) ** 2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2).sum(-1)


def the_five(w, x, z1, z2, given):
    """What the five terms are at z1 and z2 (5, B)."""
    score = stand_in if given else lambda z, mu, log_var: normal_scores(z, mu, np.exp(log_var / 2))
    q1, q2 = linear_q1(w, x), linear_q2(w, x, z1)
    at_2 = score(z1, *linear_p1(w, z2)), score(z2, 0 * z2, 0 * z2)
    return np.stack([linear_log_p_x(w, x, z1), *at_2, score(z1, *q1), score(z2, *q2)])


def draws_and_terms(ns, w, x, given=False):
    """z1 and z2 that the generative model was asked about, and the terms."""
    if given:
        ns.log_normal = stand_in
    generative, inference, seen = linear_toy(w)
    terms = ns.elbo_terms(x, generative, inference)
    return asked(seen, "z1", len(x)), asked(seen, "z2", len(x)), terms


def assert_same_but_for_noise(got, right, without_noise, what, atol=0.2):
    """Pass when `got` is `right` in (nearly) every draw, (…, N). What is measured does not depend on the draws: how far
    off it is on average, added to the value `without_noise` (…), and how often: 1 for a fiftieth or more."""
    off = ~np.isclose(got, right, rtol=2e-3, atol=2e-3)
    gap = np.where(off, np.clip(got - right, -30, 30), 0)  # of what is far off, it does not matter how far
    measured = gap.mean(-1) + without_noise, np.minimum(50 * off.mean(-1), 1)
    what = f"{what}, less what the noise adds, and how often it is off (1: in one of 50 draws, or more)"
    assert_same(measured, (without_noise, 0 * without_noise), rtol=0, atol=atol, what=what)


def assert_terms(student, rng, chain):
    """The five terms of two images, each drawn N/2 times, from variances so small that only log q feels the noise."""
    w, images = weights(rng, chain, low=-10, high=-8), rng.uniform(2, 4, low=-1, high=1)
    x = np.repeat(images, N // 2, 0)
    exact = {name: value.astype(float) for name, value in w.items()}

    def still_latents(x):
        """What would be drawn without noise."""
        mu1, _ = linear_q1(exact, x)
        return mu1, linear_q2(exact, x, mu1)[0]

    def judge(given):
        z1, z2, terms = student.run(draws_and_terms, w, x, given)
        kinds = [getattr(z, "dtype", np.dtype(object)).name for z in (z1, z2)]
        assert_same(kinds, ["float32", "float32"], what="the dtypes of z1 and z2, where those of q's parameters are float32")
        z1, z2 = (mean if np.size(z) == 0 else z for z, mean in zip((z1, z2), still_latents(x), strict=True))
        z1, z2 = assert_shape(z1, N, 3), assert_shape(z2, N, 2)
        names = [name for name in NAMES if isinstance(terms, dict) and name in terms]
        assert_same(names, list(NAMES), what="the names of the terms")
        got = np.stack([assert_shape(terms[name], N) for name in NAMES])
        still = the_five(exact, images, *still_latents(images), given)
        right = the_five(exact, x, z1, z2, given)
        got, right = (values.reshape(5, 2, N // 2) for values in (got, right))
        assert_same_but_for_noise(got, right, still, "each term, for two images")

    either(judge)


@task("nb2.elbo_terms", points=4)
def test_each_term_is_the_log_density_of_what_was_drawn(student, rng):
    """Five terms (B,): each sample is judged under the right distribution. Here the second layer is q(z2|x)."""
    assert_terms(student, rng, chain=False)


@task("nb2.elbo_terms", points=3)
def test_the_second_layer_may_look_at_the_first(student, rng):
    """The same where the inference model's second layer depends on the sample of the first: q(z2|z1)."""
    assert_terms(student, rng, chain=True)


def draws_of_two_calls(ns, w, x):
    """z1 and z2 of two calls: (N, 5) each, or what else was asked about."""
    return [draws_and_terms(ns, w, x)[:2] for _ in range(2)]


@task("nb2.elbo_terms", points=4)
def test_both_samples_have_the_mean_and_the_spread_of_q(student, rng):
    """z1 and z2 have the means and variances of q, and their noise is new for each image, latent, layer and call."""
    w, x = weights(rng, chain=False, low=-3, high=3), rng.normal(N, 4)
    w["log_var1"][:2] = w["log_var2"][:2] = np.float32([-1, 1]) * rng.uniform(2, low=2.5, high=3)  # none is clamped
    limits = np.linspace(-1.8, 1.8, 5) + rng.uniform(5, low=-0.15, high=0.15)
    mu = np.concatenate([linear_q1(w, x)[0], linear_q2(w, x, np.zeros((N, 3)))[0]], 1)
    sigma = np.exp(np.concatenate([w["log_var1"], w["log_var2"]]) / 2)
    calls = student.run(draws_of_two_calls, w, x)
    first, second = (np.concatenate([assert_shape(z1, N, 3), assert_shape(z2, N, 2)], 1) - mu for z1, z2 in calls)
    changed = (np.abs(first - second) > 1e-4 * sigma).mean(0)
    what = "the share of samples that another call changes, and the spread of 4,000 samples, of z1 and z2"
    assert_same((changed, first.std(0)), (np.ones(5), sigma), rtol=0.07, atol=1e-3, what=what)
    first, second = first / sigma, second / sigma
    assert_same(first.mean(0), np.zeros(5), rtol=0, atol=six_errors(N), what="the mean of the noise in z1 and z2")
    below = (first[..., None] < limits).mean(0)
    what = "the shares of samples below some numbers of standard deviations from their mean"
    assert_same(below, np.tile(normal_cdf(limits), (5, 1)), rtol=0, atol=0.048, what=what)
    assert_independent(first, "the noise of z1 and z2")
    assert_same(correlation(first, second), np.zeros(5), atol=six_errors(N), what="the correlation of two calls")


def draws_and_gradients(ns, w, x, scale, given):
    """z1 and z2, and the gradients of scaled terms at the parameters of q: of log p(x|z1) at mu1 and log_var1, and of
    log p(z2) at mu2 and log_var2. In double precision."""
    if given:
        ns.log_normal = stand_in
    w, x = {name: value.double() for name, value in w.items()}, x.double()
    q = [*linear_q1(w, x), *linear_q2(w, x, torch.zeros(len(x), 3).double())]
    q = [parameter.detach().requires_grad_() for parameter in q]
    functions = {"p1": lambda z2: linear_p1(w, z2), "log_p_x": lambda x, z1: linear_log_p_x(w, x, z1)}
    generative, inference, seen = models(lambda x: q[:2], lambda x, z1: q[2:], **functions, up=q[:1], down=q[2:3])
    terms = ns.elbo_terms(x, generative, inference)
    z1, z2 = asked(seen, "z1", len(x)), asked(seen, "z2", len(x))
    log_p_x, log_p_z2 = (terms.get(name) if isinstance(terms, dict) else None for name in ("log_p_x_given_z1", "log_p_z2"))
    return z1, z2, *gradients(log_p_x, q[:2], scale[0]), *gradients(log_p_z2, q[2:], scale[1])


@task("nb2.elbo_terms", points=3)
def test_the_inference_model_learns_through_the_samples(student, rng):
    """Gradients of the terms reach the mean and the log-variance of both layers, through the samples."""
    w, x, scale = weights(rng, chain=False, low=-2, high=1), rng.normal(300, 4), rng.uniform(2, low=0.5, high=2)
    exact, noise_free = {name: value.astype(float) for name, value in w.items()}, np.zeros((300, 3))
    (mu1, _), (mu2, _) = linear_q1(exact, x), linear_q2(exact, x, noise_free)

    def judge(given):
        z1, z2, *got = student.run(draws_and_gradients, w, x, scale, given)
        z1, z2 = assert_shape(z1, 300, 3), assert_shape(z2, 300, 2)
        # A sample moves as its mean does, and by half its distance from the mean for each unit of log_var.
        on_z1, on_z2 = x @ exact["x to slope"] - 2 * z1 / 3, (-0.6 if given else -1.0) * z2
        implied = on_z1, on_z1 * (z1 - mu1) / 2, on_z2, on_z2 * (z2 - mu2) / 2
        pairs = zip(got, implied, strict=True)
        pairs = zip(got, implied, strict=True)
        shares = [np.median(one / np.where(np.abs(other) < 1e-9, np.inf, other), 0) for one, other in pairs]
        expected = [np.full(np.shape(share), factor) for share, factor in zip(shares, np.repeat(scale, 2), strict=True)]
        # A wrong share may depend on the draws: all but the right ones and zeros are told as -1.
        near = [np.isclose(share, right, rtol=1e-3) | (share == 0) for share, right in zip(shares, expected, strict=True)]
        shares = [np.where(told, share, -1.0) for told, share in zip(near, shares, strict=True)]
        what = "the gradients at mu1, log_var1, mu2, log_var2, as multiples of those that the samples imply (-1: none)"
        assert_same(shares, expected, rtol=1e-3, what=what)

    either(judge)


# ---- hierarchical_elbo ----

NOISE_1, NOISE_X = 0.3, 0.5  # variances of the solvable toy


def solvable_log_p_x(width, x, z1):
    """log p(x|z1) of the solvable toy, x = width z1 + noise, for arrays and tensors."""
    return -((x - width * z1) ** 2 / NOISE_X + np.log(2 * np.pi * NOISE_X)).sum(-1) / 2


def solvable_toy(coupling, width):
    """Three linear-Gaussian hierarchies side by side, with their exact posterior q(z1|x) q(z2|z1): the ELBO of each
    sample is log p(x). Inference and generative model share their two parameters, and so it stays when these move."""
    coupling, width = (torch.nn.Parameter(value.clone()) for value in (coupling, width))

    def q1(x):
        precision = 1 / (coupling**2 + NOISE_1) + width**2 / NOISE_X
        return width * x / NOISE_X / precision, -precision.log().expand_as(x)

    def q2(x, z1):
        precision = 1 + coupling**2 / NOISE_1
        return coupling * z1 / NOISE_1 / precision, -precision.log().expand_as(z1)

    def p1(z2):
        return coupling * z2, torch.full_like(z2, NOISE_1).log()

    shared = {"up": [coupling, width], "down": [coupling, width]}
    return models(q1, q2, p1, lambda x, z1: solvable_log_p_x(width, x, z1), **shared)


def elbo_of_a_draw(coupling, width, kl_weight, x, z1):
    """The weighted ELBO of the solvable toy, which depends on z1 alone of all that was drawn."""
    log_p_x = normal_scores(x, 0 * x, np.sqrt(width**2 * (coupling**2 + NOISE_1) + NOISE_X))
    return (1 - kl_weight) * solvable_log_p_x(width, x, z1) + kl_weight * log_p_x


def posterior_mean(coupling, width, x):
    return width * x / NOISE_X / (1 / (coupling**2 + NOISE_1) + width**2 / NOISE_X)


def solvable_arguments(rng):
    return rng.uniform(3, low=0.8, high=1.5), rng.uniform(3, low=0.8, high=1.5)


def elbo_of_given_terms(ns, terms, factors, options):
    """The ELBO from terms that are others in each call (K, 5, B), and the gradients at these of its weighted sum."""
    calls, leaves = [], terms.clone().requires_grad_()

    def given_terms(x, generative, inference):
        calls.append(x)
        return dict(zip(NAMES, leaves[min(len(calls), len(leaves)) - 1], strict=True))

    ns.elbo_terms = given_terms
    generative, inference, _ = solvable_toy(torch.ones(3), torch.ones(3))
    elbo = ns.hierarchical_elbo(torch.zeros(terms.shape[2], 3), generative, inference, **options)
    return elbo, gradients(elbo, [leaves], factors)[0]


def elbo_of_solvable_toy(ns, coupling, width, x, options):
    """z1, the ELBO of each draw, and the gradients of their mean at coupling and width."""
    generative, inference, seen = solvable_toy(coupling, width)
    elbo = ns.hierarchical_elbo(x, generative, inference, **options)
    return asked(seen, "z1", len(x)), elbo, gradients(elbo, list(inference.parameters()), 1 / len(x))


def assert_same_elbo(student, reference, rng, options):
    """From given terms, or on the solvable toy from one's own."""
    arguments, images = solvable_arguments(rng), rng.normal(2, 3, std=3)
    terms, x = rng.normal(5, 5, 6, mean=-40, std=30), np.repeat(images, N // 2, 0)

    def judge(given):
        if given:
            got, expected = (who.run(elbo_of_given_terms, terms, np.ones(6), options)[0] for who in (student, reference))
            assert_same(got, expected)
            return
        z1, got, _ = student.run(elbo_of_solvable_toy, *arguments, x, options)
        elbo = [*(value.astype(float) for value in arguments), options.get("kl_weight", 1.0)]
        right = elbo_of_a_draw(*elbo, x, assert_shape(z1, N, 3))
        still = elbo_of_a_draw(*elbo, images, posterior_mean(*elbo[:2], images))
        got, right = (values.reshape(2, N // 2) for values in (assert_shape(got, N), right))
        assert_same_but_for_noise(got, right, still, "the ELBO of two images", atol=0.4)

    either(judge)


@task("nb2.hierarchical_elbo", points=4)
def test_the_elbo_combines_the_five_terms(student, reference, rng):
    """The ELBO of each image, (B,), from the five terms of one draw."""
    assert_same_elbo(student, reference, rng, {})


@task("nb2.hierarchical_elbo", points=2)
def test_the_kl_weight_leaves_the_reconstruction_alone(student, reference, rng):
    """kl_weight multiplies the prices of both layers, and nothing else."""
    assert_same_elbo(student, reference, rng, {"kl_weight": 0.3})


@task("nb2.hierarchical_elbo", points=1)
def test_the_elbo_passes_gradients_on_and_draws_once(student, reference, rng):
    """Gradients reach all five terms, and all five belong to the same draw."""
    terms, factors = rng.normal(5, 5, 6, mean=-40, std=30), rng.uniform(6, low=0.5, high=2)
    arguments = *solvable_arguments(rng), np.repeat(rng.normal(1, 3), N, 0), {}

    def judge(given):
        if given:
            got, expected = (who.run(elbo_of_given_terms, terms, factors, {})[1] for who in (student, reference))
            assert_same(got, expected, what="the gradients with respect to the five terms of each draw")
        else:
            got, expected = (who.run(elbo_of_solvable_toy, *arguments)[2] for who in (student, reference))
            assert_same(got, expected, rtol=0, atol=0.1, what="the gradients with respect to two parameters")

    either(judge)


# ---- The training step ----

RATE = 60.0  # of gradients so small that clipping them changes nothing


def toy_to_train(ns, start, given):
    """With given parts the linear toy and, in the place of hierarchical_elbo, something that draws nothing; else the
    solvable one, whose ELBO does not depend on what is drawn. Its rate is a smaller one, for its larger gradients."""
    if not given:
        generative, inference, seen = solvable_toy(start["coupling"], start["width"])
        return generative, inference, seen, gradient_descent(inference.parameters(), RATE / 12_000)

    def given_elbo(x, generative, inference, kl_weight=1.0):
        (mu1, log_var1), (mu2, log_var2) = inference(x)
        mu, log_var = generative.z1_given_z2(mu2)
        price = ((mu1 - mu) ** 2 + (log_var - 0.5) ** 2 + (log_var1 - 1) ** 2).sum(-1) + (mu2**2 + log_var2**2).sum(-1)
        return (generative.log_p_x_given_z1(x, mu1) - kl_weight * price) / 3000

    ns.hierarchical_elbo = given_elbo
    generative, inference, seen = linear_toy(
        {name: value for name, value in start.items() if " to " in name or "log" in name}
    )
    return generative, inference, seen, gradient_descent([*generative.parameters(), *inference.parameters()], RATE)


def movement(ns, start, batches, given):
    """Two steps of one pair of models: for each move of the optimizer the gradients that it found, whether a backward
    pass has reached the parameters and which of them have moved, and the parameters."""
    generative, inference, _, optimizer = toy_to_train(ns, start, given)
    arrived, parameters = [], optimizer.param_groups[0]["params"]
    before = [parameter.detach().clone() for parameter in parameters]
    for parameter in parameters:
        parameter.register_hook(lambda gradient: arrived.append(gradient))
    for x in batches:
        ns.train_step(x, generative, inference, optimizer, kl_weight=1.0)
    moved = [bool((now != then).any()) for now, then in zip(parameters, before, strict=True)]
    return (optimizer.steps, len(arrived) > 0, moved), parameters


def losses(ns, start, batches, kl_weight, given):
    """What a step returns, and the z1 that it drew, for two pairs of models with the same weights."""
    returned, drawn = [], []
    for x in batches:
        generative, inference, seen, optimizer = toy_to_train(ns, start, given)
        returned.append(ns.train_step(x, generative, inference, optimizer, kl_weight=kl_weight))
        drawn.append(asked(seen, "z1", len(x)))
    return returned, drawn


def kinds_of_losses(ns, start, batches, kl_weight, given):
    """With the values: the kinds alone would be the same for any input."""
    return [(isinstance(loss, float), loss) for loss in losses(ns, start, batches, kl_weight, given)[0]]


def start_of_training(rng):
    coupling, width = solvable_arguments(rng)
    return weights(rng, chain=True, low=-1, high=1) | {"coupling": coupling, "width": width}


@task("nb2.train_step", points=4)
def test_two_steps_move_both_models_as_gradient_descent_does(student, reference, rng):
    """In each of two steps the optimizer moves both models once, along the gradient of the loss at this batch."""
    start, batches = start_of_training(rng), {True: rng.normal(2, 5, 4), False: rng.normal(2, 5, 3)}

    def judge(given):
        got, expected = (who.run(movement, start, batches[given], given) for who in (student, reference))
        what = "the gradients of each move, and whether there were any and parameters moved"
        assert_same(got[0], expected[0], rtol=1e-3, what=what)
        assert_same(got[1], expected[1], rtol=1e-3, what="the parameters after two steps")

    either(judge)


@task("nb2.train_step", points=1)
def test_the_loss_comes_back_as_a_python_float(student, reference, rng):
    """The returned loss is right, and a Python float, which keeps no computation alive."""
    start, batches = start_of_training(rng), {True: rng.normal(2, 4, 4), False: rng.normal(2, 4, 3)}

    def judge(given):
        got, expected = (who.run(kinds_of_losses, start, batches[given], 1.0, given) for who in (student, reference))
        assert_same(got, expected, what="of two losses, whether it is a float, and its value")

    either(judge)


@task("nb2.train_step", points=2)
def test_a_step_reports_its_loss_and_uses_the_kl_weight(student, reference, rng):
    """It returns minus the mean ELBO of the batch as a number, computed with the given kl_weight."""
    start, few = start_of_training(rng), rng.normal(2, 4, 4)
    images = rng.normal(2, 4, 3)
    many = np.repeat(images, N // 4, 1)
    elbo = start["coupling"].astype(float), start["width"].astype(float), 0.4

    def judge(given):
        what = "the losses of two steps"
        if given:
            got, expected = (who.run(losses, start, few, 0.4, given)[0] for who in (student, reference))
            assert_same(got, expected, what=what)
            return
        got, drawn = student.run(losses, start, many, 0.4, given)
        drawn = [assert_shape(z1, N, 3) for z1 in drawn]
        right = [-elbo_of_a_draw(*elbo, x, z1).mean() for x, z1 in zip(many, drawn, strict=True)]
        still = [-elbo_of_a_draw(*elbo, x, posterior_mean(*elbo[:2], x)).mean() for x in images]
        numbers = [isinstance(loss, (int, float, np.ndarray)) for loss in got]
        got = [
            np.clip(loss - exact, -30, 30) + value if number else loss
            for loss, exact, value, number in zip(got, right, still, numbers, strict=True)
        ]
        assert_same(got, still, rtol=0, atol=0.05, what=f"{what}, less what the noise adds")

    either(judge)
