"""Given pieces of the image notebook: the noise level of images, what the U-Net is told, and what watches a run.

Noise levels are written as a log signal-to-noise ratio, log(alpha_bar / (1 - alpha_bar)) (Kingma et al. 2021). The
signal then has the variance sigmoid(log_snr), the noise sigmoid(-log_snr).
"""

import copy
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genlab.diffusion import Schedule

NUM_CLASSES = 10
NO_LABEL = NUM_CLASSES  # the label that says "any digit"


def log_snr(schedule: Schedule) -> Tensor:
    """The log signal-to-noise ratio of every step, (T,), float64: it falls from about +9 to about -16."""
    return torch.logit(schedule.alpha_bar.double())


def amounts(schedule: Schedule, t: Tensor | int) -> tuple[Tensor, Tensor]:
    """How much signal and how much noise an image at step t holds: two standard deviations whose squares add to 1.

    t: (B,) gives two (B, 1, 1, 1), ready for images; an int gives two numbers, and -1 is the clean image: (1, 0).
    """
    before_the_first = log_snr(schedule).new_tensor([math.inf])
    level = torch.cat([log_snr(schedule), before_the_first])[torch.as_tensor(t).long()]  # index -1 is the last entry
    level = level.float().reshape(-1, 1, 1, 1) if level.ndim else level.float()
    return torch.sigmoid(level) ** 0.5, torch.sigmoid(-level) ** 0.5


def q_sample(images: Tensor, t: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """Images at step t, drawn from q(x_t | x_0) with the given noise. All (B, C, H, W); t: (B,), in 0..T-1."""
    if images.ndim != 4:
        raise ValueError(f"This q_sample works on images (B, C, H, W), and these have the shape {tuple(images.shape)}.")
    signal_std, noise_std = amounts(schedule, t)
    return torch.addcmul(signal_std * images, noise_std, noise)


def estimate_x0(x_t: Tensor, eps_hat: Tensor, t: int, schedule: Schedule) -> Tensor:
    """The clean images that x_t and the predicted noise imply, clipped to the range of pixels, [-1, 1]."""
    if x_t.ndim != 4:
        raise ValueError(f"estimate_x0 works on images (B, C, H, W), and this has the shape {tuple(x_t.shape)}.")
    signal_std, noise_std = amounts(schedule, t)
    return torch.addcmul(x_t, -noise_std, eps_hat).div(signal_std).clamp(-1, 1)


def reverse_gaussian(x_t: Tensor, eps_hat: Tensor, t: int, schedule: Schedule) -> tuple[Tensor, Tensor]:
    """Mean (B, C, H, W) and standard deviation (one number) of p(x_{t-1} | x_t), for the predicted noise at step t.

    It is q(x_{t-1} | x_t, x_0) with the estimate in the place of x_0. At t = 0 the standard deviation is 0.
    Source: Kingma et al. 2021, variational diffusion models.
    """
    levels = log_snr(schedule)
    drop = levels[t] - levels[t - 1] if t > 0 else levels.new_tensor(-math.inf)
    gain = -torch.expm1(drop).float()  # how far to move from the scaled x_t to the estimate; all the way at t = 0
    signal_std, noise_std = amounts(schedule, t - 1)
    rescaled = x_t / amounts(schedule, t)[0]
    return signal_std * torch.lerp(rescaled, estimate_x0(x_t, eps_hat, t, schedule), gain), noise_std * gain**0.5


class TimeAndLabel(nn.Module):
    """One vector (B, dim) per image for its step t and its label: what every block of the U-Net is told.

    Time is spread over smooth bumps along 0..T-1, so that neighbouring steps look alike and distant ones do not.
    """

    def __init__(self, num_steps: int, dim: int, num_bumps: int = 32):
        super().__init__()
        self.num_steps = num_steps
        self.register_buffer("centres", torch.linspace(0, 1, num_bumps), persistent=False)
        self.from_time = nn.Linear(num_bumps, dim)
        self.from_label = nn.Embedding(NUM_CLASSES + 1, dim)
        self.mix = nn.Linear(dim, dim)

    def forward(self, t: Tensor, label: Tensor | None = None) -> Tensor:
        """t: (B,), in 0..T-1. label: (B,), 0..9 or NO_LABEL; None means NO_LABEL for all."""
        label = torch.full_like(t, NO_LABEL, dtype=torch.long) if label is None else label
        distance = (t[:, None] / self.num_steps - self.centres) * len(self.centres)
        hidden = self.from_time(torch.exp(-distance.square() / 2)) + self.from_label(label)
        return F.silu(self.mix(F.silu(hidden)))


def drop_labels(label: Tensor, share: float = 0.1) -> Tensor:
    """Labels (B,) of which a random share is replaced by NO_LABEL, so that one network learns both cases."""
    return label.masked_fill(torch.rand(label.shape, device=label.device) < share, NO_LABEL)


class EMA:
    """A slow copy of a network: the exponential moving average of its weights, which samples better than the last ones.

    `model` is the copy, `update()` follows the network one step; the memory is short at first and grows to `decay`.
    """

    def __init__(self, network: nn.Module, decay: float = 0.99):
        self.network, self.decay, self.num_updates = network, decay, 0
        self.model = copy.deepcopy(network).requires_grad_(False)

    @torch.no_grad()
    def update(self) -> None:
        self.num_updates += 1
        decay = min(self.decay, self.num_updates / (self.num_updates + 9))
        for slow, fast in zip(self.model.parameters(), self.network.parameters(), strict=True):
            slow.lerp_(fast, 1 - decay)


class Recorder:
    """A network that remembers every x_t it is shown, in the order of the calls."""

    def __init__(self, model: Callable[..., Tensor]):
        self.model, self.inputs = model, []

    def __call__(self, x_t: Tensor, *args: Tensor, **kwargs: Tensor) -> Tensor:
        self.inputs.append(x_t.detach().clone())
        return self.model(x_t, *args, **kwargs)
