#!/usr/bin/env python3
"""Run the experiments behind sentences of the lessons, and write their tables: minutes each, on one core.

A seed that a table has already is left out, so an interrupted run goes on where it was. A lesson whose code has changed
wants --afresh. verify.py compares each table with the sentences that it bears out.

examples: scripts/experiments.py --list                      what there is
          scripts/experiments.py nb2.four_cells              the seeds that its table lacks
          scripts/experiments.py nb2.four_cells --afresh     all its seeds once more
"""

import _venv  # noqa: F401  (continues inside .venv)

from autograding.whole import write_whole
from genweek import verbs
from genweek.course.day import CourseError, Day, days
from genweek.course.toml import did_you_mean


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="experiments")
    parser.add_argument("--list", action="store_true", help="print the names, and run nothing")
    parser.add_argument("--afresh", action="store_true", help="measure every seed again")
    options = parser.parse_args()
    if options.list:
        parser.only_with(options, "--list")
    from genweek.experiments import EXPERIMENTS  # not above: torch is slow to import, and --help should not wait for it

    if options.list or not options.names:
        print(*EXPERIMENTS, sep="\n")
        return 0 if options.list else 2
    for name in options.names:
        if name not in EXPERIMENTS:
            near = did_you_mean(name, EXPERIMENTS)
            raise CourseError(f"There is no experiment called {name!r}.{near} --list prints the names.")
    notebooks = {stem.partition("_")[0]: (day, stem) for day in days([]) for stem in day.notebooks}
    for name in options.names:
        run(EXPERIMENTS[name], *notebooks[name.partition(".")[0]], options.afresh)
    return 0


def run(experiment, day: Day, stem: str, afresh: bool) -> None:
    """Measure seed after seed; each is in the table as soon as it is done."""
    import torch
    from genweek.experiments import Table
    from genweek.making.weights import solved_notebook

    torch.set_num_threads(1)
    notebook, path = solved_notebook(day, stem), experiment.table_in(day)
    table = Table([] if afresh else Table.read(path).rows)
    for seed in (seed for seed in experiment.seeds if seed not in table.seeds):
        rows = list(experiment.measure(notebook, seed))
        table = Table([*table.rows, *rows])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, table.text)
        print(f"{path}: seed {seed} measured", flush=True)


if __name__ == "__main__":
    verbs.run(main)
