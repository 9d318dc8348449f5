"""Two languages of which every string is known: sums of two digits, and 4x4 sudokus written in one line."""

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor

MASK_SIGNS = "·?"  # how a masked token is written: the first when we print it, either when you type it


class Language:
    """A finite set of equally likely strings of one length.

    A token is a character's place in the alphabet, 0..K-1; the number K itself stands for MASK.
    """

    def __init__(self, strings: Sequence[str], alphabet: str):
        self.strings, self.alphabet = list(strings), alphabet
        self.K, self.L = len(alphabet), len(self.strings[0])
        self.MASK = self.K
        self.tokens = torch.stack([self.encode(string) for string in self.strings])  # (N, L)
        self._codes = self._code(self.tokens)

    @property
    def entropy(self) -> float:
        """log N [nats]: no model can describe a string in fewer nats, on average."""
        return math.log(len(self.strings))

    def encode(self, text: str) -> Tensor:
        """The tokens (L,) of a string; `·` or `?` is MASK. Raises ValueError, with a sentence, for any other text."""
        if len(text) != self.L:
            raise ValueError(f"{text!r} has {len(text)} characters; every string of this language has {self.L}.")
        for place, character in enumerate(text, start=1):
            if character not in self.alphabet + MASK_SIGNS:
                raise ValueError(f"Character {place} of {text!r} is {character!r}. The alphabet is {self.alphabet!r}, "
                                 f"and {MASK_SIGNS[0]!r} or {MASK_SIGNS[1]!r} for MASK.")  # fmt: skip
        return torch.tensor([self.alphabet.find(character) % (self.K + 1) for character in text])  # -1 becomes K

    def decode(self, tokens: Tensor) -> str:
        """The string of tokens (L,). Raises ValueError for a number that is no token."""
        wrong = [token for token in tokens.tolist() if token not in range(self.K + 1)]
        if wrong:
            raise ValueError(f"{wrong[0]} is no token: tokens are 0 to {self.K - 1}, and {self.K} is MASK.")
        return "".join((self.alphabet + MASK_SIGNS[0])[token] for token in tokens.tolist())

    def texts(self, tokens: Tensor) -> list[str]:
        """The strings of a batch of tokens (B, L)."""
        return [self.decode(row) for row in tokens]

    def valid(self, tokens: Tensor) -> Tensor:
        """Which rows (B,) of tokens (B, L) are strings of the language."""
        return torch.isin(self._code(tokens), self._codes)

    def solutions(self, text: str) -> list[str]:
        """The strings of the language that agree with a text in every place that is not masked."""
        known = self.encode(text)
        fits = ((self.tokens == known) | (known == self.MASK)).all(dim=1)
        return [string for string, fit in zip(self.strings, fits.tolist(), strict=True) if fit]

    def draw(self, num: int) -> Tensor:
        """Random strings, as tokens (num, L)."""
        return self.tokens[torch.randint(len(self.tokens), (num,))]

    def _code(self, tokens: Tensor) -> Tensor:
        """One number (B,) per row, another one for every other row."""
        return (tokens * (self.K + 1) ** torch.arange(self.L)).sum(dim=-1)


def sums() -> Language:
    """The 100 sums of two digits, such as 7+8=15 and 1+2=03. Two of the six positions never change."""
    return Language([f"{a}+{b}={a + b:02d}" for a in range(10) for b in range(10)], "+0123456789=")


def sudokus() -> Language:
    """All 288 ways to fill a 4x4 sudoku: row after row, 16 digits of 1 to 4."""
    lines = list(itertools.permutations("1234"))
    grids = [()]
    for _ in range(4):
        grids = [(*grid, line) for grid in grids for line in lines if _fits(grid, line)]
    return Language(["".join(itertools.chain(*grid)) for grid in grids], "1234")


def _fits(grid: Sequence[Sequence[str]], line: Sequence[str]) -> bool:
    """Whether a line may follow: no digit twice in a column, nor in a 2x2 box."""
    if any(above[column] == line[column] for above in grid for column in range(4)):
        return False
    return len(grid) % 2 == 0 or all(len({*grid[-1][k : k + 2], *line[k : k + 2]}) == 4 for k in (0, 2))
