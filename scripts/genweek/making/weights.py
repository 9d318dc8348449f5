"""Trained weights: what checkpoints offer, or a solved notebook would take `ready_made(…)`, and what no lesson trains."""

import importlib.util
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from genlab.checkpoints import weights_file

from .building import build
from .checkpoints import CALL
from .compacting import compact
from ..course.day import CourseError, Day
from .execution import execute
from .masters import Master
from .networks import TRAINERS

READY_MADE = re.compile(r'^(\w+) = ready_made\("([\w.]+)", .+$', re.M)  # where a notebook takes weights that it may lack
SAVE = 'import numpy; numpy.savez("{path}", **{{k: v.cpu().numpy() for k, v in {model}.state_dict().items()}})'


def train_checkpoints(day: Day, stem: str) -> list[Path]:
    """Execute a solved notebook; keep the weights of its model wherever it says `checkpoint(…, NAME=…)`."""
    master = Master(day.masters / f"{stem}.py")
    written = []
    with tempfile.TemporaryDirectory() as scratch:

        def save(found: re.Match, id: int = 1, model: int = 2) -> str:
            return SAVE.format(path=f"{scratch}/{found[id]}.npz", model=found[model])

        for cell in master.solved.cells:
            cell.source = CALL.sub(lambda found: save(found) if found[2] else found[0], cell.source)
            cell.source = READY_MADE.sub(lambda found: save(found, id=2, model=1), cell.source)
        _, error = execute(master, build(day, Path(scratch)), Path(scratch))
        if error:
            raise CourseError(f"{stem} does not run from top to bottom:\n{error}")
        for path in sorted(Path(scratch).glob("*.npz")):
            with np.load(path) as arrays:
                written.append(_save(path.stem, compact(dict(arrays))))
    return written


def train_network(day: Day, stem: str, name: str, papers: Sequence[str] = ()) -> list[Path]:
    """Train one of TRAINERS with the code of the solved notebook; of an exam on these papers, or on each."""
    return [_train(one, stem, name) for one in [day.on(paper) for paper in papers] or day.on_each()]


def solved_notebook(day: Day, stem: str) -> ModuleType:
    """The functions and classes of a solved notebook, as a module; the cells that use them are not executed."""
    spec = importlib.util.spec_from_file_location(stem, day.masters / f"{stem}.py")
    assert spec and spec.loader
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    return notebook


def _train(day: Day, stem: str, name: str) -> Path:
    notebook = solved_notebook(day, stem)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return _save(name, TRAINERS[name](notebook), day.paper)


def _save(name: str, arrays: dict[str, np.ndarray], paper: str = "") -> Path:
    """paper: its weights lie in a folder of their own; a repository has those of its paper alone."""
    path = weights_file(name)
    path = path.parent / paper / path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # pyright: ignore[reportArgumentType]  (its stub forgets arrays by name)
    return path
