"""What the sampler of Notebook 3 errs, what its samples do on their way, and what figures can see of it."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from types import ModuleType

import torch
from genlab.checkpoints import load_weights
from genlab.nb3.toy2d import MODES, best_guess, cluster_std, eight_gaussians, mmd2, modes_found, within_three_sigma
from torch import Tensor

from ..course.day import Day
from ..making.variants import Variant, mistakes
from .experiment import Claim, Experiment, Row, Table

STEP_COUNTS = (2, 5, 10, 20, 50, 100, 200)
Model = Callable[[Tensor, Tensor], Tensor]


def schedule_of(notebook: ModuleType, num_steps: int = 100, kind: str = "cosine"):
    return notebook.make_schedule(getattr(notebook, f"{kind}_betas")(num_steps))


def data_of(seed: int, num_points: int = 2000) -> Tensor:
    """Points of the data; the random numbers that follow belong to this seed, too."""
    torch.manual_seed(seed)
    return eight_gaussians(num_points)


def judged(points: Tensor, data: Tensor) -> Row:
    return {"mmd2": mmd2(points, data), "within": within_three_sigma(points), "std": cluster_std(points)}


# Why not in one step


def one_step(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """How far from the middle the best guesses of x0 lie, from several steps; -1: the data themselves."""
    data, schedule = data_of(seed), schedule_of(notebook)
    for step in (-1, 15, 35, 60, 99):
        guesses = data
        if step >= 0:
            x_t = notebook.noised(eight_gaussians(len(data)), step, schedule)
            guesses = best_guess(x_t, schedule.alpha_bar[step], data)
        yield {"step": step, "seed": seed, "radius": guesses.norm(dim=1).mean().item(), **judged(guesses, data)}


# How many steps: the sampler alone


def exact_steps(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The exact answer in the network's place, for each number of steps; 0 steps: another sample of the data."""
    data = data_of(seed)
    yield {"steps": 0, "seed": seed, "mmd2": mmd2(eight_gaussians(len(data)), data)}
    for steps in STEP_COUNTS:
        schedule = schedule_of(notebook, steps)
        points = notebook.p_sample_loop(partial(notebook.exact_noise, schedule=schedule), data.shape, schedule)
        yield {"steps": steps, "seed": seed, "mmd2": mmd2(points, data)}


# Wrong samplers: which of them a target of the notebook would tell


class Wrapped(torch.nn.Module):
    """An answer as a module, which some samplers ask for; its steps are kept in range, as an embedding's are not."""

    def __init__(self, answer: Model, last: int):
        super().__init__()
        self.answer, self.last = answer, last

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return self.answer(x_t, t.clamp(0, self.last))


def mistakes_of_the_sampler() -> dict[str, Variant]:
    """Each known one by its name."""
    found = [variant for variant in mistakes(Day.load("day2_diffusion")) if variant.task_id.startswith("nb3.p_sample")]
    return {str(variant).removeprefix("nb3."): variant for variant in found}


@cache
def shipped(notebook: ModuleType) -> torch.nn.Module:
    """The network of the checkpoint, trained as in the notebook."""
    network = notebook.NoisePredictor()
    network.load_state_dict(load_weights("nb3.D"))
    return network


def sampler_mistakes(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """What the notebook would print for each mistake: with the trained network, and the width with the exact answer."""
    schedule, nowhere = schedule_of(notebook), {"mmd2": math.inf, "within": math.nan, "modes": math.nan, "width": math.nan}
    exact = Wrapped(partial(notebook.exact_noise, schedule=schedule), schedule.num_steps - 1)
    wrong = {name: variant.notebook() for name, variant in mistakes_of_the_sampler().items()}
    for name, module in {"none": notebook, **wrong}.items():
        data, found = data_of(seed), dict(nowhere)
        with suppress(Exception):  # a wrong answer may raise anything, and everybody sees that the cell fails
            points = module.p_sample_loop(shipped(notebook), data.shape, schedule)
            found |= {"mmd2": mmd2(points, data), "within": within_three_sigma(points), "modes": modes_found(points)}
            found |= {"width": cluster_std(module.p_sample_loop(exact, (20_000, 2), schedule))}
        yield {"mistake": name, "seed": seed, **found}


# What a trained model's samples do on their way


def leaps(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """DDIM in few leaps of the shipped network, from step 96 and from the last one; 100 leaps: the walk of DDPM."""
    model, schedule, data = shipped(notebook), schedule_of(notebook), data_of(seed)
    noise = torch.randn(data.shape)
    for first, counts in ((96, (2, 5, 10, 20, 50)), (99, (10, 20))):
        for count in counts:
            points = notebook.ddim_path(model, noise, schedule, count, first=first)[-1]
            yield {"first": first, "leaps": count, "seed": seed, **judged(points, data)}
    yield {"first": 99, "leaps": 100, "seed": seed, **judged(notebook.p_sample_loop(model, data.shape, schedule), data)}


def ways(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The share of samples that lie, at some step, nearest to the cluster in which they end."""
    model, schedule, data = shipped(notebook), schedule_of(notebook), data_of(seed)
    diary = notebook.Diary(model)
    ends = torch.cdist(notebook.p_sample_loop(diary, data.shape, schedule), MODES).argmin(dim=1)
    for step in (99, 75, 50, 30, 15, 5):
        there = torch.cdist(diary.seen[schedule.num_steps - 1 - step], MODES).argmin(dim=1)
        yield {"step": step, "seed": seed, "decided": (there == ends).float().mean().item()}


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

ONE_STEP = [
    Claim(
        "their average is the middle of the ring, where no data are",
        lambda table: max(table.of("radius", step=99)) < 0.1 and max(table.of("within", step=99)) == 0,
    ),
    Claim(
        "Of the best answers from t = 15, nine in ten lie in a cluster; those from t = 35 are a ring without clusters",
        lambda table: min(table.of("within", step=15)) > 0.9 and max(table.of("within", step=35)) < 0.5,
    ),
    Claim(
        "A ring without clusters, as from t = 35 in Section 0, has 0.04.",
        lambda table: max(abs(table.of("mmd2", step=35) - 0.04)) < 0.005,
    ),
]

UNSEEN = {  # of the known mistakes, those that figures cannot see, by what the notebook says of them
    "start from another cloud": {
        "p_sample_loop/starts_at_zero",
        "p_sample_loop/starts_uniform",
        "p_sample_loop/starts_uniform_around_zero",
        "p_sample_loop/starts_uniform_with_variance_one",
        "p_sample_loop/starts_too_wide",
        "p_sample_loop/starts_with_beta",
        "p_sample_loop/one_start_for_all",
    },
    "let rows share a noise": {"p_sample/one_noise_for_two_halves", "p_sample_loop/one_start_for_two_halves"},
    "ignore or refuse a given `noise`": {"p_sample/ignores_the_noise", "p_sample/noise_or"},
    "change their input": {"p_sample/changes_x_t"},
    "leave out the first step back": {"p_sample_loop/without_the_first_step"},
    "forget a factor near 1": {
        "p_sample/without_the_factor",
        "p_sample/factor_on_the_second",
        "p_sample/noise_inside_the_bracket",
        "p_sample/posterior_mean_of_the_wrong_step",
    },
    "or count on T = 100": {"p_sample_loop/a_hundred_steps"},
}


def reaches(row: Row) -> bool:
    """Whether it reaches every target that the notebook prints; a figure that is missing or nan reaches none."""
    mmd2, within, modes, width = (float(row[name]) for name in ("mmd2", "within", "modes", "width"))
    right = min(abs(width - 0.1043), abs(width - 0.0885)) <= 0.0015  # sigma_t^2 is beta_t, or the smaller one
    return mmd2 <= 0.004 and 0.85 <= within <= 0.998 and modes >= 8 and right


def seen_and_unseen(table: Table) -> bool:
    """On every seed, what reaches every target is the right sampler and what the notebook lists."""
    listed = {"none"}.union(*UNSEEN.values())
    return all(reaches(row) == (row["mistake"] in listed) for row in table.rows)


SAMPLER_MISTAKES = [Claim(words, seen_and_unseen) for words in UNSEEN]
SAMPLER_MISTAKES += [
    Claim("Every other one misses at least one of the four targets.", seen_and_unseen),
    Claim(
        "Too wide means that noise was left in, as when it is added at t = 0 or when that step is skipped.",
        lambda table: all(
            min(table.of("width", mistake=f"p_sample{slip}")) > max(table.of("width", mistake="none"))
            for slip in ("/noise_at_the_last_step", "_loop/without_step_zero")
        ),
    ),
]

WAYS = [
    Claim(
        "At t = 75 the colours are mixed: one point in five is nearest to the cluster in which it will end",
        lambda table: max(abs(table.of("decided", step=75) - 0.2)) < 0.05,
    ),
    Claim(
        "At t = 30 it is two in three, and from t = 15 on more than nine in ten.",
        lambda table: max(abs(table.of("decided", step=30) - 2 / 3)) < 0.05 and min(table.of("decided", step=15)) > 0.9,
    ),
]

LEAPS = [
    Claim(
        "20 leaps come close to the full walk of 100 steps",
        lambda table: (
            all(table.of("within", leaps=100) - table.of("within", first=96, leaps=20) < 0.03)
            and max(table.of("mmd2", first=96, leaps=20)) < 2 * BAND
        ),
    ),
    Claim(
        "without fresh noise nothing washes it out again", lambda table: max(table.of("within", first=99, leaps=20)) < 0.6
    ),
]

EXPERIMENTS = [
    Experiment("nb3.one_step", range(3), one_step, ONE_STEP),
    Experiment("nb3.exact_steps", range(8), exact_steps, EXACT_STEPS),
    Experiment("nb3.sampler_mistakes", range(3), sampler_mistakes, SAMPLER_MISTAKES),
    Experiment("nb3.ways", range(3), ways, WAYS),
    Experiment("nb3.leaps", range(3), leaps, LEAPS),
]
