"""One training scaffold for the whole week: it calls your step, shows progress, and remembers the numbers."""

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from tqdm import tqdm

BAR = "{desc} {percentage:3.0f}% |{bar:20}| step {n}/{total} [{elapsed}<{remaining}]{postfix}"


class History:
    """The numbers logged while training. ``stopped`` is True when the run was interrupted."""

    def __init__(self) -> None:
        self.curves: dict[str, tuple[list[int], list[float]]] = {}  # name -> (steps, values)
        self.stopped = False

    def log(self, step: int, **values: float) -> None:
        for name, value in values.items():
            steps, logged = self.curves.setdefault(name, ([], []))
            steps.append(step)
            logged.append(value)

    def last(self, name: str) -> float:
        """The newest value of one curve; nan when nothing was logged."""
        _, values = self.curves.get(name, ([], []))
        return values[-1] if values else math.nan

    def at(self, name: str, step: int) -> float:
        """The value logged at a step; nan when there is none, for example after an interrupted run."""
        return dict(zip(*self.curves.get(name, ([], [])), strict=True)).get(step, math.nan)


def train(
    step: Callable[[Any], float | dict[str, float]],
    batches: Iterable[Any],
    *,
    epochs: int | None = None,
    steps: int | None = None,
    every: int | None = None,
    evaluate: Callable[[], dict[str, float]] | None = None,
    name: str = "training",
) -> History:
    """Calls ``step(batch)`` for a number of epochs or steps, and logs what it returns.

    Args: step returns the loss, or its parts by name; batches is iterated again and again; every is the number of
    steps between two log entries (default: one epoch, or a fiftieth of the run); evaluate() is logged beside them.
    Interrupting the kernel ends the run early and keeps the model and the history.
    Raises: TypeError when step returns no number, FloatingPointError when a loss is no longer finite.
    """
    if (epochs is None) == (steps is None):
        raise ValueError("Say how long to train: either epochs=… or steps=…, and not both.")
    total = steps if steps is not None else epochs * len(batches)
    every = every or (len(batches) if epochs is not None else max(1, total // 50))
    history, sums = History(), {}

    def log(number: int) -> dict[str, float]:
        """One entry: the means since the last one, and what `evaluate` says."""
        values = {part: value / ((number - 1) % every + 1) for part, value in sums.items()}
        values |= evaluate() if evaluate is not None else {}
        history.log(number, **values)
        return values

    with tqdm(total=total, desc=name, bar_format=BAR, mininterval=1, file=sys.stdout) as bar:
        try:
            for number, batch in enumerate(islice(_forever(batches), total), start=1):
                parts = _as_parts(step(batch), number)
                sums = {part: sums.get(part, 0.0) + value for part, value in parts.items()}
                bar.update()
                if number % every == 0 or number == total:
                    values = log(number)
                    bar.set_postfix_str(", ".join(f"{key} {value:.4g}" for key, value in values.items()), refresh=False)
                    sums = {}
        except KeyboardInterrupt:
            history.stopped = True
    if history.stopped and sums:  # so that the figures below a run that was stopped are of its last step, and not nan
        log(max(bar.n, 1))
    if history.stopped:
        print("Stopped by you. The model keeps what it has learned, and the history what was logged.")
    return history


def report(name: str, value: float, *, at_most: float = math.inf, at_least: float = -math.inf, unit: str = "") -> None:
    """Prints a measured figure beside its target, in one line."""
    bounds = [f"at least {at_least:g}"] if at_least > -math.inf else []
    bounds += [f"at most {at_most:g}"] if at_most < math.inf else []
    verdict = "reached" if at_least <= value <= at_most else "not reached"
    print(f"{name}: {value:#.4g}{unit and ' ' + unit} (target: {', '.join(bounds)}) {verdict}")


def _forever(batches: Iterable[Any]) -> Iterator[Any]:
    while True:
        yield from batches


def _as_parts(result: Any, number: int) -> dict[str, float]:
    """What a step returned, as finite numbers by name."""
    parts = result if isinstance(result, dict) else {"loss": result}
    for name, value in parts.items():
        if not isinstance(value, int | float):
            raise TypeError(f"Your step returned {type(value).__name__} for the {name}; return a Python float instead.")
        if not math.isfinite(value):
            raise FloatingPointError(
                f"The {name} is {value} at step {number}. Check signs and exponentials, then train a fresh model."
            )
    return parts
