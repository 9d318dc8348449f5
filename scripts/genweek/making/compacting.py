"""Weights as they travel: small, and close enough to what was trained."""

import numpy as np


def compact(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Vectors in float16; matrices in 8 bits, with one scale per row: less than 1 MB where float16 is 2."""
    stored = {}
    for key, values in arrays.items():
        if values.ndim < 2:
            stored[key] = values.astype(np.float16)
        else:
            scale = np.abs(values).reshape(len(values), -1).max(1) / 127 + 1e-12
            stored[key] = np.round(values / scale.reshape(-1, *[1] * (values.ndim - 1))).astype(np.int8)
            stored[f"{key}:scale"] = scale.astype(np.float32)
    return stored
