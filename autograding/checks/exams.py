"""What the tests of the exam share, on whatever paper: a network that takes its step in any form, and given parts.

A slip in how a step is told is judged once, where it is asked about; everywhere else the network makes the best of it.
"""

import numpy as np

from autograding import torch
from autograding.checks.given_parts import module_of

from ..judge.faults import StudentFault
from .compare import agrees, assert_same_either
from .diffusion import falling
from .observed import observing


def either(*judges, parts_are_right=False):
    """Passes when one of the judges, each with parts of its own, has no complaint. parts_are_right: see `compare`."""
    attempts = (lambda judge=judge: (judge(), None) for judge in judges)
    assert_same_either(*attempts, parts_are_right=parts_are_right)


def are_right(student, reference, probe, *arguments, rtol=1e-3, atol=1e-4) -> bool:
    """Does a probe of the student's parts find what it finds in the reference? Nothing of it is kept for naming."""
    with observing():
        try:
            return agrees(student.run(probe, *arguments), reference.run(probe, *arguments), rtol, atol)
        except StudentFault:
            return False


def falling_table(rng, num_steps: int) -> np.ndarray:
    """An alpha_bar (T + 1,) that starts with 1: as good as the exam's for any test, and no answer to anything."""
    return np.append(np.float32(1), falling(rng, num_steps))


def rows_of(values, like):
    """Values, a number or (B,), with one axis of length 1 for each further axis of `like`."""
    values = torch.as_tensor(values).to(like.dtype)
    return values.view(-1, *[1] * (like.ndim - 1)) if values.ndim else values


def attentive_network(answer=None, weights=(0.7, -0.4, 0.3)):
    """A module that remembers what it was asked, `inputs` and `steps`. answer: from (x_t, t) with t (B,); without one, it
    looks at everything in a way of its own."""

    def forward(model, x_t, t):
        model.inputs.append(x_t.detach().clone())
        model.steps.append(t.detach().clone() if torch.is_tensor(t) else t)
        steps = torch.as_tensor(t).expand(len(x_t))
        if answer is not None:
            return answer(x_t, steps) + 0 * model.weights.sum()
        one, two, three = model.weights
        ramp = torch.arange(x_t[0].numel(), dtype=x_t.dtype).view_as(x_t[0]) / x_t[0].numel()
        return one * torch.tanh(x_t / 4) + two * torch.sin(rows_of(steps, x_t) / 9 + ramp) + three * torch.cos(2 * x_t)

    model = module_of(forward, weights)
    model.inputs, model.steps = [], []
    return model


def other_q_sample(x0, t, noise):
    """No paper's process, but as good for a test: it depends on all that it is given, and at step 0 it is x0."""
    share = rows_of(torch.as_tensor(t) / (torch.as_tensor(t) + 50.0), x0)
    return x0 - share * (0.5 * x0 - 2 * noise)


def other_p_sample(model, x_t, t, s, noise=None):
    """No paper's step back, but as good for a check of the loop around it: it depends on all that it is given. It draws no
    noise, and so is no answer to whether a step does."""
    noise = 0 if noise is None else noise
    return 0.96 * x_t + 0.3 * noise - 0.2 * torch.tanh(model(x_t, torch.as_tensor(t).repeat(len(x_t)))) + 0.02 * s


def put(ns, table=None, **parts):
    """Put an alpha_bar and functions in the place of the program's own."""
    if table is not None:
        ns.ALPHA_BAR, ns.compute_alpha_cumprod = table, lambda betas: table
    for name, part in parts.items():
        setattr(ns, name, part)
