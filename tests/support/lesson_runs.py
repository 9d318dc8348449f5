"""Runs the cells of a solved notebook in this process, in seconds: networks are trained for a moment only, and few samples
are drawn. That cells run is the question there, not what comes out."""

import re
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from tempfile import TemporaryDirectory
from unittest import mock

import matplotlib.pyplot as plt
import torch

import genlab.training
from genweek.course.day import Day, all_slugs
from genweek.making.masters import Master

LESSONS = [(slug, stem) for slug in all_slugs() if Day.load(slug).facts.kind == "lab" for stem in Day.load(slug).notebooks]
FEW = {  # what is a matter of quality alone, where it stands
    "NUM_SAMPLES = 2000": "NUM_SAMPLES = 40",
    "repeat(16)": "repeat(2)",
    "BATCH_SIZE = 96": "BATCH_SIZE = 16",
    "[2, 5, 10, 20, 50, 100, 200]": "[2, 3, 4, 5, 6]",
    "[1, 2, 3, 4, 6, 12, 25, 50, 100]": "[1, 2]",
    "train_classifier(train_x, train_labels": "train_classifier(train_x[:50], train_labels[:50]",
}
MANY = re.compile(
    r"(?<![\w.\"])(?:[2-9]\d\d|\d{4}|\d\d_\d{3})(?![\w.+])"
)  # samples, draws and steps of training, in a lesson's cell
MOMENT = 8  # steps of a training


@contextmanager
def shortly() -> Iterator[None]:
    """Trainings of a moment, no figure that stays, and a folder of its own for files that a lesson leaves."""

    def train(step, batches, *, epochs=None, steps=None, every=None, _train=genlab.training.train, **options):
        return _train(step, batches, steps=min(steps or MOMENT, MOMENT), every=MOMENT // 4, **options)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    training, showing = mock.patch("genlab.training.train", train), mock.patch("matplotlib.pyplot.show", plt.close)
    with training, showing, plt.rc_context(), TemporaryDirectory() as folder, chdir(folder):
        yield
    torch.set_num_threads(threads)


def sources(master: Master, tag: str | None = None) -> list[str]:
    """Its code cells, solved; of one tag alone, "" for those that have none."""
    cells = [cell for cell in master.solved.cells if cell.cell_type == "code"]
    return [cell.source for cell in cells if tag is None or tag in (cell.metadata.get("tags") or [""])]


def few(cell: str) -> str:
    for long, short in FEW.items():
        cell = cell.replace(long, short)
    defines = re.search(r"^(def|class|@|[A-Z_]+ = )", cell, re.M)
    return cell if defines else MANY.sub("40", cell)


def run(cells: Iterable[str], notebook: dict, times: int = 1) -> None:
    """Run each cell so many times in a row. What raises says in which cell."""
    for cell in cells:
        for time in range(times):
            try:
                exec(compile(few(cell), "cell", "exec"), notebook)
            except Exception as error:
                raise AssertionError(f"{type(error).__name__} ({error}), run {time + 1} of the cell\n{cell}") from error
            plt.close("all")
