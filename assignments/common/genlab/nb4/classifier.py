"""A small classifier of digits, as a number for the quality of samples (weights: scripts/make_weights.py)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genlab.checkpoints import load_weights


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


@torch.no_grad()
def classify(images: Tensor) -> tuple[Tensor, Tensor]:
    """What the course's classifier sees in images (N, 1, 14k, 14k): digits (N,) and its confidence in each (N,)."""
    classifier = make_classifier()
    classifier.load_state_dict(load_weights("nb4.classifier"))
    small = F.adaptive_avg_pool2d(images.cpu().clamp(-1, 1), 14)
    confidence, digit = classifier(small).softmax(dim=1).max(dim=1)
    return digit, confidence
