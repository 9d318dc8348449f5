"""What NB4 asks for, as tests. Nothing here is trained: networks get fixed weights, and the loss and the sampler get
toy models whose right answers are known.

Random answers are judged by statistics with a tolerance of 6 standard errors: a right answer is rejected less than once
in 100 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch


def known_weights(model):
    """Every parameter filled with a fixed pattern, so that two models of one architecture agree."""
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters(), 1):
            wave = torch.arange(parameter.numel(), dtype=torch.float32).mul_(0.37 * number + 1).sin_()
            scale = parameter[0].numel() ** 0.5 if parameter.ndim > 1 else 1
            parameter.copy_(wave.mul_(1.5 / scale).view_as(parameter))
    return model


# ---- The residual block ----


def block_output(ns, sizes, x, emb):
    return known_weights(ns.ResidualBlock(*sizes))(x, emb)


def block_without_second_convolution(ns, sizes, x, emb):
    """What is left of the output where conv2 is zero: the shortcut alone."""
    block = known_weights(ns.ResidualBlock(*sizes))
    torch.nn.init.zeros_(block.conv2.weight)
    torch.nn.init.zeros_(block.conv2.bias)
    return block(x, emb)


def block_gradients(ns, sizes, x, emb):
    """How strongly each parameter, the features and the embedding are pulled by the sum of squared outputs."""
    block = known_weights(ns.ResidualBlock(*sizes))
    x, emb = x.requires_grad_(), emb.requires_grad_()
    block(x * 1.0, emb * 1.0).square().sum().backward()
    return [0.0 if leaf.grad is None else leaf.grad.norm().item() for leaf in (*block.parameters(), x, emb)]


def inputs_after_block(ns, sizes, x, emb):
    block = known_weights(ns.ResidualBlock(*sizes))
    with torch.no_grad():
        block(x, emb)
    return x, emb


def features(rng, channels):
    """Features of 2 images, of unequal height and width, and embeddings of length 5."""
    return rng.normal(2, channels, 4, 6), rng.normal(2, 5)


@task("nb4.ResidualBlock.forward", points=4)
def test_the_block_transforms_features_and_changes_their_channels(student, reference, rng):
    """Norm, SiLU and convolution, twice, with the embedding added in between, plus the shortcut."""
    arguments = ((8, 16, 5), *features(rng, 8))
    got, expected = (who.run(block_output, *arguments) for who in (student, reference))
    assert_same(assert_shape(got, 2, 16, 4, 6)[:, ::3, ::2, ::2], expected[:, ::3, ::2, ::2])


@task("nb4.ResidualBlock.forward", points=2)
def test_the_shortcut_carries_the_input_past_the_convolutions(student, reference, rng):
    """Where the second convolution is zero, the block returns its input."""
    x, emb = features(rng, 8)
    got = student.run(block_without_second_convolution, (8, 8, 5), x, emb)
    assert_same(assert_shape(got, 2, 8, 4, 6)[:, :, ::2, ::3], x[:, :, ::2, ::3])


@task("nb4.ResidualBlock.forward", points=2)
def test_every_part_of_the_block_learns(student, reference, rng):
    """A gradient reaches every layer of the block, its features and its embedding."""
    arguments = ((8, 16, 5), *features(rng, 8))
    got, expected = (who.run(block_gradients, *arguments) for who in (student, reference))
    assert_same(got, expected, rtol=1e-3, what="the sizes of the gradients")


@task("nb4.ResidualBlock.forward", points=1)
def test_the_block_leaves_its_inputs_alone(student, rng):
    """Features and embeddings are the same after the call as before."""
    x, emb = features(rng, 8)
    after = student.run(inputs_after_block, (8, 8, 5), x, emb)
    assert_same([array[:, ::2] for array in after], [x[:, ::2], emb[:, ::2]], what="the inputs")


# ---- The U-Net ----


def given_block(ns):
    """A residual block that is given, so that a mistake in the student's costs the points of the block alone."""

    class Block(torch.nn.Module):
        def __init__(self, in_channels, out_channels, emb_dim=64):
            super().__init__()
            self.mix = torch.nn.Conv2d(in_channels, out_channels, 1)
            self.from_emb = torch.nn.Linear(emb_dim, out_channels)

        def forward(self, x, emb):
            return torch.tanh(self.mix(x) + self.from_emb(emb)[..., None, None])

    ns.ResidualBlock = Block


def unet(ns, given):
    if given:
        given_block(ns)
    return known_weights(ns.SmallUNet(num_steps=10, channels=8))


def unet_output(ns, given, x_t, t, label):
    return unet(ns, given)(x_t, t) if label is None else unet(ns, given)(x_t, t, label)


def unet_gradients(ns, given, x_t, t, label):
    """How strongly the sum of squared outputs pulls at the first and the last weights of each part, and at x_t."""
    model = unet(ns, given)
    x_t = x_t.requires_grad_()
    model(x_t * 1.0, t, label).square().sum().backward()
    pulled = [0.0 if p.grad is None else p.grad.norm().item() for p in model.parameters()]
    return [*pulled, x_t.grad.norm().item()]


def either_network(student, reference, probe, *arguments):
    """Measured with the student's own block, and with a given one."""
    return [
        lambda given=given: (student.run(probe, given, *arguments), reference.run(probe, given, *arguments))
        for given in (False, True)
    ]


@task("nb4.SmallUNet.forward", points=5)
def test_the_network_joins_the_coarse_and_the_fine_view(student, reference, rng):
    """From noisy images, steps and labels, one prediction of the noise in the shape of the images."""
    arguments = rng.normal(3, 1, 4, 6), rng.integers(0, 10, 3), rng.integers(0, 10, 3)
    assert_same_either(*either_network(student, reference, unet_output, *arguments))


@task("nb4.SmallUNet.forward", points=1)
def test_the_network_works_without_labels(student, reference, rng):
    """Without labels the network predicts for "any digit"."""
    arguments = rng.normal(2, 1, 4, 4), rng.integers(0, 10, 2), None
    assert_same_either(*either_network(student, reference, unet_output, *arguments))


@task("nb4.SmallUNet.forward", points=3)
def test_every_part_of_the_network_learns(student, reference, rng):
    """A gradient reaches every layer, through the coarse view and through the skip connection."""
    arguments = rng.normal(2, 1, 4, 4), rng.integers(0, 10, 2), rng.integers(0, 10, 2)

    def attempt(given):
        got, expected = (who.run(unet_gradients, given, *arguments) for who in (student, reference))
        scale = np.maximum(np.asarray(expected), 1e-6)
        return np.asarray(got) / scale, np.ones(len(expected))

    assert_same_either(lambda: attempt(False), lambda: attempt(True), what="the sizes of the gradients")


# ---- The loss ----


def toy(weight):
    """A smooth model that looks at everything it is told, with one number to learn per pixel of a row."""

    def model(x_t, t, label=None):
        told = 0.0 if label is None else (label.view(-1, 1, 1, 1) + 1) / 7
        ramp = torch.arange(x_t[0].numel(), dtype=x_t.dtype).view_as(x_t[0]) / x_t[0].numel()
        return torch.sin(2 * x_t + ramp) * weight + t.view(-1, 1, 1, 1) / 9 + told

    return model


def loss_of_toy(ns, x0, label, t, noise):
    return ns.diffusion_loss(toy(0.7), x0, ns.cosine_schedule(12), label, t, noise)


def loss_of_constants(ns, x0, t, noise):
    """Of a model that always answers 0, of one that knows the images and so the noise, and of one that is off by 2."""
    schedule = ns.cosine_schedule(12)

    def knowing(x_t, t, label):
        signal, spread = ns.amounts(schedule, t)
        return x_t / spread - x0[label] * (signal / spread)

    models = (lambda x_t, t, label: 0 * x_t, knowing, lambda x_t, t, label: knowing(x_t, t, label) + 2)
    return [ns.diffusion_loss(model, x0, schedule, torch.arange(len(x0)), t, noise) for model in models]


def gradient_of_toy(ns, x0, label, t, noise):
    weight = torch.full((4,), 0.7, requires_grad=True)
    loss = ns.diffusion_loss(toy(weight), x0, ns.cosine_schedule(12), label, t, noise)
    (gradient,) = torch.autograd.grad(loss, weight)
    return gradient


def arguments_after_loss(ns, x0, label, t, noise):
    ns.diffusion_loss(toy(0.7), x0, ns.cosine_schedule(12), label, t, noise)
    return x0, label, t, noise


def seen_by_the_model(ns, num_batches, num_images, num_steps):
    """The steps and the standardised x_t that a model is shown, for batches of black images and random draws."""
    schedule, steps, images, losses = ns.cosine_schedule(num_steps), [], [], []

    def model(x_t, t, label=None):
        steps.append(t.reshape(-1).expand(len(x_t)))
        images.append(x_t / ns.amounts(schedule, t)[1])
        return torch.zeros_like(x_t)

    for _ in range(num_batches):
        losses.append(ns.diffusion_loss(model, torch.zeros(num_images, 1, 2, 2), schedule).mean())
    return torch.cat(steps), torch.cat(images).flatten(1), torch.stack(losses).mean()


def loss_arguments(rng):
    x0 = rng.uniform(5, 1, 3, 4, low=-1, high=1)
    return x0, rng.integers(0, 10, 5), np.array([0, 3, 7, 10, 11]), rng.normal(5, 1, 3, 4)


@task("nb4.diffusion_loss", points=4)
def test_the_loss_compares_the_prediction_with_the_noise(student, reference, rng):
    """The mean squared error between the model's prediction from x_t, t and label, and the noise in x_t."""
    x0, label, t, noise = loss_arguments(rng)
    for arguments in ((x0, label, t, noise), (x0, None, t, noise)):
        assert_same(student.run(loss_of_toy, *arguments), reference.run(loss_of_toy, *arguments))


@task("nb4.diffusion_loss", points=1)
def test_a_model_that_knows_the_noise_has_no_loss(student, rng):
    """Answering 0 costs the mean square of the noise; knowing the images, and so the noise, costs nothing."""
    x0, _, t, noise = loss_arguments(rng)
    expected = [float(np.mean(noise.astype(np.float64) ** 2)), 0.0, 4.0]
    assert_same(student.run(loss_of_constants, x0, t, noise), expected, what="the losses of three simple models")


@task("nb4.diffusion_loss", points=3)
def test_steps_and_noise_are_drawn_for_every_image(student, rng):
    """Steps are uniform on 0..T-1 and the noise is standard normal, independent from image to image."""
    num_batches, num_images, num_steps = 150, 40, 5
    total = num_batches * num_images
    steps, noise, loss = student.run(seen_by_the_model, num_batches, num_images, num_steps)
    steps, noise = assert_shape(steps, total), assert_shape(noise, total, 4)
    shares = np.array([(steps == step).mean() for step in range(-1, num_steps + 1)])
    expected = np.array([0, *[1 / num_steps] * num_steps, 0])
    assert_same(shares, expected, atol=6 * (0.16 / total) ** 0.5, rtol=0, what="the shares of the steps -1, 0, …, T")
    repeated = float((steps[1:] == steps[:-1]).mean())
    assert_same(repeated, 0.2, atol=6 * (0.16 / total) ** 0.5, rtol=0, what="how often two neighbours share a step")
    error = 6 / total**0.5
    assert_same(noise.mean(0), np.zeros(4), atol=error, what="the mean of the noise, pixel by pixel")
    assert_same(noise.std(0), np.ones(4), atol=error, rtol=0, what="the spread of the noise, pixel by pixel")
    assert_same(correlations(noise), np.zeros(2), atol=error, what="correlation of neighbours: pixels, images")
    assert_same(share_beyond_2(noise), 0.0455, atol=0.02, rtol=0, what="the share of noise beyond 2")
    assert_same(loss, 1.0, atol=0, rtol=6 * (2 / noise.size) ** 0.5, what="the loss of a model that answers 0")


@task("nb4.diffusion_loss", points=1)
def test_the_loss_teaches_the_model(student, reference, rng):
    """The gradient of the loss reaches the model's weights."""
    arguments = loss_arguments(rng)
    got, expected = (who.run(gradient_of_toy, *arguments) for who in (student, reference))
    assert_same(got, expected, what="the gradient with respect to the model's weights")


@task("nb4.diffusion_loss", points=1)
def test_the_loss_leaves_its_inputs_alone(student, rng):
    """Images, labels, steps and noise are the same after the call as before."""
    arguments = loss_arguments(rng)
    assert_same(student.run(arguments_after_loss, *arguments), arguments, what="the inputs")


def share_beyond_2(draws: np.ndarray) -> float:
    """Of numbers beyond -2 and 2: 4.55 % where they are standard normal."""
    return float((np.abs(draws) > 2).mean())


def correlations(draws: np.ndarray) -> np.ndarray:
    """Pearson's, of neighbours along the last and along the first axis of (N, D)."""
    centred = draws - draws.mean()
    variance = np.maximum((centred**2).mean(), 1e-12)
    return np.array([(centred[:, 1:] * centred[:, :-1]).mean(), (centred[1:] * centred[:-1]).mean()]) / variance


# ---- The training step ----


class GradientDescent:
    """As torch.optim.SGD, whose first use would import a compiler for a second."""

    def __init__(self, weights, rate=0.1):
        self.weights, self.rate = weights, rate

    def zero_grad(self, set_to_none=True):
        self.weights.grad = None

    def step(self, closure=None):
        if closure is not None:
            closure()
        with torch.no_grad():
            self.weights -= self.rate * self.weights.grad


def train_a_toy(ns, label, given):
    """Three steps of gradient descent: the losses, whether each is a Python float, and the weights after each step.

    The kinds come with the values, for they alone would be the same for any input.
    The images are constants that follow from the label, so the toy can tell the noise exactly and adds an error that it
    learns to lower: its loss is the same whatever noise and steps are drawn.
    """
    schedule, x0 = ns.cosine_schedule(4), (label / 10).view(-1, 1, 1, 1).expand(-1, 1, 2, 2).clone()
    model = torch.nn.Module()
    model.weights = torch.nn.Parameter(torch.tensor([0.3, -0.2]))

    def forward(x_t, t, label=None):
        signal, spread = ns.amounts(schedule, t)
        clean = label.view(-1, 1, 1, 1) / 10
        return x_t / spread - clean * (signal / spread) + model.weights[0] + model.weights[1] * clean

    def given_loss(model, x0, schedule, label=None, t=None, noise=None):
        return (model.weights[0] + model.weights[1] * label * 0.3 + x0.mean()).square().mean()

    model.forward = forward
    if given:
        ns.diffusion_loss = given_loss
    optimizer, losses, weights = GradientDescent(model.weights), [], []
    for _ in range(3):
        losses.append(ns.train_step(model, x0, label, optimizer, schedule))
        weights += model.weights.detach().tolist()
    return [float(loss) for loss in losses], [(isinstance(loss, float), float(loss)) for loss in losses], weights


def trained(student, reference, label, index):
    """One entry of what `train_a_toy` returns, with the student's own loss and with a given one."""
    return [
        lambda given=given: tuple(who.run(train_a_toy, label, given)[index] for who in (student, reference))
        for given in (False, True)
    ]


@task("nb4.train_step", points=4)
def test_three_steps_move_the_weights_as_gradient_descent_does(student, reference, rng):
    """After each of three steps the weights are where gradient descent on the loss takes them."""
    assert_same_either(*trained(student, reference, rng.integers(0, 10, 6), 2), what="the weights")


@task("nb4.train_step", points=3)
def test_a_step_reports_the_loss_of_its_batch(student, reference, rng):
    """It returns the loss that it has computed, with the labels, before the weights moved."""
    assert_same_either(*trained(student, reference, rng.integers(0, 10, 6), 0), what="the losses of three steps")


@task("nb4.train_step", points=1)
def test_a_step_returns_a_python_number(student, reference, rng):
    """The loss comes back, right, as a float, which holds no graph and no memory."""
    assert_same_either(
        *trained(student, reference, rng.integers(0, 10, 6), 1),
        what="of three losses, whether it is a Python float, and its value",
    )


# ---- The sampling loop ----

NUM_IMAGES, MEANS, SPREAD = 1500, (-0.3, 0.0, 0.4), 0.1


def exact_model(ns, schedule, seen=None):
    """The true noise prediction for pixels from N(m, 0.1²), with m given by the label (0, 1, 2; without: 0)."""

    def model(x_t, t, label=None):
        if seen is not None:
            seen.append((t.clone(), x_t.detach().clone()))
        signal, spread = ns.amounts(schedule, t)
        mean = 0.0 if label is None else torch.tensor(MEANS)[label].view(-1, 1, 1, 1)
        return (x_t - mean * signal) * spread / ((signal * SPREAD) ** 2 + spread**2)

    return model


def samples_of_exact_model(ns, num_steps, label):
    schedule = ns.cosine_schedule(num_steps)
    shape = (len(label), 1, 2, 2)
    return ns.p_sample_loop(exact_model(ns, schedule), shape, schedule, label).flatten(1)


def chain(ns, num_steps, num_images, labelled=False):
    """Steps and images that the model was shown, and the final images: the chain, call by call."""
    schedule, seen = ns.cosine_schedule(num_steps), []
    label = torch.arange(num_images) % 3 if labelled else None
    final = ns.p_sample_loop(exact_model(ns, schedule, seen), (num_images, 1, 2, 2), schedule, label)
    steps = [[*sorted(set(t.flatten().tolist()))] for t, _ in seen]
    return steps, torch.stack([*(x_t for _, x_t in seen), final]).flatten(2)


def facts_of_the_result(ns, num_steps):
    """Whether the result remembers a gradient, and its shape, for a model with weights."""
    weight, schedule = torch.nn.Parameter(torch.tensor(0.1)), ns.cosine_schedule(num_steps)
    result = ns.p_sample_loop(lambda x_t, t, label=None: weight * x_t, (2, 1, 4, 6), schedule)
    return result.requires_grad, list(result.shape), str(result.dtype)


def posterior_facts(num_steps):
    """For every step: alpha_bar, the factors of x_t and x0 in the mean of x_{t-1}, and two choices of sigma."""
    u = (np.arange(num_steps + 1) / num_steps + 0.008) / 1.008
    curve = np.cos(u * np.pi / 2) ** 2 / np.cos(u[0] * np.pi / 2) ** 2
    after = np.maximum(curve[1:], curve[:-1] * 1e-3)
    before = curve[:-1]
    moved = 1 - after / (1 - after) * (1 - before) / before  # of the way from the rescaled x_t to the estimate
    of_x_t, of_estimate = (1 - moved) * (before / after) ** 0.5, moved * before**0.5
    return after, of_x_t, of_estimate, ((1 - before) * moved) ** 0.5, (1 - after / before) ** 0.5


def gains(num_steps):
    """How strongly the mean of x_{t-1} follows x_t with the exact model, for t = 0, …, T-1: every step is linear."""
    after, of_x_t, of_estimate, *_ = posterior_facts(num_steps)
    return of_x_t + of_estimate * after**0.5 * SPREAD**2 / (after * SPREAD**2 + 1 - after)


def spreads_at_the_end(num_steps):
    """The spread of the exact model's samples, for both choices of sigma."""
    gain, sigmas = gains(num_steps), posterior_facts(num_steps)[3:]
    variances = np.ones(2)
    for t in reversed(range(num_steps)):
        variances = gain[t] ** 2 * variances + np.array([sigma[t] ** 2 for sigma in sigmas]) * (t > 0)
    return variances**0.5


def residuals(images, num_steps):
    """What each step added to the mean of p(x_{t-1} | x_t), (T, N, 4): from the last step to t = 0; and both sigmas."""
    after, of_x_t, of_estimate, small, large = (fact[::-1] for fact in posterior_facts(num_steps))
    a = after[:, None, None]
    variance = a * SPREAD**2 + 1 - a
    estimate = (images[:-1] - (1 - a) * images[:-1] / variance) / a**0.5  # of pixels from N(0, 0.1²)
    mean = of_x_t[:, None, None] * images[:-1] + of_estimate[:, None, None] * estimate
    return images[1:] - mean, small, large


@task("nb4.p_sample_loop", points=2)
def test_samples_have_the_distribution_of_the_data(student, rng):
    """With the exact model of each label's pixels, the samples have their mean and their spread."""
    label = np.repeat(np.arange(3), NUM_IMAGES)
    samples = assert_shape(student.run(samples_of_exact_model, 30, label), 3 * NUM_IMAGES, 4)
    means = np.array([samples[label == k].mean() for k in range(3)])
    spreads = np.array([samples[label == k].std() for k in range(3)])
    error = np.abs(spreads[:, None] - spreads_at_the_end(30)).min(1)
    assert_same(means, np.array(MEANS), atol=0.015, rtol=0.05, what="the mean for each label")
    assert_same(error, np.zeros(3), atol=0.005, rtol=0.1, what="how far the spread for each label is from the data's")


@task("nb4.p_sample_loop", points=2)
def test_the_model_is_asked_at_every_step_from_the_last_to_the_first(student, rng):
    """The model is called with t = T-1, …, 1, 0, and the first x_t is standard normal noise."""
    steps, images = student.run(chain, 6, NUM_IMAGES)
    assert_same(steps, [[5], [4], [3], [2], [1], [0]], what="the steps that the model was asked about")
    start = assert_shape(images, 7, NUM_IMAGES, 4)[0]
    error = 6 / NUM_IMAGES**0.5
    assert_same(start.mean(0), np.zeros(4), atol=error, what="the mean of the first images, pixel by pixel")
    assert_same(start.std(0), np.ones(4), atol=error, rtol=0, what="the spread of the first images, pixel by pixel")
    assert_same(correlations(start), np.zeros(2), atol=error, what="correlation of neighbours: pixels, images")
    assert_same(share_beyond_2(start), 0.0455, atol=0.03, rtol=0, what="the share of the first pixels beyond 2")


@task("nb4.p_sample_loop", points=3)
def test_every_step_adds_fresh_noise_of_the_right_size(student, rng):
    """A step goes to the mean of p(x_{t-1} | x_t) and adds new normal noise of spread sigma_t; the last adds none."""
    num_steps = 6
    _, images = student.run(chain, num_steps, NUM_IMAGES)
    images = assert_shape(images, num_steps + 1, NUM_IMAGES, 4)
    added, small, large = residuals(images, num_steps)
    follows = (images[1:] * images[:-1]).sum((1, 2)) / np.maximum((images[:-1] ** 2).sum((1, 2)), 1e-30)
    assert_same(follows, gains(num_steps)[::-1], atol=0.08, rtol=0.05, what="how x_{t-1} follows x_t, from T-1 to 0")
    assert_same(float(added[-1].std()), 0.0, atol=1e-3, rtol=0.1, what="the spread of the noise that is added at t = 0")
    spread = added[:-1].std((1, 2))
    excess = np.minimum(np.abs(spread / small[:-1] - 1), np.abs(spread / large[:-1] - 1))
    shift = added[:-1].mean((1, 2)) / large[:-1]
    assert_same(shift, np.zeros(5), atol=0.08, rtol=0.1, what="the mean of the noise, from T-1 to 1")
    assert_same(excess, np.zeros(5), atol=0.06, rtol=0.1, what="how far its spread is from sigma_t, from T-1 to 1")
    error = 6 / NUM_IMAGES**0.5
    near = np.array([correlations(noise) for noise in added[:-1]])
    assert_same(near, np.zeros((5, 2)), atol=error, rtol=0.1, what="correlation of neighbouring pixels and images")
    scaled = (added[:-1] / np.maximum(spread, 1e-3)[:, None, None]).reshape(num_steps - 1, -1)
    repeated = (scaled[1:] * scaled[:-1]).mean(1)
    assert_same(repeated, np.zeros(4), atol=error, rtol=0.1, what="correlation of the noise of two steps")
    assert_same(share_beyond_2(scaled), 0.0455, atol=0.015, rtol=0, what="the share of the noise beyond 2 sigma")


@task("nb4.p_sample_loop", points=1)
def test_labels_and_images_stay_together(student, rng):
    """Image by image, the label that was asked for decides."""
    _, images = student.run(chain, 12, 300, labelled=True)
    final = assert_shape(images, 13, 300, 4)[-1]
    means = np.array([final[k::3].mean() for k in range(3)])
    assert_same(means, np.array(MEANS), atol=0.06, rtol=0.05, what="the mean for each label")


@task("nb4.p_sample_loop", points=1)
def test_the_result_has_the_shape_asked_for_and_no_gradient(student, rng):
    """Images of the given shape come back, and nothing is remembered for a gradient."""
    assert_same(student.run(facts_of_the_result, 3), [False, [2, 1, 4, 6], "torch.float32"])


# ---- Extensions: checked, not graded ----


def v_loss_of_toy(ns, x0, label, t, noise):
    return ns.v_loss(toy(0.7), x0, ns.cosine_schedule(12), label, t, noise)


@task("nb4.v_loss", points=0)
def test_the_v_loss_compares_the_prediction_with_v(student, reference, rng):
    """The mean squared error between the model's prediction and v."""
    arguments = loss_arguments(rng)
    assert_same(student.run(v_loss_of_toy, *arguments), reference.run(v_loss_of_toy, *arguments))


def strides(ns, num_steps, total, num_images):
    schedule, seen = ns.cosine_schedule(total), []
    final = ns.ddim_loop(exact_model(ns, schedule, seen), (num_images, 1, 2, 2), schedule, None, num_steps)
    steps = [[*sorted(set(t.flatten().tolist()))] for t, _ in seen]
    return steps, torch.stack([*(x_t for _, x_t in seen), final]).flatten(2)


@task("nb4.ddim_loop", points=0)
def test_ddim_strides_from_noise_to_images(student, rng):
    """The strides visit evenly spaced steps, from the last one to 0, and turn each starting noise into one image."""
    steps, images = student.run(strides, 4, 31, 400)
    assert_same(steps, [[30], [20], [10], [0]], what="the steps that the model was asked about")
    images = assert_shape(images, 5, 400, 4)
    after = np.append(posterior_facts(31)[0][[30, 20, 10, 0]], 1.0)[:, None, None]
    eps = (1 - after[:-1]) ** 0.5 * images[:-1] / (after[:-1] * SPREAD**2 + 1 - after[:-1])
    estimate = ((images[:-1] - (1 - after[:-1]) ** 0.5 * eps) / after[:-1] ** 0.5).clip(-1, 1)
    expected = after[1:] ** 0.5 * estimate + (1 - after[1:]) ** 0.5 * eps
    error = np.abs(images[1:] - expected).mean((1, 2))
    assert_same(error, np.zeros(4), atol=1e-3, rtol=0.1, what="how far the images are from their places")
    start = np.array([images[0].mean(), images[0].std()])
    assert_same(start, np.array([0.0, 1.0]), rtol=0, atol=0.15, what="mean and spread at the start")


def guided(ns, x_t, t, label, strength):
    return ns.guided_noise(toy(0.7), x_t, t, label, strength)


@task("nb4.guided_noise", points=0)
def test_guidance_extrapolates_from_no_label_to_the_label(student, reference, rng):
    """At strength 0 the prediction with the label; beyond, further away from the prediction without."""
    arguments = rng.normal(3, 1, 2, 2), rng.integers(0, 12, 3), rng.integers(0, 10, 3)
    got, expected = ([who.run(guided, *arguments, strength) for strength in (0.0, 2.5)] for who in (student, reference))
    assert_same(got, expected, what="the predictions at strengths 0 and 2.5")
