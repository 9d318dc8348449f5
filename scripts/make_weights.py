#!/usr/bin/env python3
"""Train the weights that the course ships, by name, and write them into genlab: seconds to minutes each.

examples: scripts/make_weights.py nb1          what the checkpoints of a notebook offer, by executing it solved
          scripts/make_weights.py nb4.v        one network that a lesson is given ready-made
          scripts/make_weights.py examA.other --paper dune      of an exam, on this paper alone
          scripts/make_weights.py --list       what there is
"""

import _venv  # noqa: F401  (continues inside .venv)

from genweek import verbs
from genweek.course.day import CourseError, readable
from genweek.course.toml import did_you_mean


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="notebooks, or single networks")
    parser.add_argument("--paper", action="append", default=[], metavar="NAME", help="of an exam, only on this one")
    parser.add_argument("--list", action="store_true", help="print the names, and train nothing")
    options = parser.parse_args()
    if options.list:
        parser.only_with(options, "--list")
    if options.paper and (whole := [name for name in options.names if "." not in name]):
        parser.error(f"--paper is for a single network, as examA.noise is, and {whole[0]} is a whole notebook")
    from genweek.making import weights  # not above: torch is slow to import, and --help should not wait for it

    found, problems = readable()
    notebooks = {stem.partition("_")[0]: (day, stem) for day in found for stem in day.notebooks}
    known = [*notebooks, *(name for name in weights.TRAINERS if name.partition(".")[0] in notebooks)]
    if options.list or not options.names:
        print(*known)
        if problems:
            raise CourseError("\n".join(problems))
        return 0 if options.list else 2
    for name in options.names:
        if name not in known:
            said = f"There are no weights called {name!r}.{did_you_mean(name, known)} --list prints the names."
            raise CourseError("\n".join([*problems, said]))
    for name in options.names:
        day, stem = notebooks[name.partition(".")[0]]
        one = "." in name
        for path in weights.train_network(day, stem, name, options.paper) if one else weights.train_checkpoints(day, stem):
            print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    verbs.run(main)
