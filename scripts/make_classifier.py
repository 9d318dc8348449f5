"""Trains the small classifier that grades the samples of the fourth notebook: weights/nb4_classifier.npz.

    python scripts/make_classifier.py

It learns real digits, and is taught to be unsure about images that are none: else it is 75 % sure about pure noise.
Half a minute.
"""

import _venv

# isort: split
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(_venv.ROOT / "assignments/common"))
from genlab.data import Batches, load_mnist, to_signed
from genlab.classifier import classify, make_classifier
from genlab.training import train

TARGET = _venv.ROOT / "assignments/common/genlab/weights/nb4_classifier.npz"
EPOCHS, BATCH_SIZE = 25, 100


def no_digits(x: Tensor) -> Tensor:
    """Images of which one half is noise, and in the other half every pixel comes from another digit."""
    order = torch.rand(x.shape).argsort(dim=0)
    half = len(x) // 2
    return torch.cat([torch.randn_like(x[:half]).clamp(-1, 1), x.gather(0, order)[half:]])


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images, labels = load_mnist("train", 14)
    classifier = make_classifier()
    optimizer = torch.optim.Adam(classifier.parameters(), lr=1e-3, weight_decay=1e-4)

    def step(batch: tuple[Tensor, Tensor]) -> float:
        x, label = batch
        unsure = -classifier(no_digits(x)).log_softmax(dim=1).mean()  # cross-entropy with ten equal chances
        loss = F.cross_entropy(classifier(x), label) + 0.3 * unsure
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    train(step, Batches(to_signed(images), labels, batch_size=BATCH_SIZE), epochs=EPOCHS)
    arrays = {name: weight.numpy().astype(np.float16) for name, weight in classifier.state_dict().items()}
    np.savez_compressed(TARGET, **arrays)
    images, labels = load_mnist("test", 14)
    digit, confidence = classify(to_signed(images))
    noise, scrambled = no_digits(to_signed(images)).chunk(2)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB, right {(digit == labels).float().mean():.3f}, "
          f"confidence {confidence.mean():.3f} on digits, {classify(noise)[1].mean():.3f} on noise, "
          f"{classify(scrambled)[1].mean():.3f} on scrambled digits.")  # fmt: skip


if __name__ == "__main__":
    main()
