"""Trains the two networks that travel with the fourth notebook, and writes them as nb4/weights/*.npz.

    python scripts/make_nb4_weights.py classifier   half a minute
    python scripts/make_nb4_weights.py v            two minutes

The classifier grades samples. It learns real digits, and is taught to be unsure about images that are none: else it is
75 % sure about pure noise. The other one is the lesson's U-Net, trained with the lesson's own code to predict v.
"""

import _venv

# isort: split
import importlib.util
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

sys.path.insert(0, str(_venv.ROOT / "assignments/common"))
from genlab.nb4.classifier import classify, make_classifier
from genlab.data import Batches, load_mnist, to_signed
from genlab.diffusion import cosine_schedule
from genlab.training import train

MASTER = _venv.ROOT / "solutions_private/day2_diffusion/nb4_image_ddpm.py"
WEIGHTS = _venv.ROOT / "assignments/common/genlab/nb4/weights"


def save(name: str, model: nn.Module) -> None:
    path = WEIGHTS / f"{name}.npz"
    np.savez_compressed(path, **{key: value.numpy().astype(np.float16) for key, value in model.state_dict().items()})
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


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


def make_nb4_classifier(x0: Tensor, labels: Tensor) -> None:
    classifier = make_classifier()
    optimizer = torch.optim.Adam(classifier.parameters(), lr=1e-3, weight_decay=1e-4)

    def step(batch: tuple[Tensor, Tensor]) -> float:
        x, label = batch
        unsure = -classifier(no_digits(x)).log_softmax(dim=1).mean()  # cross-entropy with ten equal chances
        return descend(optimizer, F.cross_entropy(classifier(x), label) + 0.3 * unsure)

    train(step, Batches(x0, labels, batch_size=100), epochs=25)
    save("classifier", classifier)
    images, labels = load_mnist("test", 14)
    digits, (noise, scrambled) = to_signed(images), no_digits(to_signed(images)).chunk(2)
    print(f"right {(classify(digits)[0] == labels).float().mean():.3f}, confidence on", end="")
    for name, x in {"digits": digits, "noise": noise, "scrambled digits": scrambled}.items():
        print(f" {name} {classify(x)[1].mean():.3f}", end="")
    print()


def make_nb4_v(x0: Tensor, labels: Tensor) -> None:
    spec = importlib.util.spec_from_file_location("nb4", MASTER)
    nb4 = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(nb4)
    schedule = cosine_schedule(nb4.NUM_STEPS)

    def step(network: nn.Module, x: Tensor, label: Tensor, optimizer: torch.optim.Optimizer) -> float:
        return descend(optimizer, nb4.v_loss(network, x, schedule, label))

    model, _ = nb4.fit(step, Batches(x0, labels, batch_size=nb4.BATCH_SIZE), num_steps=1100)
    save("v", model)


def main() -> None:
    if sys.argv[1:] not in (["classifier"], ["v"]):
        sys.exit(__doc__)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    images, labels = load_mnist("train", 14)
    {"classifier": make_nb4_classifier, "v": make_nb4_v}[sys.argv[1]](to_signed(images), labels)


if __name__ == "__main__":
    main()
