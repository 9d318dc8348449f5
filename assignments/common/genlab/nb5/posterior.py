"""Models that need no training, because they know the whole language: the best that any network could become."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .language import Language

TINY = 1e-12  # keeps the logarithm of an impossible token finite


class MaskPosterior(nn.Module):
    """log p(token at each position | the visible tokens of x_t), exact, when tokens are hidden by MASK.

    Rows that no string fits get the frequencies of the whole language.
    """

    def __init__(self, language: Language):
        super().__init__()
        self.language = language

    def forward(self, x_t: Tensor, t: Tensor | None = None) -> Tensor:
        """x_t (B, L) to logits (B, L, K). The step t adds nothing: which tokens are hidden can be seen in x_t."""
        strings, hidden = self.language.tokens, x_t == self.language.MASK
        fits = ((x_t[:, None] == strings) | hidden[:, None]).all(dim=-1).double()  # (B, N)
        fits[fits.sum(dim=1) == 0] = 1.0
        return _log_shares(fits, self.language)


class UniformPosterior(nn.Module):
    """The same when tokens are replaced by random ones, each with probability t/T. Here the step matters."""

    def __init__(self, language: Language, T: int):
        super().__init__()
        self.language, self.T = language, T

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """x_t (B, L) and t (B,) to logits (B, L, K)."""
        replaced = (t.double() / self.T)[:, None, None]
        same = (x_t[:, None] == self.language.tokens).double()  # (B, N, L)
        chance = (1 - replaced) * same + replaced / self.language.K
        return _log_shares(chance.clamp_min(1e-30).log().sum(dim=-1).softmax(dim=1), self.language)


def _log_shares(weights: Tensor, language: Language) -> Tensor:
    """The log-frequency (B, L, K) of each token, where string n counts weights[b, n] (B, N)."""
    shares = weights / weights.sum(dim=1, keepdim=True)
    return (torch.einsum("bn,nlk->blk", shares, F.one_hot(language.tokens, language.K).double()) + TINY).log()
