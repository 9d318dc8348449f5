"""What guidance costs, on three starting noises of the network that is shipped."""

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import torch
from genlab.diffusion import cosine_schedule
from genlab.nb4.classifier import frechet_distance, obedience

from .experiment import Claim, Experiment, Row, Table

IMAGES = 200  # twenty of each digit
STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)


def guidance(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """20 strides of the network for v that the lesson is given, from one starting noise with each strength."""
    schedule = cosine_schedule(notebook.NUM_STEPS)
    v_model = notebook.NoiseFromV(notebook.shipped("nb4.v"), schedule)
    wanted = torch.arange(10).repeat(IMAGES // 10)
    torch.manual_seed(seed)
    noise = torch.randn(IMAGES, 1, notebook.SIZE, notebook.SIZE)
    for strength in STRENGTHS:
        images = notebook.ddim_loop(notebook.with_guidance(v_model, strength), noise, schedule, wanted)
        numbers = {"obeyed": obedience(images, wanted), "frechet": frechet_distance(images)}
        yield {"strength": strength, "seed": seed, **numbers}


def lowest_in_between(table: Table) -> bool:
    """On every seed, at a strength above 0 and below 1."""
    distances = np.array([table.of("frechet", strength=w) for w in STRENGTHS])
    return all(0 < STRENGTHS[k] < 1 for k in distances.argmin(axis=0))


def too_much(table: Table) -> bool:
    """On every seed."""
    return all(table.of("frechet", strength=2) > table.of("frechet", strength=0))


GUIDANCE = [
    Claim("It is lowest at $w = 0.5$ or near it", lowest_in_between),
    Claim("at $w = 2$ it is larger than without any guidance", too_much),
]
EXPERIMENTS = [
    Experiment("nb4.guidance", range(3), guidance, GUIDANCE, shown=True),
]
