"""What travels with the fourth notebook: a classifier of digits, a network that predicts v, and samples for the noise."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F
from genlab.data import Batches, load_mnist, to_signed
from genlab.diffusion import cosine_schedule
from genlab.nb4.classifier import make_classifier
from genlab.training import train
from torch import Tensor, nn


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def no_digits(x: Tensor) -> Tensor:
    """Images of which one half is noise, and in the other half every pixel comes from another digit."""
    order = torch.rand(x.shape).argsort(dim=0)
    half = len(x) // 2
    return torch.cat([torch.randn_like(x[:half]).clamp(-1, 1), x.gather(0, order)[half:]])


def classifier(notebook: ModuleType) -> dict[str, np.ndarray]:
    """It grades samples. It is taught to be unsure about images that are no digits: else it is 75 % sure about noise."""
    x0, labels = _images()
    network = make_classifier()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-4)

    def step(batch: tuple[Tensor, Tensor]) -> float:
        x, label = batch
        unsure = -network(no_digits(x)).log_softmax(dim=1).mean()  # cross-entropy with ten equal chances
        return descend(optimizer, F.cross_entropy(network(x), label) + 0.3 * unsure)

    train(step, Batches(x0, labels, batch_size=100), epochs=25)
    digits = to_signed(load_mnist("test", 14)[0])
    noise, scrambled = no_digits(digits).chunk(2)
    for name, images in {"digits": digits, "noise": noise, "scrambled digits": scrambled}.items():
        print(f"confidence on {name}: {_confidence(network, images):.3f}")
    return _as_arrays(network)


def v_network(notebook: ModuleType) -> dict[str, np.ndarray]:
    """The lesson's U-Net, trained with the lesson's own code to predict v."""
    schedule = cosine_schedule(notebook.NUM_STEPS)

    def step(network: nn.Module, x: Tensor, label: Tensor, optimizer: torch.optim.Optimizer) -> float:
        return descend(optimizer, notebook.v_loss(network, x, schedule, label))

    return _as_arrays(_trained_longer(notebook, step))


def samples(notebook: ModuleType) -> dict[str, np.ndarray]:
    """What the lesson's own loss and sampler come to with more training: sixteen images of each digit."""
    schedule = cosine_schedule(notebook.NUM_STEPS)
    network = _trained_longer(notebook, lambda *args: notebook.train_step(*args, schedule))
    torch.manual_seed(0)
    wanted = torch.arange(10).repeat(16)
    images = notebook.p_sample_loop(network, (len(wanted), 1, notebook.SIZE, notebook.SIZE), schedule, wanted)
    return {"images": images.numpy().astype(np.float16)}


def _trained_longer(notebook: ModuleType, step: Callable[..., float]) -> nn.Module:
    x0, labels = _images()
    return notebook.fit(step, Batches(x0, labels, batch_size=notebook.BATCH_SIZE), num_steps=1100)[0]


@torch.no_grad()
def _confidence(network: nn.Module, images: Tensor) -> float:
    """The mean probability of the likeliest digit."""
    return network(images).softmax(dim=1).amax(dim=1).mean().item()


def _images() -> tuple[Tensor, Tensor]:
    images, labels = load_mnist("train", 14)
    return to_signed(images), labels


def _as_arrays(model: nn.Module) -> dict[str, np.ndarray]:
    return {key: value.numpy().astype(np.float16) for key, value in model.state_dict().items()}
