"""A small classifier of digits, and the two numbers for samples that it gives (weights: scripts/make_weights.py)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genlab.checkpoints import load_weights
from genlab.data import load_mnist, to_signed

LAYERS_OF_FEATURES = 6  # of the classifier: up to its last convolution


def make_classifier() -> nn.Sequential:
    """A small convolutional network on images (B, 1, 14, 14) in [-1, 1]; its outputs are logits (B, 10)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 10),
    )


def classify(images: Tensor) -> tuple[Tensor, Tensor]:
    """What the course's classifier sees in images (N, 1, 14k, 14k): digits (N,) and its confidence in each (N,)."""
    confidence, digit = _looked_at(images)[1].softmax(dim=1).max(dim=1)
    return digit, confidence


def obedience(images: Tensor, wanted: Tensor) -> float:
    """The share of images (N, 1, 14k, 14k) in which the classifier sees the digits that were asked for, (N,)."""
    return (classify(images)[0] == wanted.cpu()).float().mean().item()


def frechet_distance(images: Tensor) -> float:
    """How far images (N, 1, 14k, 14k) as a whole are from the real training digits; 0 for digits like them, in like shares.

    Both are described by 32 features per image, what the classifier's last convolution sees on average, in standard
    deviations of the real ones. Of Gaussians with the means and covariances of either it is |m1 - m2|² +
    tr(C1 + C2 - 2 (C1 C2)^½). With fewer images it comes out larger. Source: Heusel et al. 2017 (there "FID").
    """
    real = _looked_at(to_signed(load_mnist("train", 14)[0]))[0].double()
    made = _looked_at(images)[0].double() / real.std(dim=0)
    real = real / real.std(dim=0)
    return frechet(made, real)


def frechet(one: Tensor, other: Tensor) -> float:
    """Between the Gaussians that have the means and covariances of features (N, F) and (M, F), in double precision."""
    first, second = torch.cov(one.T), torch.cov(other.T)
    root = torch.linalg.eigvals(first @ second).real.clamp(min=0).sqrt().sum()  # the trace of (C1 C2)^½
    return ((one.mean(dim=0) - other.mean(dim=0)).square().sum() + first.trace() + second.trace() - 2 * root).item()


@torch.no_grad()
def _looked_at(images: Tensor) -> tuple[Tensor, Tensor]:
    """Features (N, 32) and logits (N, 10) of images."""
    classifier = make_classifier()
    classifier.load_state_dict(load_weights("nb4.classifier"))
    small = F.adaptive_avg_pool2d(images.cpu().clamp(-1, 1), 14)
    maps = classifier[:LAYERS_OF_FEATURES](small)
    return maps.mean(dim=(2, 3)), classifier[LAYERS_OF_FEATURES:](maps)
