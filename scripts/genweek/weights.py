"""Trained weights for checkpoints: what the solved notebook has trained where it says `checkpoint(…, model=…)`."""

import re
import tempfile
from pathlib import Path

import numpy as np

from .building import build
from .course import ROOT, CourseError, Day
from .execution import execute
from .masters import Master

WITH_MODEL = re.compile(r'^(?:model = )?checkpoint\("([\w.]+)", code="", model=.*$', re.M)
WEIGHTS = ROOT / "assignments" / "common" / "genlab" / "weights"
SAVE = 'import numpy; numpy.savez("{path}", **{{k: v.cpu().numpy() for k, v in model.state_dict().items()}})'


def train_checkpoints(day: Day, stem: str) -> list[Path]:
    """Execute a solved notebook and keep the weights of its `model` at every checkpoint that offers them, as float16."""
    master = Master(day.masters / f"{stem}.py")
    written = []
    with tempfile.TemporaryDirectory() as scratch:
        for cell in master.solved.cells:
            cell.source = WITH_MODEL.sub(lambda found: SAVE.format(path=f"{scratch}/{found[1]}.npz"), cell.source)
        _, error = execute(master, build(day, Path(scratch)), Path(scratch))
        if error:
            raise CourseError(f"{stem} does not run from top to bottom:\n{error}")
        for path in sorted(Path(scratch).glob("*.npz")):
            with np.load(path) as arrays:
                np.savez_compressed(WEIGHTS / path.name, **{key: arrays[key].astype(np.float16) for key in arrays.files})
            written.append(WEIGHTS / path.name)
    return written
