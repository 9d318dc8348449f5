"""Given for the colleague's probe: a training, and how far each layer has moved in it."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genlab import training
from genlab.data import Batches
from genlab.plots import BLUE

EPOCHS = 20


def train_probe(network: nn.Module, codes: Tensor, labels: Tensor) -> training.History:
    """Trains a network that names digits from codes (N, Z), on the CPU, and draws what became of its layers."""
    torch.manual_seed(0)
    codes, labels = codes.cpu(), labels.cpu()
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    before = {name: weights.detach().clone() for name, weights in layers_of(network)}

    def step(batch: tuple[Tensor, Tensor]) -> float:
        surprise = F.cross_entropy(network(batch[0]), batch[1])
        gradients = torch.autograd.grad(surprise, parameters, allow_unused=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        return surprise.item()

    history = training.train(step, Batches(codes, labels, batch_size=50), epochs=EPOCHS, name="probe")
    moved = {name: (weights.detach() - before[name]).norm() / before[name].norm() for name, weights in layers_of(network)}
    _draw(history, {name: share.item() for name, share in moved.items()})
    return history


@torch.no_grad()
def share_named(network: nn.Module, codes: Tensor, labels: Tensor) -> float:
    """The share of codes (N, Z) whose digit the network names rightly."""
    return (network(codes.cpu()).argmax(dim=1) == labels.cpu()).float().mean().item()


def layers_of(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """All weights that it has as attributes, registered or not, by name: of a layer its matrix."""
    known = vars(network)
    for name, value in {**known, **known["_parameters"], **known["_modules"]}.items():
        several = isinstance(value, list | tuple | nn.ModuleList | nn.ParameterList | nn.Sequential)
        for place, part in enumerate(value if several else [value]):
            weights = getattr(part, "weight", part)
            if isinstance(weights, Tensor):
                yield f"{name} {place}" if several else name, weights


def _draw(history: training.History, moved: dict[str, float]) -> None:
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
    left.plot(*history.curves.get("loss", ([], [])))
    left.set(title="training the probe", xlabel="training step", ylabel="loss [nats]", ylim=(0, None))
    order = ("first", "hidden", "gain", "last")  # from the codes to the logits, where they are named as the colleague's
    names = sorted(moved, key=lambda name: next((at for at, one in enumerate(order) if name.startswith(one)), len(order)))
    bars = right.barh(names, [moved[name] for name in names], color=BLUE)
    right.bar_label(bars, fmt="%.2f", padding=3)
    right.invert_yaxis()
    right.margins(x=0.15)
    right.set(title="how far each layer has moved", xlabel="change, as a share of its size")
    right.grid(axis="y", visible=False)
    plt.show()
