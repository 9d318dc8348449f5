"""What the network of Notebook 3 errs: by its target, its schedule, and how long it is trained."""

from collections.abc import Iterator
from functools import cache, partial
from types import ModuleType

import numpy as np
import torch
from genlab.nb3.toy2d import eight_gaussians, mmd2, within_three_sigma

from .experiment import Claim, Experiment, Row, Table
from .nb3_sampling import BAND, data_of, judged, schedule_of


@cache
def trained(notebook: ModuleType, seed: int, kind: str = "cosine", training: int = 8000, target: str = "eps"):
    loss = partial(notebook.loss_of_target, target=target) if target != "eps" else notebook.diffusion_loss
    schedule = schedule_of(notebook, kind=kind)
    name = f"{kind}, {target}, {training}, seed {seed}"
    network, _ = notebook.fit(eight_gaussians, schedule, training, loss, name=name, seed=seed)
    return notebook.AsNoisePredictor(network, schedule, target) if target != "eps" else network


def targets(notebook: ModuleType, seed: int) -> Iterator[Row]:
    schedule = schedule_of(notebook)
    for target, training in (("eps", 4000), ("v", 4000), ("x0", 4000), ("x0", 12_000)):
        model, data = trained(notebook, seed, training=training, target=target), data_of(seed)
        points = notebook.p_sample_loop(model, data.shape, schedule)
        yield {"target": target, "training": training, "seed": seed, **judged(points, data)}


def schedules(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """Loss and samples under both schedules, and the loss of the exact answer on the same draws."""
    for kind in ("cosine", "linear"):
        model, schedule, losses = trained(notebook, seed, kind), schedule_of(notebook, kind=kind), []
        for answer in (model, partial(notebook.exact_noise, schedule=schedule)):
            x0 = data_of(seed, 200_000)
            with torch.no_grad():
                losses.append(notebook.diffusion_loss(answer, x0, schedule).item())
        data = data_of(seed)
        points = notebook.p_sample_loop(model, data.shape, schedule)
        best = notebook.p_sample_loop(partial(notebook.exact_noise, schedule=schedule), data.shape, schedule)
        row = {"schedule": kind, "seed": seed, "loss": losses[0], "exact_loss": losses[1], **judged(points, data)}
        yield {**row, "exact_mmd2": mmd2(best, data), "exact_within": within_three_sigma(best)}


def short_training(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """For some numbers of steps, a network after 3,000 training steps beside the exact answer."""
    for steps in (10, 50):
        schedule = schedule_of(notebook, steps)
        network, _ = notebook.fit(eight_gaussians, schedule, 3000, notebook.diffusion_loss, name=f"T = {steps}", seed=seed)
        for name, answer in {"network": network, "exact": partial(notebook.exact_noise, schedule=schedule)}.items():
            data = data_of(seed)
            points = notebook.p_sample_loop(answer, data.shape, schedule)
            yield {"answer": name, "steps": steps, "seed": seed, **judged(points, data)}


SCHEDULES = [
    Claim(
        "the training loss of the linear schedule is *lower*, 0.20 against 0.34",
        lambda table: (
            max(abs(table.of("loss", schedule="linear") - 0.2)) < 0.01
            and max(abs(table.of("loss", schedule="cosine") - 0.34)) < 0.01
        ),
    ),
    Claim(
        "fewer of its samples lie within 3 sigma, 0.91 to 0.94 against 0.95 to 0.96",
        lambda table: max(table.of("within", schedule="linear")) < 0.94 < min(table.of("within", schedule="cosine")),
    ),
    Claim(
        "MMD² cannot tell the two apart",
        lambda table: max(abs(table.of("mmd2", schedule="linear") - table.of("mmd2", schedule="cosine"))) < 2 * BAND,
    ),
    Claim(
        "the exact answer pays nearly the same under each",
        lambda table: all(
            abs(table.of("exact_loss", schedule=kind) / table.of("loss", schedule=kind) - 1).max() < 0.02
            for kind in ("linear", "cosine")
        ),
    ),
]


def behind(table: Table) -> np.ndarray:
    """By how much v lies behind the noise, on each seed."""
    return table.of("within", target="eps") - table.of("within", target="v")


TARGETS = [
    Claim(
        "from 0.61 to 0.65 after 4,000 training steps to 0.88 to 0.89 after 12,000",
        lambda table: (
            max(abs(table.of("within", target="x0", training=4000) - 0.63)) < 0.025
            and max(abs(table.of("within", target="x0", training=12_000) - 0.885)) < 0.01
        ),
    ),
    Claim(
        "a network that predicts $x_0$ is clearly worse after the same training",
        lambda table: (
            max(table.of("within", target="x0", training=4000)) < min(table.of("within", target="eps", training=4000)) - 0.2
        ),
    ),
    Claim(
        "which of the noise and v is ahead depends on the seed",
        lambda table: min(behind(table)) < 0 < max(behind(table)) and max(abs(behind(table))) < 0.03,
    ),
]

SHORT_TRAINING = [
    Claim(
        "from ten steps on, nearly all",  # what the exact answer errs cannot be told from nothing there
        lambda table: (
            max(abs(table.of("mmd2", answer="exact"))) <= BAND < 3 * BAND < min(table.of("mmd2", answer="network", steps=10))
        ),
    ),
]

EXPERIMENTS = [
    Experiment("nb3.schedules", range(3), schedules, SCHEDULES),
    Experiment("nb3.targets", range(3), targets, TARGETS),
    Experiment("nb3.short_training", range(3), short_training, SHORT_TRAINING),
]
