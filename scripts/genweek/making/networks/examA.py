"""The two networks of Exam A: one that names the noise, and the other, whose answer students turn into the noise.

They are trained with the solved functions of a paper, so each paper has its own.
"""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import torch
from genlab.examA.pictures import Network
from genlab.training import train
from torch import Tensor

from ..compacting import compact

STEPS, BATCH, RATE = 5000, 128, 2e-3


def noise_network(exam: ModuleType) -> dict[str, np.ndarray]:
    return _trained(exam, lambda network, x0: exam.diffusion_loss(network, x0))


def other_network(exam: ModuleType) -> dict[str, np.ndarray]:
    def loss(network: Network, x0: Tensor) -> Tensor:
        t, noise = torch.randint(1, exam.T + 1, (len(x0),)), torch.randn_like(x0)
        x_t = exam.q_sample(x0, t, noise)
        return (network(x_t, t) - answer(exam, x_t, t, noise)).square().mean()

    return _trained(exam, loss)


def answer(exam: ModuleType, x_t: Tensor, t: Tensor, noise: Tensor) -> Tensor:
    """y, whatever it is on this paper: the noise that follows from it, `epsilon_from`, is linear in y."""
    at_0, at_1 = (exam.epsilon_from(torch.full_like(x_t, y), x_t, t) for y in (0.0, 1.0))
    return (noise - at_0) / (at_1 - at_0)


def _trained(exam: ModuleType, loss: Callable[[Network, Tensor], Tensor]) -> dict[str, np.ndarray]:
    network, pictures = Network(exam.T), exam.PICTURES
    state = network.state_dict()  # whose tensors are the network's own
    state["centre"].fill_(pictures.mean())
    for t in range(exam.T + 1):
        x_t = exam.q_sample(pictures, torch.full((len(pictures),), t), torch.randn_like(pictures))
        state["size"][t] = 1 / x_t.std()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    factor = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 100) * max(0.01, 1 - step / STEPS)
    )

    def step(_: int) -> float:
        value = loss(network, pictures[torch.randint(len(pictures), (BATCH,))])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        factor.step()
        return value.item()

    train(step, range(1), steps=STEPS)
    return compact({key: value.numpy() for key, value in network.state_dict().items()})
