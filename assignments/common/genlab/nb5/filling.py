"""A given way to fill masked tokens, one per step in a chosen order. (The sampler that you write throws coins instead.)"""

import torch
from torch import Tensor, nn

from .language import Language

ORDERS = ("random", "left to right", "surest first")


@torch.no_grad()
def fill_in(
    model: nn.Module, language: Language, known: Tensor, *, order: str = "random", argmax: bool = False
) -> list[Tensor]:
    """All stages from known (B, L), which holds MASK where something is to be found, to filled strings.

    Every step reveals one token in every row that still has a hidden one; tokens that are visible never change.
    order "surest first": of all guesses, the one that the model finds most likely. argmax: guess the likeliest token
    instead of drawing one.
    """
    if order not in ORDERS:
        raise ValueError(f"There is no order {order!r}; there are: {', '.join(ORDERS)}.")
    stages = [known]
    while (hidden := stages[-1] == language.MASK).any():
        belief = model(stages[-1], hidden.sum(dim=1).clamp_min(1)).softmax(dim=2)
        guess = belief.argmax(dim=2) if argmax else _draw(belief)
        if order == "surest first":
            rank = belief.gather(2, guess.unsqueeze(2)).squeeze(2)
        else:
            rank = torch.rand(hidden.shape) if order == "random" else -torch.arange(language.L).expand_as(hidden).double()
        first = rank.masked_fill(~hidden, -torch.inf).argmax(dim=1)
        stage = stages[-1].clone()
        rows = hidden.any(dim=1)
        stage[rows, first[rows]] = guess[rows, first[rows]]
        stages.append(stage)
    return stages


def _draw(probability: Tensor) -> Tensor:
    """One token for each distribution (..., K), by the exponential race: the first of K clocks to ring."""
    return (probability / torch.empty_like(probability).exponential_()).argmax(dim=-1)
