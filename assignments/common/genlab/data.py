"""The image sets of the week, shipped beside this file: small, offline, the same for everybody (see data/README.md)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

DATA = Path(__file__).parent / "data"
NUM_TRAIN = 4500


def _read(name: str) -> tuple[Tensor, Tensor]:
    """Images (N, 1, H, W) as float with their original range, and labels (N,) as int64."""
    with np.load(DATA / f"{name}.npz") as file:
        return torch.from_numpy(file["images"]).float().unsqueeze(1), torch.from_numpy(file["labels"]).long()


def load_mnist(split: str = "train", size: int = 28) -> tuple[Tensor, Tensor]:
    """5,000 handwritten digits: 4,500 to train on, 500 to test on (50 per digit).

    Args: split "train" or "test"; size 28, or 14 for images averaged over 2x2 pixels.
    Returns: images (N, 1, size, size) in [0, 1], labels (N,).
    """
    if split not in ("train", "test") or size not in (14, 28):
        raise ValueError(f'load_mnist knows the splits "train" and "test" and sizes 14 and 28, not {split!r}, {size}.')
    images, labels = _read("mnist5k")
    rows = slice(NUM_TRAIN) if split == "train" else slice(NUM_TRAIN, None)
    return F.avg_pool2d(images[rows], 28 // size) / 255, labels[rows]


def load_digits8() -> tuple[Tensor, Tensor]:
    """1,797 small digits. Returns: images (N, 1, 8, 8) in [0, 1], labels (N,)."""
    images, labels = _read("digits8")
    return images / 16, labels


def binarise(images: Tensor) -> Tensor:
    """Black or white, nothing between: 1 where a pixel of an image in [0, 1] is brighter than one half, else 0."""
    return (images > 0.5).to(images.dtype)


def to_signed(images: Tensor) -> Tensor:
    """From [0, 1] to [-1, 1], the range of the diffusion models."""
    return 2 * images - 1


class Batches:
    """Shuffled mini-batches, in a new order each time they are iterated; the last one may be smaller.

    Args: tensors, all of length N (one tensor gives batches x, several give tuples); batch_size;
    transform, applied to the first tensor of each batch.
    """

    def __init__(self, *tensors: Tensor, batch_size: int = 100, transform: Callable[[Tensor], Tensor] | None = None):
        self.tensors, self.batch_size, self.transform = tensors, batch_size, transform

    def __len__(self) -> int:
        return -(-len(self.tensors[0]) // self.batch_size)

    def __iter__(self) -> Iterator[Tensor | tuple[Tensor, ...]]:
        for rows in torch.randperm(len(self.tensors[0])).split(self.batch_size):
            first, *others = (tensor[rows] for tensor in self.tensors)
            if self.transform is not None:
                first = self.transform(first)
            yield (first, *others) if others else first
