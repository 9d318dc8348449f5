#!/usr/bin/env python3
"""Train the weights that checkpoints ship, by executing the solved notebooks: a few minutes each.

example: scripts/make_weights.py day1_vae nb1_vanilla_vae
"""

import _venv  # noqa: F401  (continues inside .venv)

import argparse
import sys

from genweek.course import CourseError, Day
from genweek.weights import train_checkpoints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", metavar="SLUG", help="the assignment")
    parser.add_argument("stems", nargs="*", metavar="NOTEBOOK", help="its notebooks (default: all)")
    options = parser.parse_args()
    day = Day.load(options.slug)
    for stem in options.stems or day.notebooks:
        for path in train_checkpoints(day, stem):
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    try:
        main()
    except CourseError as error:
        sys.exit(f"make_weights: {error}")
