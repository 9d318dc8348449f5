"""What wakes the upper layer of the hierarchical VAE: two suspects, four cells.

Of the table, seeds 1 and 2 are the runs that the first edition of the notebook printed, to two digits. On a quiet machine
`scripts/experiments.py nb2.four_cells --afresh` measures all of it in a quarter of an hour; more seeds may be added.
"""

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import torch
from genlab.data import binarise, load_mnist
from genlab.nb2.hierarchy import class_agreement, rows_of_one_z2, train_classifier

from .experiment import Claim, Experiment, Row, Table

EPOCHS, WARM_UP = 40, 15
SEEDS = range(3)  # those of a student begin at 8
ARROWS = ("q(z2|x)", "q(z2|z1)")


def four_cells(notebook: ModuleType, seed: int) -> Iterator[Row]:
    """Each cell trained and measured as the notebook does it."""
    (train_images, train_labels), (test_images, _) = load_mnist("train"), load_mnist("test")
    train_x, test_x = binarise(train_images), binarise(test_images)
    classifier = train_classifier(train_x, train_labels)
    for arrow, inference in zip(ARROWS, (notebook.InferenceModel, notebook.ChainInference), strict=True):
        for warm_up in (0, WARM_UP):
            torch.manual_seed(seed)
            model = notebook.HierarchicalVAE(notebook.GenerativeModel(), inference())
            log = notebook.fit(model, train_x, test_x, epochs=EPOCHS, warm_up=warm_up, name=f"{arrow}, {warm_up}, {seed}")
            torch.manual_seed(0)
            agreement = class_agreement(classifier, rows_of_one_z2(model.generative, rows=300, columns=10))
            yield {
                "arrow": arrow,
                "warm_up": warm_up,
                "seed": seed,
                "kl2": log.last("KL of layer 2"),
                "agreement": agreement,
                "minus_elbo": log.last("-ELBO"),
            }


def awake(table: Table) -> bool:
    """Does every run with warm-up carry more, and agree more, than every run without?"""
    return all(table.of(what, warm_up=WARM_UP).min() > table.of(what, warm_up=0).max() for what in ("kl2", "agreement"))


def asleep(table: Table) -> bool:
    """Does every run without warm-up miss both targets of the notebook?"""
    return table.of("kl2", warm_up=0).max() < 4 and table.of("agreement", warm_up=0).max() < 0.5


def seeds_differ_as_cells_do(table: Table) -> bool:
    cells = [table.of("minus_elbo", arrow=arrow, warm_up=warm_up) for arrow in ARROWS for warm_up in (0, WARM_UP)]
    means = sorted(cell.mean() for cell in cells)
    return max(np.ptp(cell) for cell in cells) > min(np.diff(means))


FOUR_CELLS = [
    Claim("two seeds of one cell can differ more than two cells", seeds_differ_as_cells_do),
    Claim("without warm-up the layer sleeps whichever way the arrow points", asleep),
    Claim("In all of our runs the layer carries more with warm-up, and its rows agree more, with either arrow.", awake),
    Claim("all runs lie within four nats", lambda table: np.ptp(table.of("minus_elbo")) < 4),
    Claim("The first two targets are missed by every sleeping run of the figure.", asleep),
    Claim(
        'chain_history.last("KL of layer 2"), at_least=4, unit="nats")',
        lambda table: table.of("kl2", arrow="q(z2|z1)", warm_up=WARM_UP).min() >= 4,
    ),
    Claim(
        'report("class agreement at fixed z2", agreement["chain"], at_least=0.5)',
        lambda table: table.of("agreement", arrow="q(z2|z1)", warm_up=WARM_UP).min() >= 0.5,
    ),
    Claim("Here the cure was to let the price of the code rise slowly.", awake),
]
EXPERIMENTS = [
    Experiment("nb2.four_cells", SEEDS, four_cells, FOUR_CELLS, shown=True),
]
