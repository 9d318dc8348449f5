"""Inputs for tests: one stream per test, the same on every platform and with every version of numpy and torch.

numpy guarantees the raw bits of a bit generator across versions, but not what its distributions make of them; so the
distributions are made here, and rounded to four decimals, which hides the last bits in which maths libraries differ.
"""

import hashlib
from typing import Any

import numpy as np


class Stream:
    """Draws numpy arrays: float32 for real numbers, as in the notebooks, and int64 for integers."""

    def __init__(self, *key: Any):
        """`key` names the stream: the secret seed and the test's name."""
        digest = hashlib.sha256(repr(key).encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest, "big"))
        self.seed = int.from_bytes(digest[:4], "big")  # for torch inside the worker

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        return self._round(low + (high - low) * self._unit(shape))

    def normal(self, *shape: int, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
        radius = np.sqrt(-2 * np.log1p(-self._unit(shape)))  # Box and Muller 1958
        return self._round(mean + std * radius * np.cos(2 * np.pi * self._unit(shape)))

    def integers(self, low: int, high: int, *shape: int) -> np.ndarray:
        """Integers in [low, high)."""
        return np.floor(low + (high - low) * self._unit(shape)).astype(np.int64)

    def bits(self, *shape: int, p: float = 0.5) -> np.ndarray:
        """Zeros and ones as float32: binarised pixels."""
        return (self._unit(shape) < p).astype(np.float32)

    def _unit(self, shape: tuple[int, ...]) -> np.ndarray:
        raw = self._bits.random_raw(int(np.prod(shape, dtype=int)))
        return (np.asarray(raw, np.uint64) >> np.uint64(11)).astype(np.float64).reshape(shape) * 2.0**-53

    @staticmethod
    def _round(values: np.ndarray) -> np.ndarray:
        return np.round(values, 4).astype(np.float32)
