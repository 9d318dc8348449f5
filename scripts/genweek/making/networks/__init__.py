"""The networks that a lesson is given ready-made, and that no checkpoint trains; and what else is computed for one.

A trainer takes the solved notebook as a module, so that the lesson's own code trains, and returns the weights.
"""

from collections.abc import Callable
from types import ModuleType

import numpy as np

from . import examA, examB, nb1, nb3, nb4

TRAINERS: dict[str, Callable[[ModuleType], dict[str, np.ndarray]]] = {
    "nb1.vae2d": nb1.vae2d,  # ten seconds
    "nb3.clouds": nb3.clouds,  # seconds
    "nb4.classifier": nb4.classifier,  # half a minute
    "nb4.v": nb4.v_network,  # two minutes
    "nb4.samples": nb4.samples,  # two minutes
    "examA.noise": examA.noise_network,  # a minute and a half for each paper
    "examA.other": examA.other_network,
    "examB.network": examB.network,  # a minute for each paper
}
