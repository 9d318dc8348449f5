"""What NB4 asks for, as tests. Nothing here is trained: networks get known weights, and the loss and the sampler get
networks whose right answers are known.

Probes bring back what they saw, and the judge computes with it. Random answers are judged by statistics with a tolerance
of 6 standard errors: a right answer is rejected less than once in 10 million checks.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch
from autograding.checks.denoisers import exact_network, knowing_network, network, schedule_of, toy_network
from autograding.checks.diffusion import as_number, assert_even_steps, assert_fresh_noise, falling
from autograding.checks.gradients import gradients, pulls
from autograding.checks.optimizers import gradient_descent
from autograding.checks.repeats import asked_again, assert_only, assert_repeats

NO_LABEL = 10


def by_name(model):
    """The parameters sorted by their names: the order in which __init__ makes the layers is free."""
    return [parameter for _, parameter in sorted(model.named_parameters())]


def with_known_weights(model):
    """Every parameter filled with numbers that look random: whatever goes into a layer is felt at its output."""
    with torch.no_grad():
        for number, parameter in enumerate(by_name(model)):
            places = (torch.arange(parameter.numel()) * 7919 + number * 104729) % 10007
            spread = (places**2 % 10007 / 10007 - 0.5).float().view_as(parameter) * 12**0.5  # of variance 1
            fan_in = parameter[0].numel() if parameter.ndim > 1 else 4
            parameter.copy_(spread * 2 / fan_in**0.5)
            if parameter.numel() == 1:  # the bias of the head, so that the output takes both signs
                parameter.zero_()
    return model


def assert_same_answers(got, expected, exact=1e-4):
    """The answers to one question, the answer outside training, and the one to large inputs: all right.

    exact: how far two processors may be apart in what they make of the same layers.
    """
    assert_repeats(got[0], "whether a second call gives the same answer")
    assert_same(got[0][0], expected[0][0], rtol=exact, atol=exact)
    assert_same(got[1], expected[1], rtol=exact, atol=exact, what="the answer outside training, after model.eval()")
    assert_same(got[2], expected[2], rtol=10 * exact, atol=100 * exact, what="the answer to inputs far from 0")


def assert_same_pulls(got, expected):
    """The sizes of gradients, measured by the largest that is right: some are 0 but for rounding."""
    largest = max(expected)
    got, expected = np.array(got) / largest, np.array(expected) / largest
    assert_same(got, expected, rtol=2e-3, atol=1e-3, what="the sizes of the gradients, in those of the largest")


# ---- The residual block ----


def block_answers(ns, sizes, x, emb):
    """The output, asked for several times; outside training; and for inputs far from 0."""
    block = with_known_weights(ns.ResidualBlock(*sizes))
    return asked_again(lambda: block(x.clone(), emb.clone())), block.eval()(x, emb), block(30 * x, 30 * emb)


def block_without_second_convolution(ns, sizes, x, emb):
    """What is left of the output where conv2 is zero: the shortcut alone."""
    block = with_known_weights(ns.ResidualBlock(*sizes))
    torch.nn.init.zeros_(block.conv2.weight)
    torch.nn.init.zeros_(block.conv2.bias)
    return block(x, emb)


def block_pulls(ns, sizes, x, emb):
    """The output, asked for several times; how strongly the sum of its squares pulls at each parameter, the features and
    the embedding."""
    block = with_known_weights(ns.ResidualBlock(*sizes))
    x, emb = x.requires_grad_(), emb.requires_grad_()
    outputs = asked_again(lambda: block(x * 1.0, emb * 1.0))
    return outputs, pulls(outputs[0], [*by_name(block), x, emb])


def inputs_after_block(ns, sizes, x, emb):
    block = with_known_weights(ns.ResidualBlock(*sizes))
    with torch.no_grad():
        block(x, emb)
    return x, emb


def features(rng, channels):
    """Features of 2 images, of unequal height and width, and embeddings of length 5."""
    return rng.normal(2, channels, 4, 6), rng.normal(2, 5)


@task("nb4.ResidualBlock.forward", points=3)
def test_the_block_transforms_features_and_changes_their_channels(student, reference, rng):
    """Norm, SiLU and convolution, twice, with the embedding added in between, plus the shortcut."""
    arguments = ((8, 16, 5), *features(rng, 8))
    got, expected = (who.run(block_answers, *arguments) for who in (student, reference))
    assert_same_answers(got, expected)


@task("nb4.ResidualBlock.forward", points=1)
def test_the_shortcut_carries_the_input_past_the_convolutions(student, reference, rng):
    """Where the second convolution is zero, the shortcut alone is left: the block's input, or a 1 × 1 convolution of it."""
    x, emb = features(rng, 8)
    assert_same(student.run(block_without_second_convolution, (8, 8, 5), x, emb), x)
    got, expected = (who.run(block_without_second_convolution, (8, 16, 5), x, emb) for who in (student, reference))
    assert_same(got, expected, what="the output where the number of channels changes")


@task("nb4.ResidualBlock.forward", points=2)
def test_every_part_of_the_block_learns(student, reference, rng):
    """A gradient reaches every layer of the block, its features and its embedding."""
    arguments = ((8, 16, 5), *features(rng, 8))
    (outputs, got), (_, expected) = (who.run(block_pulls, *arguments) for who in (student, reference))
    assert_repeats(outputs, "whether a second call gives the same answer")
    assert_shape(outputs[0], 2, 16, 4, 6)
    assert_same_pulls(got, expected)


@task("nb4.ResidualBlock.forward", points=1)
def test_the_block_leaves_its_inputs_alone(student, reference, rng):
    """Features and embeddings are the same after the call as before, and the output is right."""
    arguments = (8, 8, 5), *features(rng, 8)
    assert_same_answers(*(who.run(block_answers, *arguments) for who in (student, reference)))
    assert_same(student.run(inputs_after_block, *arguments), arguments[1:], what="the inputs")


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


def unet(ns, given, fine_first):
    """The network with known weights.

    fine_first: for one that puts the fine view first, the channels are put right before up_block sees them.
    """
    if given:
        given_block(ns)
    model = with_known_weights(ns.SmallUNet(num_steps=10, channels=8))
    if fine_first:
        model.up_block.register_forward_pre_hook(lambda block, inputs: (inputs[0].roll(-8, 1), *inputs[1:]))
    return model


def unet_answers(ns, given, fine_first, x_t, t, label):
    """The output, asked for several times; outside training; and for images far from 0."""
    model, told = unet(ns, given, fine_first), () if label is None else (label,)
    return asked_again(lambda: model(x_t.clone(), t, *told)), model.eval()(x_t, t, *told), model(30 * x_t, t, *told)


def unet_pulls(ns, given, fine_first, x_t, t, label):
    """The output, asked for several times; how strongly the sum of its squares pulls at each parameter and at x_t."""
    model = unet(ns, given, fine_first)
    x_t, weights = x_t.requires_grad_(), by_name(model)
    outputs = asked_again(lambda: model(x_t * 1.0, t, label))
    return outputs, pulls(outputs[0], [*weights, x_t])


def any_network(judge):
    """Passes where judge(given, fine_first) has no complaint: with the student's own block or with a given one, and in
    either order of the two views, of which one test alone judges."""
    ways = [(False, False), (True, True), (True, False)]
    assert_same_either(*(lambda way=way: (judge(*way), None) for way in ways))


def noisy_images(rng):
    """Three images of unequal height and width, their steps and their labels."""
    return rng.normal(3, 1, 4, 6), rng.integers(0, 10, 3), rng.integers(0, 10, 3)


@task("nb4.SmallUNet.forward", points=3)
def test_the_network_joins_the_coarse_and_the_fine_view(student, reference, rng):
    """From noisy images, steps and labels, one prediction of the noise in the shape of the images."""
    arguments = noisy_images(rng)

    def judge(*way):
        assert_same_answers(*(who.run(unet_answers, *way, *arguments) for who in (student, reference)), exact=1e-3)

    any_network(judge)


@task("nb4.SmallUNet.forward", points=1)
def test_the_network_works_without_labels(student, reference, rng):
    """Without labels the network predicts for "any digit"."""
    x_t, t, _ = noisy_images(rng)

    def judge(*way):
        assert_same_answers(*(who.run(unet_answers, *way, x_t, t, None) for who in (student, reference)), exact=1e-3)

    any_network(judge)


@task("nb4.SmallUNet.forward", points=1)
def test_every_part_of_the_network_learns(student, reference, rng):
    """A gradient reaches every layer, through the coarse view and through the skip connection."""
    arguments = noisy_images(rng)

    def judge(*way):
        (outputs, got), (_, expected) = (who.run(unet_pulls, *way, *arguments) for who in (student, reference))
        assert_repeats(outputs, "whether a second call gives the same answer")
        assert_shape(outputs[0], 3, 1, 4, 6)
        assert_same_pulls(got, expected)

    any_network(judge)


@task("nb4.SmallUNet.forward", points=1)
def test_the_upsampled_channels_come_first(student, reference, rng):
    """Of the two views side by side the coarse one comes first, as in the weights that we share."""
    arguments = noisy_images(rng)

    def judge(given):
        got, expected = (who.run(unet_answers, given, False, *arguments)[0] for who in (student, reference))
        assert_repeats(got, "whether a second call gives the same answer")
        assert_same(got[0], expected[0], rtol=1e-3, atol=1e-3)

    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


# ---- The loss ----


def loss_of_toy(ns, x0, label, t, noise, alpha_bar):
    """The loss for given steps and noise, asked for several times; the steps and labels that reached the model; and the
    gradient of the loss."""
    model, schedule = toy_network(), schedule_of(ns, alpha_bar)
    losses = asked_again(lambda: ns.diffusion_loss(model, x0.clone(), schedule, label, t, noise.clone()))
    return losses, model.steps, model.labels, gradients(losses[0], [model.weights])[0]


def inputs_after_the_loss(ns, x0, label, t, noise, alpha_bar):
    ns.diffusion_loss(toy_network(), x0, schedule_of(ns, alpha_bar), label, t, noise)
    return x0, label, t, noise


def loss_of_the_one_who_knows(ns, x0, t, noise, alpha_bar, off):
    """Each image has its number as its label. The loss of a model that answers 0, asked for several times, of one that
    knows the images and so the noise, and of one that is `off`; the last one also where steps and noise are drawn."""
    schedule, label = schedule_of(ns, alpha_bar), torch.arange(len(x0))
    table = torch.cat((x0, torch.zeros(11 - len(x0), *x0.shape[1:])))
    ignorant = network(lambda weights, x_t, t, label: 0 * x_t + 0 * weights.sum())
    knowing, near = (knowing_network(schedule, lambda label: table[label], error) for error in (0.0, off))

    def loss(model):
        return ns.diffusion_loss(model, x0.clone(), schedule, label, t, noise.clone())

    many = label.repeat(60)
    losses = asked_again(lambda: loss(ignorant)), loss(knowing), loss(near)
    return *losses, ns.diffusion_loss(near, x0[many], schedule, many), ignorant.labels


def drawn_by_the_loss(ns, num_batches, x0, label, alpha_bar):
    """What a model that answers 0 sees, and the losses, for batches of these images with steps and noise that are drawn."""
    model, schedule = network(lambda weights, x_t, t, label: 0 * x_t + 0 * weights.sum()), schedule_of(ns, alpha_bar)
    losses = [ns.diffusion_loss(model, x0.clone(), schedule, label) for _ in range(num_batches)]
    return losses, torch.cat(model.steps), torch.cat(model.labels), torch.cat(model.inputs)


def loss_arguments(rng):
    """Five images, their labels, steps, noise and a schedule."""
    t = np.array([0, 3, 7, 10, 11])
    return rng.uniform(5, 1, 3, 4, low=-1, high=1), rng.integers(0, 10, 5), t, rng.normal(5, 1, 3, 4), falling(rng, 12)


def assert_same_loss(student, reference, x0, label, *arguments):
    """Pass when the loss is right for given steps, labels and noise; the gradients of loss and reference are handed on."""
    losses, steps, labels, gradient = student.run(loss_of_toy, x0, label, *arguments)
    assert_only(steps, arguments[0], "whether the steps that reach the model are those that were given")
    told = [NO_LABEL] if label is None else label
    assert_only(labels, told, "whether the labels that reach the model are those that were given")
    assert_repeats(losses, "whether a second call with the same steps and noise gives the same loss")
    expected, *_, expected_gradient = reference.run(loss_of_toy, x0, label, *arguments)
    assert_same(as_number(losses[0]), as_number(expected[0]))
    return gradient, expected_gradient


@task("nb4.diffusion_loss", points=4)
def test_the_loss_compares_the_prediction_with_the_noise(student, reference, rng):
    """The mean squared error between the model's prediction from x_t, t and label, and the noise in x_t."""
    x0, label, *arguments = loss_arguments(rng)
    assert_same_loss(student, reference, x0, label, *arguments)
    assert_same_loss(student, reference, x0, None, *arguments)


@task("nb4.diffusion_loss", points=1)
def test_a_model_that_knows_the_noise_has_no_loss(student, rng):
    """Answering 0 costs the mean square of the noise; knowing the noise costs nothing; being off by e costs e²."""
    x0, _, t, noise, alpha_bar = loss_arguments(rng)
    off = float(rng.uniform(low=0.5, high=2.0))
    expected = [float(np.mean(noise.astype(np.float64) ** 2)), 0.0, off**2]
    ignorant, *others, drawn, labels = student.run(loss_of_the_one_who_knows, x0, t, noise, alpha_bar, off)
    assert_only(labels, np.arange(len(x0)), "whether the labels that reach the model are those that were given")
    close = bool(abs(as_number(drawn) / off**2 - 1) < 0.05)
    assert_same(close, True, what="whether the third model's loss is e² where steps and noise are drawn")
    assert_repeats(ignorant, "whether a second call with the same steps and noise gives the same loss")
    assert_same([as_number(loss) for loss in (ignorant[0], *others)], expected, what="the losses of three simple models")


@task("nb4.diffusion_loss", points=3)
def test_steps_and_noise_are_drawn_for_every_image(student, rng):
    """Steps are uniform on 0..T-1 and the noise is standard normal, independent from image to image."""
    num_batches, num_images, num_steps = 150, 40, 5
    total, alpha_bar = num_batches * num_images, falling(rng, num_steps)
    x0, label = rng.uniform(1, 1, 2, 2, low=-1, high=1).repeat(num_images, 0), rng.integers(0, 10, num_images)
    losses, steps, labels, x_t = student.run(drawn_by_the_loss, num_batches, x0, label, alpha_bar)
    steps = assert_shape(steps, total).reshape(num_batches, num_images)
    labels, x_t = assert_shape(labels, total), assert_shape(x_t, total, 1, 2, 2).reshape(total, 4)
    kept = float((labels.reshape(num_batches, -1) == label).mean())
    assert_same(kept, 1.0, rtol=0, atol=0.02, what="the share of labels that reach the model")
    assert_even_steps(steps, num_steps)
    left = alpha_bar[steps.reshape(-1).astype(int).clip(0, num_steps - 1)][:, None]
    noise = (x_t - np.sqrt(left) * x0[0].reshape(1, 4)) / np.sqrt(1 - left)
    assert_fresh_noise(noise, "the noise")
    losses = np.array([as_number(loss) for loss in losses])
    own = (noise.reshape(num_batches, -1) ** 2).mean(1)
    assert_same(float((losses / own).mean()), 1.0, rtol=0.05, what="the loss of a model that answers 0, in mean squares")


@task("nb4.diffusion_loss", points=1)
def test_the_loss_teaches_the_model(student, reference, rng):
    """The gradient of the loss reaches the model's weights."""
    got, expected = assert_same_loss(student, reference, *loss_arguments(rng))
    assert_same(got, expected, what="the gradient with respect to the model's weights")


@task("nb4.diffusion_loss", points=1)
def test_the_loss_leaves_its_inputs_alone(student, reference, rng):
    """Images, labels, steps and noise are the same after the call as before, and the loss is right."""
    arguments = loss_arguments(rng)
    assert_same_loss(student, reference, *arguments)
    assert_same(student.run(inputs_after_the_loss, *arguments), arguments[:4], what="the inputs")


# ---- The training step ----


def train_a_toy(ns, label, alpha_bar, given):
    """Three steps of gradient descent: the losses and whether each is a Python float; the labels that the model was told;
    how often the optimizer was asked to step, and whether there was a gradient; the weights after each step.

    The images are constants that follow from the label, so the model can tell the noise exactly and adds an error that it
    learns to lower: its loss is the same whatever noise and steps are drawn.
    """
    schedule, x0 = schedule_of(ns, alpha_bar), (label / 10).view(-1, 1, 1, 1).expand(-1, 1, 2, 2).clone()

    def answer(weights, x_t, t, label):
        clean, left = label.view(-1, 1, 1, 1) / 10, schedule.alpha_bar[t.long()].view(-1, 1, 1, 1)
        return (x_t - left.sqrt() * clean) / (1 - left).sqrt() + weights[0] + weights[1] * clean

    def given_loss(model, x0, schedule, label=None, t=None, noise=None):
        model(x0, torch.zeros(len(x0), dtype=torch.long), label)
        told = 1.0 if label is None else label / 10
        return (model.weights[0] + model.weights[1] * told + x0.mean()).square().mean()

    if given:
        ns.diffusion_loss = given_loss
    model = network(answer, weights=(0.3, -0.2))
    optimizer, losses, weights = gradient_descent(model.parameters(), rate=0.1), [], []
    for _ in range(3):
        losses.append(ns.train_step(model, x0, label, optimizer, schedule))
        weights.append(model.weights.detach().clone())
    return losses, [isinstance(loss, float) for loss in losses], model.labels, len(optimizer.steps), torch.stack(weights)


def trained(student, reference, rng, check):
    """Passes where check(got, expected) has no complaint, with the student's own loss or with a given one.

    got, expected: what `train_a_toy` brings back, of which what is common to all checks has been judged.
    """
    label, alpha_bar = rng.integers(0, 10, 400), falling(rng, 4)

    def judge(given):
        got, expected = (who.run(train_a_toy, label, alpha_bar, given) for who in (student, reference))
        _, _, labels, steps, weights = got
        told = np.mean([np.mean(one == label) for one in labels]) if labels else 0.0
        assert_same(float(told), 1.0, rtol=0, atol=0.05, what="the share of labels that the model is told")
        moved = bool(np.ptp(weights) > 1e-6) and not np.allclose(weights[0], [0.3, -0.2])
        assert_same([steps, moved], [3, True], what="how often the optimizer was asked to step; whether the weights moved")
        return check(got, expected)

    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


@task("nb4.train_step", points=2)
def test_three_steps_move_the_weights_as_gradient_descent_does(student, reference, rng):
    """After each of three steps the weights are where gradient descent on the loss takes them."""
    trained(student, reference, rng, lambda got, expected: assert_same(got[4], expected[4], what="the weights"))


@task("nb4.train_step", points=1)
def test_a_step_reports_the_loss_of_its_batch(student, reference, rng):
    """It returns the loss that it has computed, with the labels, before the weights moved."""
    trained(student, reference, rng, lambda got, expected: assert_same(got[0], expected[0], what="the losses"))


@task("nb4.train_step", points=1)
def test_a_step_returns_a_python_number(student, reference, rng):
    """The loss comes back, right, as a float, which holds no graph and no memory."""

    def check(got, expected):
        assert_same(got[1], [True] * 3, what="whether the loss is a Python float")
        assert_same(got[0], expected[0], what="the losses")

    trained(student, reference, rng, check)


# ---- The sampling loop ----

NUM_IMAGES, SPREAD = 1500, 0.1


def chain(ns, alpha_bar, label, means, num_images):
    """Steps, labels and images that a model was shown, call by call, and the final images.

    The model is right about pixels from N(m, 0.1²), with m = means[label]; the last of the means is that of any digit.
    """
    schedule = schedule_of(ns, alpha_bar)
    model = exact_network(schedule, lambda label: means[label.clamp(max=len(means) - 1)].view(-1, 1, 1, 1), 0.1)
    final = ns.p_sample_loop(model, (num_images, 1, 2, 2), schedule, label)
    return model.steps, model.labels, model.inputs, final


def result_of_the_one_who_knows(ns, alpha_bar, *clean):
    """New images from a model that knows what they are to be, whether they remember a gradient, and the steps visited."""
    schedule, clean = schedule_of(ns, alpha_bar), torch.cat(clean)
    model = knowing_network(schedule, lambda label: clean)
    result = ns.p_sample_loop(model, tuple(clean.shape), schedule)
    return result, torch.is_tensor(result) and result.requires_grad, model.steps


def posterior_facts(alpha_bar):
    """For every step: alpha_bar, the factors of x_t and x0 in the mean of x_{t-1}, and two choices of sigma."""
    after = alpha_bar.astype(np.float64)
    before = np.append(1.0, after[:-1])
    moved = 1 - after / (1 - after) * (1 - before) / before  # of the way from the rescaled x_t to the estimate
    of_x_t, of_estimate = (1 - moved) * (before / after) ** 0.5, moved * before**0.5
    return after, of_x_t, of_estimate, ((1 - before) * moved) ** 0.5, (1 - after / before) ** 0.5


def step_back(x_t, mean, t, alpha_bar):
    """The mean of p(x_{t-1} | x_t) where a model is right about pixels from N(mean, 0.1²)."""
    after, of_x_t, of_estimate = (facts[t] for facts in posterior_facts(alpha_bar)[:3])
    variance = after * SPREAD**2 + 1 - after
    estimate = (x_t - (1 - after) * (x_t - after**0.5 * mean) / variance) / after**0.5
    return of_x_t * x_t + of_estimate * np.clip(estimate, -1, 1)


def at_the_end(mean, alpha_bar):
    """Mean and spread of the samples of such a model, the spread for both choices of sigma: every step is linear."""
    centre, variances = 0.0, np.ones(2)
    for t in reversed(range(len(alpha_bar))):
        gain = step_back(0.1, 0.0, t, alpha_bar) / 0.1
        sigmas = np.array([facts[t] for facts in posterior_facts(alpha_bar)[3:]]) * (t > 0)
        centre, variances = step_back(centre, mean, t, alpha_bar), gain**2 * variances + sigmas**2
    return centre, variances**0.5


def some_means(rng):
    """Of the pixels for labels 0, 1 and 2, and for no label."""
    return np.array([-0.3, 0.0, 0.3, 0.15], np.float32) + rng.uniform(4, low=-0.1, high=0.1)


def assert_steps_back(steps, alpha_bar):
    """Pass when the model was asked once about each step, from the last to the first."""
    steps = [sorted({float(t) for t in np.ravel(one)}) for one in steps]
    expected = [[float(t)] for t in reversed(range(len(alpha_bar)))]
    assert_same(steps, expected, what="the steps that the model was asked about, call by call")


def chained(student, rng, label=None, num_images=NUM_IMAGES, num_steps=None):
    """A chain of the student's that visits every step: x_t and final images (T+1, N, 4); what each step added to the mean
    of its Gaussian (T, N, 4), from T-1 to 0, and these means; the means of the labels; alpha_bar."""
    means, alpha_bar = some_means(rng), falling(rng, num_steps or int(rng.integers(6, 9)))
    steps, labels, images, final = student.run(chain, alpha_bar, label, means, num_images)
    assert_shape(final, num_images, 1, 2, 2)
    assert_steps_back(steps, alpha_bar)
    told = [NO_LABEL] if label is None else label
    assert_only(labels, told, "whether the labels that reach the model are those asked for")
    of_images = np.full((num_images, 1), means[-1]) if label is None else means[label][:, None]
    images = np.stack([*images, final]).reshape(-1, num_images, 4).astype(np.float64)
    times = range(len(alpha_bar))[::-1]
    aims = np.stack([step_back(x_t, of_images, t, alpha_bar) for t, x_t in zip(times, images[:-1], strict=True)])
    return images, images[1:] - aims, aims, of_images, alpha_bar


def assert_noise_in_every_step(added, alpha_bar):
    """Pass when something was added in every step but the last, (T-1, N, 4), that is not the same everywhere."""
    sigma = posterior_facts(alpha_bar)[4][:0:-1]
    noise = added / sigma[:, None, None]
    size = np.sqrt((noise**2).mean())
    missing = [size < 0.05, *(size >= 0.05 and noise.std(axis).mean() < 0.1 * size for axis in (1, 2, 0))]
    what = "whether the noise is missing, or the same in all images, in all pixels, in all steps"
    assert_same(np.array(missing, float), np.zeros(4), what=what)


@task("nb4.p_sample_loop", points=2)
def test_samples_have_the_distribution_of_the_data(student, rng):
    """With the exact model of each label's pixels, the samples have their mean and their spread."""
    label = rng.integers(0, 3, 3 * NUM_IMAGES)
    images, added, _, means, alpha_bar = chained(student, rng, label, len(label), num_steps=20)
    assert_noise_in_every_step(added[:-1], alpha_bar)
    samples, ends = images[-1], [at_the_end(float(means[label == k][0, 0]), alpha_bar) for k in range(3)]
    found = np.array([samples[label == k].mean() for k in range(3)])
    assert_same(found, np.array([centre for centre, _ in ends]), atol=0.015, rtol=0.05, what="the mean for each label")
    error = [np.abs(samples[label == k].std() - spreads).min() for k, (_, spreads) in enumerate(ends)]
    assert_same(error, [0.0] * 3, atol=0.005, rtol=0.1, what="how far the spread for each label is from the data's")


@task("nb4.p_sample_loop", points=2)
def test_the_model_is_asked_at_every_step_from_the_last_to_the_first(student, rng):
    """The model is called with t = T-1, …, 1, 0, and the first x_t is standard normal noise."""
    images, *_ = chained(student, rng)
    assert_fresh_noise(images[0], "the first images")


@task("nb4.p_sample_loop", points=3)
def test_every_step_adds_fresh_noise_of_the_right_size(student, rng):
    """A step goes to the mean of p(x_{t-1} | x_t) and adds new normal noise of spread sigma_t; the last adds none."""
    images, added, aims, _, alpha_bar = chained(student, rng)
    num_steps, (small, large) = len(alpha_bar), (facts[::-1] for facts in posterior_facts(alpha_bar)[3:])
    assert_noise_in_every_step(added[:-1], alpha_bar)
    after, before = (values - values.mean((1, 2), keepdims=True) for values in (images[1:], aims))
    follows = (after * before).mean((1, 2)) / np.maximum((before**2).mean((1, 2)), 1e-3)
    assert_same(follows, np.ones(num_steps), atol=0.25, rtol=0.05, what="how x_{t-1} follows the mean of its Gaussian")
    assert_same(float(added[-1].std()), 0.0, atol=1e-3, rtol=0.1, what="the spread of the noise that is added at t = 0")
    spread = added[:-1].std((1, 2))
    shift = added[:-1].mean((1, 2)) / large[:-1]
    assert_same(shift, np.zeros(num_steps - 1), atol=0.08, rtol=0.1, what="the mean of the noise, from T-1 to 1")
    assert_same_either(
        *(
            lambda sigma=sigma: (assert_same(spread, sigma, rtol=0.06, atol=1e-3, what="its spread, from T-1 to 1"), None)
            for sigma in (small[:-1], large[:-1])
        )
    )
    scaled = added[:-1] / np.maximum(spread, 1e-3)[:, None, None]
    for noise in scaled:
        assert_fresh_noise(noise, "the noise of one step")
    again = max(abs(float((scaled[one] * scaled[other]).mean())) for one in range(num_steps - 1) for other in range(one))
    assert_same(again, 0.0, atol=6 / (4 * NUM_IMAGES) ** 0.5, what="correlation of the noise of two steps")


@task("nb4.p_sample_loop", points=1)
def test_labels_and_images_stay_together(student, rng):
    """Image by image, the label that was asked for decides."""
    label = rng.integers(0, 3, 300)
    images, *_, means, alpha_bar = chained(student, rng, label, len(label), num_steps=12)
    expected = at_the_end(means[:, 0], alpha_bar)[0]
    error = np.abs(images[-1].mean(1) - expected)
    assert_same(float(error.mean()), 0.0, atol=0.07, rtol=0, what="how far an image is from the mean of its label")


@task("nb4.p_sample_loop", points=1)
def test_the_result_has_the_shape_asked_for_and_no_gradient(student, rng):
    """Images of the given shape come back, the ones that the model knows, and nothing is remembered for a gradient."""
    clean, alpha_bar = rng.uniform(40, 1, 4, 6, low=-0.9, high=0.9), falling(rng, 3)
    result, remembers, steps = student.run(result_of_the_one_who_knows, alpha_bar, clean[:2], clean[2:])
    assert_same(remembers, False, what="whether the images remember a gradient")
    assert_steps_back(steps, alpha_bar)
    far = float(np.abs(assert_shape(result, *clean.shape) - clean).mean())
    assert_same(far, 0.0, atol=0.01, what="how far the images are from those that the model knows")
    assert_same(result[:2], clean[:2], atol=1e-4, what="the first two images")


# ---- The noise that follows from v ----


def noise_from_v(ns, v, x_t, t, alpha_bar):
    """The noise, asked for several times."""
    schedule = schedule_of(ns, alpha_bar)
    return asked_again(lambda: ns.predicted_noise(v.clone(), x_t.clone(), t, schedule))


def inputs_after_noise_from_v(ns, v, x_t, t, alpha_bar):
    ns.predicted_noise(v, x_t, t, schedule_of(ns, alpha_bar))
    return v, x_t, t


def mixtures(rng, *shape):
    """Images and noise of this shape, steps and a schedule; and what follows from them: v and x_t."""
    x0, noise, t, alpha_bar = (
        rng.uniform(*shape, low=-1, high=1),
        rng.normal(*shape),
        np.array([0, 11, 5, 8]),
        falling(rng, 12),
    )
    signal, std = (np.sqrt(share)[t].reshape(-1, 1, 1, 1) for share in (alpha_bar, 1 - alpha_bar))
    return noise, (signal * noise - std * x0, signal * x0 + std * noise, t, alpha_bar)


def assert_noise(student, noise, arguments):
    found = student.run(noise_from_v, *arguments)
    assert_repeats(found, "whether a second call gives the same answer")
    assert_same(found[0], noise)


@task("nb4.predicted_noise", points=2)
def test_the_noise_follows_from_v_and_the_noisy_images(student, rng):
    """From v and x_t, each image at a step of its own, exactly the noise that both contain."""
    assert_noise(student, *mixtures(rng, 4, 1, 3, 5))


@task("nb4.predicted_noise", points=1)
def test_the_noise_follows_from_any_prediction(student, reference, rng):
    """A network's v need not fit the images: also from large and small numbers, and with as many images as columns."""
    v, x_t, t, alpha_bar = (
        4 * rng.normal(4, 1, 4, 4),
        0.1 * rng.normal(4, 1, 4, 4),
        np.array([3, 0, 11, 7]),
        falling(rng, 12),
    )
    arguments = v, x_t, t, alpha_bar
    assert_noise(student, reference.run(noise_from_v, *arguments)[0], arguments)


@task("nb4.predicted_noise", points=1)
def test_predicting_leaves_its_inputs_alone(student, rng):
    """The prediction, the images and the steps are the same after the call as before, and the noise is right."""
    noise, arguments = mixtures(rng, 4, 1, 2, 6)
    assert_noise(student, noise, arguments)
    assert_same(student.run(inputs_after_noise_from_v, *arguments), arguments[:3], what="the inputs")


# ---- The stride ----


def stride(ns, x_t, t, u, label, alpha_bar, clean, off):
    """Where a step leads, asked for several times, and what the model was told: it takes clean[label] for the images and is
    `off` in the noise."""
    schedule = schedule_of(ns, alpha_bar)
    model = knowing_network(schedule, lambda label: clean[label], off)
    return (
        asked_again(lambda: ns.ddim_step(model, x_t.clone(), t, u, schedule, label)),
        model.steps,
        model.labels,
        model.inputs,
    )


def inputs_after_a_stride(ns, x_t, t, u, label, alpha_bar, clean, off):
    schedule = schedule_of(ns, alpha_bar)
    ns.ddim_step(knowing_network(schedule, lambda label: clean[label], off), x_t, t, u, schedule, label)
    return x_t, label


def noisy_and_labelled(rng, num_images=3):
    """Images at some step, labels, a schedule, and what a model takes for the clean image of each label, 0..9 or none."""
    clean = rng.uniform(11, 1, 4, 6, low=-0.4, high=0.4)
    return rng.normal(num_images, 1, 4, 6), rng.integers(0, 10, num_images), falling(rng, 12), clean


def assert_strides(student, x_t, pairs, label, alpha_bar, clean, off=0.05):
    """Pass when each step from t to u is right; of an estimate that is clipped, either with the noise that then fits or with
    the one that was predicted."""
    shown = clean[[NO_LABEL] * len(x_t) if label is None else label]
    after = np.append(alpha_bar, 1.0).astype(np.float64)  # index -1 is the clean image
    signal, std = np.sqrt(after), np.sqrt(1 - after)
    for t, u in pairs:
        found, steps, labels, inputs = student.run(stride, x_t, t, u, label, alpha_bar, clean, off)
        told = [NO_LABEL] if label is None else label
        assert_only(steps, [t], "whether the model is asked about step t, and no other")
        assert_only(labels, told, "whether the labels that reach the model are those asked for")
        assert_same(inputs[0], x_t, what="what the model was shown")
        assert_repeats(found, "whether a second call gives the same answer")
        predicted = (x_t - signal[t] * shown) / std[t] + off
        estimate = np.clip((x_t - std[t] * predicted) / signal[t], -1, 1)
        fitting = (x_t - signal[t] * estimate) / std[t]
        answers = [signal[u] * estimate + std[u] * noise for noise in (fitting, predicted)]
        assert_same_either(*(lambda found=found[0], answer=answer: (found, answer) for answer in answers))


@task("nb4.ddim_step", points=2)
def test_a_stride_noises_the_estimate_to_the_earlier_step(student, rng):
    """From step t to an earlier step u: the estimate of the clean images, and the noise that fits, in the amounts of u."""
    x_t, label, alpha_bar, clean = noisy_and_labelled(rng)
    assert_strides(student, x_t, [(11, 7), (6, 0), (1, 0)], label, alpha_bar, clean)
    assert_strides(student, x_t, [(9, 2)], None, alpha_bar, clean)


@task("nb4.ddim_step", points=1)
def test_the_last_stride_ends_at_the_clean_image(student, rng):
    """u = -1 is the clean image: nothing but the estimate is left."""
    x_t, label, alpha_bar, clean = noisy_and_labelled(rng)
    assert_strides(student, x_t, [(0, -1), (8, -1)], label, alpha_bar, clean)


@task("nb4.ddim_step", points=1)
def test_the_estimate_stays_in_the_range_of_pixels(student, rng):
    """Where the prediction leads beyond [-1, 1], the estimate is clipped to it."""
    x_t, label, alpha_bar, clean = noisy_and_labelled(rng)
    assert_strides(student, x_t, [(11, 4), (10, -1)], label, alpha_bar, 3 * clean, off=0.3)


@task("nb4.ddim_step", points=1)
def test_a_stride_leaves_its_inputs_alone(student, rng):
    """Images and labels are the same after the call as before, and the step is right."""
    x_t, label, alpha_bar, clean = noisy_and_labelled(rng, num_images=4)
    assert_strides(student, x_t, [(7, 3)], label, alpha_bar, clean)
    arguments = x_t, 7, 3, label, alpha_bar, clean, 0.05
    assert_same(student.run(inputs_after_a_stride, *arguments), (x_t, label), what="the inputs")


# ---- Extensions: checked, not graded ----


def v_loss_of_toy(ns, x0, label, t, noise, alpha_bar):
    return ns.v_loss(toy_network(), x0, schedule_of(ns, alpha_bar), label, t, noise)


@task("nb4.v_loss", points=0)
def test_the_v_loss_compares_the_prediction_with_v(student, reference, rng):
    """The mean squared error between the model's prediction and v."""
    arguments = loss_arguments(rng)
    assert_same(student.run(v_loss_of_toy, *arguments), reference.run(v_loss_of_toy, *arguments))
