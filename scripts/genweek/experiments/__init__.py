"""The experiments behind the sentences of the lessons. Each sentence that says what causes what has one, on at least three
seeds, whose table is committed; a proof compares the two (`genweek.proving.experiments`)."""

from . import nb1, nb2, nb3_sampling, nb3_training, nb4
from .experiment import Claim, Experiment, Table

EXPERIMENTS = {one.name: one for module in (nb1, nb2, nb3_sampling, nb3_training, nb4) for one in module.EXPERIMENTS}

__all__ = ["EXPERIMENTS", "Claim", "Experiment", "Table"]
