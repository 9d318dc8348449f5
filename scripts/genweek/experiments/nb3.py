"""What the sampler of Notebook 3 errs, apart from any network."""

from collections.abc import Iterator
from functools import partial
from types import ModuleType

import torch
from genlab.nb3.toy2d import eight_gaussians, mmd2
from torch import Tensor

from .experiment import Claim, Experiment, Row

STEP_COUNTS = (2, 5, 10, 20, 50, 100, 200)


def schedule_of(notebook: ModuleType, num_steps: int = 100):
    return notebook.make_schedule(notebook.cosine_betas(num_steps))


def data_of(seed: int, num_points: int = 2000) -> Tensor:
    """Points of the data; the random numbers that follow belong to this seed, too."""
    torch.manual_seed(seed)
    return eight_gaussians(num_points)


def exact_steps(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The exact answer in the network's place, for each number of steps; 0 steps: another sample of the data."""
    data = data_of(seed)
    yield {"steps": 0, "seed": seed, "mmd2": mmd2(eight_gaussians(len(data)), data)}
    for steps in STEP_COUNTS:
        schedule = schedule_of(notebook, steps)
        points = notebook.p_sample_loop(partial(notebook.exact_noise, schedule=schedule), data.shape, schedule)
        yield {"steps": steps, "seed": seed, "mmd2": mmd2(points, data)}


BAND = 0.001  # in which two samples of the data lie

EXACT_STEPS = [
    Claim(
        "MMD² is about 0.096 at T = 2, 0.008 at T = 5 and 0.0005 at T = 10.",
        lambda table: all(
            abs(table.of("mmd2", steps=steps).mean() / mean - 1) < 0.2
            for steps, mean in ((2, 0.096), (5, 0.008), (10, 0.0005))
        ),
    ),
    Claim(
        "From T = 20 on it cannot be told from that of two samples of the data",
        lambda table: max(abs(table.of("mmd2", steps=steps)).max() for steps in (0, 20, 50, 100, 200)) <= BAND,
    ),
    Claim(
        "With very few steps, each step back is so large that a Gaussian is a poor answer",
        lambda table: table.of("mmd2", steps=2).min() > 10 * BAND and table.of("mmd2", steps=5).min() > BAND,
    ),
    Claim("Two samples of the data differ by up to ±0.001", lambda table: abs(table.of("mmd2", steps=0)).max() <= BAND),
]

EXPERIMENTS = [
    Experiment("nb3.exact_steps", range(8), exact_steps, EXACT_STEPS),
]
