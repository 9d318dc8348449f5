"""Three numbers that judge generated strings together: none of them is enough alone."""

import math
from collections import Counter
from typing import NamedTuple

from torch import Tensor

from .language import Language


class Quality(NamedTuple):
    valid: float  # share of the strings that belong to the language
    distinct: int  # how many different valid strings there are
    entropy: float  # of the valid ones' frequencies [nats]; log N when all N strings come equally often

    def __str__(self) -> str:
        return f"valid {self.valid:.3f}, {self.distinct} different ones, entropy {self.entropy:.2f} nats"


def quality(language: Language, tokens: Tensor) -> Quality:
    """The quality of generated tokens (B, L)."""
    counts = Counter(map(tuple, tokens[language.valid(tokens)].tolist()))
    total = sum(counts.values())
    entropy = -sum(n / total * math.log(n / total) for n in counts.values())
    return Quality(total / len(tokens), len(counts), abs(entropy))
