#!/usr/bin/env python3
"""Train the weights that checkpoints ship, by executing the solved notebooks: a few minutes each.

example: scripts/make_weights.py day1_vae nb1_vanilla_vae
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse

from genweek import verbs
from genweek.course.day import Day
from genweek.making.weights import train_checkpoints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", metavar="SLUG", help="the assignment")
    parser.add_argument("stems", nargs="*", metavar="NOTEBOOK", help="its notebooks (default: all)")
    options = parser.parse_args()
    day = Day.load(options.slug)
    for stem in options.stems or day.notebooks:
        for path in train_checkpoints(day, stem):
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    verbs.run(main)
