"""Figures of the first notebook: the data flow of a VAE, and the plane of its two latents."""

import matplotlib.pyplot as plt
import torch
from matplotlib.patches import Ellipse, FancyBboxPatch
from torch import Tensor

from genlab.plots import BLACK, BLUE, GREEN, ORANGE, RED, tile

from .pretrained import PretrainedVAE

TEN_COLOURS = plt.colormaps["tab10"]


def draw_vae() -> None:
    """The data flow of a VAE with the two terms of its loss."""
    _, ax = plt.subplots(figsize=(11, 3.6))
    ax.set(xlim=(0, 11), ylim=(0, 3.6))
    ax.axis("off")

    def box(x: float, text: str, colour: str, width: float = 1.3, y: float = 1.3) -> None:
        ax.add_patch(FancyBboxPatch((x, y), width, 0.9, boxstyle="round,pad=0.05", fc="white", ec=colour, lw=2.5))
        ax.text(x + width / 2, y + 0.45, text, ha="center", va="center")

    def arrow(start: tuple[float, float], end: tuple[float, float], colour: str = BLACK, style: str = "->") -> None:
        props = {"arrowstyle": style, "lw": 1.8, "color": colour, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, start, arrowprops=props)

    box(0.1, "image\n$x$", BLACK, 1.0)
    box(1.9, "encoder\n$q_\\phi(z\\,|\\,x)$", BLUE, 1.6)
    box(4.2, "$\\mu,\\ \\log\\sigma^2$", BLUE, 1.3)
    box(6.2, "$z = \\mu + \\sigma\\,\\varepsilon$", GREEN, 1.5)
    box(8.4, "decoder\n$p_\\theta(x\\,|\\,z)$", ORANGE, 1.2)
    box(10.2, "logits", BLACK, 0.7)
    for start, end in ((1.17, 1.83), (3.57, 4.13), (5.57, 6.13), (7.77, 8.33), (9.67, 10.13)):
        arrow((start, 1.75), (end, 1.75))
    ax.text(6.95, 3.2, "noise  $\\varepsilon \\sim N(0, I)$", ha="center", va="center", color=GREEN)
    arrow((6.95, 3.0), (6.95, 2.3), GREEN)
    ax.text(4.85, 3.2, "KL to the prior $N(0, I)$", ha="center", va="center", color=RED)
    arrow((4.85, 3.0), (4.85, 2.3), RED, "<->")
    ax.plot([0.6, 0.6, 10.55, 10.55], [1.2, 0.55, 0.55, 1.2], color=RED, lw=1.8)
    ax.text(5.5, 0.25, "reconstruction: how surprising is $x$ under the decoder's logits?", ha="center", color=RED)
    plt.show()


def draw_latent_map(model: PretrainedVAE, images: Tensor, labels: Tensor, num_columns: int = 15) -> None:
    """Left: where the encoder puts images (N, 1, 28, 28). Right: what the decoder draws, place by place."""
    mean, std = model.encode(images)
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 6))
    for k, ((x, y), label) in enumerate(zip(mean.tolist(), labels.tolist(), strict=True)):
        left.text(x, y, str(label), color=TEN_COLOURS(label), ha="center", va="center", clip_on=True)
        if k % 12 == 0:
            left.add_patch(Ellipse((x, y), *(2 * std[k]).tolist(), fc="none", ec=BLACK, lw=1.2))
    left.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xlabel="first number of the code", ylabel="second number")
    left.set_title("encoder: test digits at their $\\mu$, some with $\\sigma$")
    axis = torch.linspace(-3, 3, num_columns)
    places = torch.cartesian_prod(axis.flip(0), axis).flip(1)  # rows from top to bottom, columns from left to right
    right.imshow(tile(model.decode(places), num_columns), cmap="gray_r", extent=(-3, 3, -3, 3))
    right.set(xlabel="first number of the code", ylabel="second number", title="decoder: the image at each place")
    right.grid(visible=False)
    plt.show()
