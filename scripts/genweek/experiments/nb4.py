"""What makes the samples of the fourth notebook good: what the network predicts, how it is sampled, and guidance."""

from collections.abc import Callable, Iterator
from types import ModuleType
from unittest import mock

import numpy as np
import torch
from genlab.data import Batches, load_mnist, to_signed
from genlab.diffusion import cosine_schedule
from genlab.nb4.classifier import frechet_distance, obedience
from torch import Tensor

from .experiment import Claim, Experiment, Row, Table

TRAINING = 400  # steps, as many as the lesson has
IMAGES = 200  # of each sampler, twenty of each digit
STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
FIRST = (180, 140, 60)  # the network for v makes the strides from here upwards, the other one the rest
Model = Callable[..., Tensor]


def trained(notebook: ModuleType, loss: str, seed: int) -> Model:
    """A network that predicts the noise, as the lesson trains it on one of its losses."""
    torch.manual_seed(seed)
    images, labels = load_mnist("train", notebook.SIZE)
    data, schedule = Batches(to_signed(images), labels, batch_size=notebook.BATCH_SIZE), cosine_schedule(notebook.NUM_STEPS)
    with mock.patch.object(notebook, "diffusion_loss", getattr(notebook, loss)):
        network, _ = notebook.fit(lambda *args: notebook.train_step(*args, schedule), data, TRAINING)
    return notebook.NoiseFromV(network, schedule) if loss == "v_loss" else network


def judged(notebook: ModuleType, network: Model, sampler: str, seed: int) -> Row:
    """sampler: ddpm, in 200 steps, or ddim, in 20."""
    torch.manual_seed(seed)
    wanted, shape = torch.arange(10).repeat(IMAGES // 10), (IMAGES, 1, notebook.SIZE, notebook.SIZE)
    schedule = cosine_schedule(notebook.NUM_STEPS)
    if sampler == "ddpm":
        images = notebook.p_sample_loop(network, shape, schedule, wanted)
    else:
        images = notebook.ddim_loop(network, torch.randn(shape), schedule, wanted)
    return {"obeyed": obedience(images, wanted), "frechet": frechet_distance(images)}


def targets(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """Networks for the noise and for v, trained anew on each seed, alone and one after the other."""
    networks = {"noise": trained(notebook, "diffusion_loss", seed), "v": trained(notebook, "v_loss", seed)}
    for first in FIRST:

        def one_after_the_other(x_t: Tensor, t: Tensor, label: Tensor, first: int = first) -> Tensor:
            return networks["v" if t[0] >= first else "noise"](x_t, t, label)

        networks[f"v from {first}"] = one_after_the_other
    for sampler in ("ddim", "ddpm"):
        for predicts, network in networks.items():
            if sampler == "ddim" or predicts in ("noise", "v"):
                yield {"predicts": predicts, "sampler": sampler, "seed": seed, **judged(notebook, network, sampler, seed)}


def guidance(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The network for v that the lesson is given, from three starting noises."""
    v_model = notebook.NoiseFromV(notebook.shipped("nb4.v"), cosine_schedule(notebook.NUM_STEPS))
    for strength in STRENGTHS:
        network = notebook.with_guidance(v_model, strength)
        yield {"strength": strength, "seed": seed, **judged(notebook, network, "ddim", seed)}


def lowest_between(table: Table) -> bool:
    """On every seed, at a strength between 0 and 1."""
    by_strength = np.array([table.of("frechet", strength=w) for w in STRENGTHS])
    best = by_strength.argmin(axis=0)
    return bool(
        all(abs(STRENGTHS[k] - 0.5) <= 0.5 and by_strength[k, seed] < by_strength[0, seed] for seed, k in enumerate(best))
    )


def too_much(table: Table) -> bool:
    """On every seed."""
    return all(table.of("frechet", strength=2) > table.of("frechet", strength=0))


GUIDANCE = [
    Claim("It is lowest at $w = 0.5$ or near it", lowest_between),
    Claim("at $w = 2$ it is larger than without any guidance", too_much),
]
EXPERIMENTS = [
    Experiment("nb4.guidance", range(3), guidance, GUIDANCE, shown=True),
]
