"""Networks that name the noise, with answers that are known: what losses and samplers of diffusion models are tested on.

They are real modules, and as strict as the networks of the notebooks: images in float32, a step (B,) or (1,) and, where
labels are told, whole labels (B,). They remember what they were asked.
"""

from autograding import torch
from autograding.checks.given_parts import module_of

NO_LABEL = 10  # says "any digit", as None does


def schedule_of(ns, alpha_bar):
    """The schedule (T,) that has this alpha_bar."""
    alphas = alpha_bar / torch.cat((torch.ones(1), alpha_bar[:-1]))
    return ns.Schedule(1 - alphas, alphas, alpha_bar)


def per_row(values, like):
    """Values (B,) with one axis of length 1 for each further axis of `like`."""
    return values.to(like.dtype)[(slice(None),) + (None,) * (like.ndim - 1)]


def steps_of_rows(t, rows):
    """Steps (B,) from what a network was told. Raises TypeError or ValueError."""
    if not torch.is_tensor(t):
        raise TypeError(f"the model was told the step as {type(t).__name__}: a tensor of shape (B,) is wanted.")
    if t.ndim != 1 or len(t) not in (1, rows):
        raise ValueError(f"the model was told steps of shape {tuple(t.shape)}: (B,) is wanted, one for each row.")
    return t.expand(rows)


def labels_of_rows(label, rows):
    """Labels (B,) from what a network was told. Raises TypeError or ValueError."""
    if label is None:
        return torch.full((rows,), NO_LABEL)
    if not torch.is_tensor(label):
        raise TypeError(f"the model was told the label as {type(label).__name__}: a tensor of shape (B,) is wanted.")
    if label.ndim != 1 or len(label) not in (1, rows):
        raise ValueError(f"the model was told labels of shape {tuple(label.shape)}: (B,) is wanted, one for each row.")
    return label.expand(rows)


def network(answer, weights=(0.0,)):
    """A module with some weights whose prediction is answer(weights, x_t, t, label), a label for every row."""

    def forward(model, x_t, t, label=None):
        x_t = torch.nn.functional.linear(x_t[..., None], model.one)[..., 0]  # refuses other dtypes, as any layer does
        t, label = steps_of_rows(t, len(x_t)), labels_of_rows(label, len(x_t))
        model.inputs.append(x_t.detach().clone())
        model.steps.append(t.detach().clone())
        model.labels.append(label.detach().clone())
        return answer(model.weights, x_t, t, label)

    model = module_of(forward, weights)
    model.register_buffer("one", torch.ones(1, 1))
    model.inputs, model.steps, model.labels = [], [], []
    return model


def toy_network(weights=(0.7, -0.4, 0.3, 0.2)):
    """One that looks at everything it is told, and at every pixel in a way of its own."""

    def answer(weights, x_t, t, label):
        one, two, three, four = weights
        ramp = torch.arange(x_t[0].numel(), dtype=x_t.dtype).view_as(x_t[0]) / x_t[0].numel()
        told = per_row(torch.where(label == NO_LABEL, 0, label + 1), x_t) / 7
        t = per_row(t, x_t)
        return one * x_t + two * torch.sin(t + ramp) + three * torch.cos(2 * x_t + t) + four * told

    return network(answer, weights)


def knowing_network(schedule, clean, off=0.0):
    """One that knows the clean data, clean(label) for the label of each row, and so the noise; its answer is off by
    `off`."""

    def answer(weights, x_t, t, label):
        left = per_row(schedule.alpha_bar[t.long()], x_t)
        return (x_t - left.sqrt() * clean(label)) / (1 - left).sqrt() + off + 0 * weights.sum()

    return network(answer)


def exact_network(schedule, mean, std):
    """One that is right on average about data from N(mean(label), std²)."""

    def answer(weights, x_t, t, label):
        left = per_row(schedule.alpha_bar[t.long()], x_t)
        return (1 - left).sqrt() * (x_t - left.sqrt() * mean(label)) / (left * std**2 + 1 - left)

    return network(answer)
