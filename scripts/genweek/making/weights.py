"""Trained weights for checkpoints: what the solved notebook has trained where it says `checkpoint(…, model=…)`, or where it
would take a network `ready_made(…)`."""

import re
import tempfile
from pathlib import Path

import numpy as np
from genlab.checkpoints import weights_file

from .building import build
from ..course.day import CourseError, Day
from .execution import execute
from .masters import Master

WITH_MODEL = re.compile(r'^checkpoint\("([\w.]+)", code="", model=(\w+)\)$', re.M)
READY_MADE = re.compile(r'^(\w+) = ready_made\("([\w.]+)", .+$', re.M)  # where a notebook takes weights that it may lack
SAVE = 'import numpy; numpy.savez("{path}", **{{k: v.cpu().numpy() for k, v in {model}.state_dict().items()}})'


def train_checkpoints(day: Day, stem: str) -> list[Path]:
    """Execute a solved notebook; keep the weights of its model at every checkpoint that offers them."""
    master = Master(day.masters / f"{stem}.py")
    written = []
    with tempfile.TemporaryDirectory() as scratch:

        def save(found: re.Match, id: int = 1, model: int = 2) -> str:
            return SAVE.format(path=f"{scratch}/{found[id]}.npz", model=found[model])

        for cell in master.solved.cells:
            cell.source = WITH_MODEL.sub(save, cell.source)
            cell.source = READY_MADE.sub(lambda found: save(found, id=2, model=1), cell.source)
        _, error = execute(master, build(day, Path(scratch)), Path(scratch))
        if error:
            raise CourseError(f"{stem} does not run from top to bottom:\n{error}")
        for path in sorted(Path(scratch).glob("*.npz")):
            with np.load(path) as arrays:
                written.append(weights_file(path.stem))
                written[-1].parent.mkdir(exist_ok=True)
                np.savez_compressed(written[-1], **compact(dict(arrays)))
    return written


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
