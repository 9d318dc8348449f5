"""Exact bounds on the nats per string, by enumerating all masks; no random number is drawn.

For a model that does not look at t, so that its answer depends on the masked sequence alone.
"""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .language import Language


@torch.no_grad()
def mask_costs(model: nn.Module, language: Language) -> Tensor:
    """(2^L, L): what the model pays at each masked position [nats, mean over the language], for every mask.

    Row m is the mask whose binary digits are the positions: bit i is set where position i is hidden. 0 where it is not.
    """
    L, strings = language.L, language.tokens
    hidden = (torch.arange(2**L)[:, None] >> torch.arange(L)) % 2 == 1  # (2^L, L)
    x0 = strings.repeat(2**L, 1)
    where = hidden.repeat_interleave(len(strings), dim=0)
    logits = model(torch.where(where, language.MASK, x0), torch.ones(len(x0), dtype=torch.long))
    paid = F.cross_entropy(logits.flatten(0, 1), x0.flatten(), reduction="none").double().view_as(x0)
    return (paid * where).view(2**L, len(strings), L).mean(dim=1)


def exact_bound(costs: Tensor, num_steps: int | None = None) -> float:
    """The bound on -log p(x0) [nats per string] when sampling takes T steps; None: in the limit of many steps.

    sum over t of 1/t times the expected cross-entropy of the masked tokens, where each is masked with chance t/T.
    """
    L = costs.shape[1]
    num_hidden = (costs.new_tensor(range(2**L)).long()[:, None] >> torch.arange(L)).remainder(2).sum(dim=1)
    total = costs.sum(dim=1)  # (2^L,)
    if num_steps is None:
        weight = [math.factorial(k - 1) * math.factorial(L - k) / math.factorial(L) if k else 0.0 for k in range(L + 1)]
        return (costs.new_tensor(weight)[num_hidden] * total).sum().item()
    rate = torch.arange(1, num_steps + 1, dtype=torch.float64)[:, None] / num_steps  # (T, 1)
    chance = rate**num_hidden * (1 - rate) ** (L - num_hidden)  # (T, 2^L): of exactly this mask
    return ((chance * total).sum(dim=1) / torch.arange(1, num_steps + 1)).sum().item()


def order_costs(costs: Tensor) -> dict[tuple[int, ...], float]:
    """For each order of the L positions: the nats per string when they are revealed one after the other, like this."""
    L, table = costs.shape[1], costs.tolist()

    def nats(order: tuple[int, ...]) -> float:
        hidden, total = 2**L - 1, 0.0
        for position in order:
            total += table[hidden][position]
            hidden -= 1 << position
        return total

    return {order: nats(order) for order in itertools.permutations(range(L))}
