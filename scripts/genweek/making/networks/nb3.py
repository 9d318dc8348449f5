"""No network, but what four wrong samplers make of the exact answer: the clouds that are to be named."""

from functools import partial
from types import ModuleType

import numpy as np
import torch

from ...course.day import Day
from ..variants import mistakes

SLIPS = {  # from the library of mistakes, by the name of the cloud
    "A": "nb3.p_sample/noise_of_all_steps",
    "B": "nb3.p_sample_loop/without_step_zero",
    "C": "nb3.p_sample_loop/one_noise_for_all_steps",
    "D": "nb3.p_sample/variance_for_sigma",
}
NUM_POINTS = 4000


def clouds(notebook: ModuleType) -> dict[str, np.ndarray]:
    """Points (N, 2) of each cloud."""
    schedule = notebook.make_schedule(notebook.cosine_betas(notebook.NUM_STEPS))
    exact = partial(notebook.exact_noise, schedule=schedule)
    variants, found = {str(variant): variant for variant in mistakes(Day.load("day2_diffusion"))}, {}
    for name, slip in SLIPS.items():
        torch.manual_seed(ord(name))
        points = variants[slip].notebook().p_sample_loop(exact, (NUM_POINTS, 2), schedule)
        found[name] = points.numpy().astype(np.float16)
    return found
