"""What guidance costs, on three starting noises of the network that is shipped."""

from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

import torch
from genlab.checkpoints import load_weights
from genlab.diffusion import cosine_schedule
from genlab.nb4.classifier import classify
from genlab.nb4.image_diffusion import NoiseFromV
from torch import Tensor

from .experiment import Claim, Experiment, Row, Table

STRENGTHS = (0, 1, 3)
Model = Callable[..., Tensor]


def predicts_v(notebook: ModuleType) -> Model:
    """The network that is shipped, trained for 1,100 steps."""
    network = notebook.SmallUNet()
    network.load_state_dict(load_weights("nb4.v"))
    return NoiseFromV(network, cosine_schedule(notebook.NUM_STEPS))


def judged(images: Tensor, wanted: Tensor) -> Row:
    digit, confidence = classify(images)
    variety = torch.stack([images[wanted == k].std(dim=0).mean() for k in range(10)]).mean()
    obeyed = (digit == wanted).float().mean()
    return {"obeyed": obeyed.item(), "confidence": confidence.mean().item(), "variety": variety.item()}


def guidance(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """The notebook's comparison of strengths, with 20 strides."""
    by_v = predicts_v(notebook)
    wanted = torch.arange(10).repeat(16)
    for strength in STRENGTHS:
        torch.manual_seed(seed)
        network = partial(notebook.guided_noise, by_v, strength=strength)
        shape = (len(wanted), 1, notebook.SIZE, notebook.SIZE)
        images = notebook.ddim_loop(network, shape, cosine_schedule(notebook.NUM_STEPS), wanted)
        yield {"strength": strength, "seed": seed, **judged(images, wanted)}


def trades(table: Table) -> bool:
    """On every seed: a strength of 1 obeys more than none, and the strongest varies less."""
    obeyed, variety = ([table.of(what, strength=w) for w in STRENGTHS] for what in ("obeyed", "variety"))
    return all(obeyed[1] > obeyed[0]) and all(variety[0] > variety[1]) and all(variety[1] > variety[2])


def falls_from_to(before: float, after: float) -> Callable[[Table], bool]:
    return lambda table: all(
        abs(table.of("variety", strength=w).mean() - value) < 0.005 for w, value in ((0, before), (3, after))
    )


GUIDANCE = [
    Claim("Guidance trades variety for obedience.", trades),
    Claim("It falls a little, from about 0.23 to 0.20", falls_from_to(0.23, 0.20)),
]
EXPERIMENTS = [
    Experiment("nb4.guidance", range(3), guidance, GUIDANCE),
]
