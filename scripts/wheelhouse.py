#!/usr/bin/env python3
"""Fill a folder with all that students install, for a stick or a share: then nobody downloads anything in class.

examples: scripts/wheelhouse.py wheels                                 for this system, Python 3.11
          scripts/wheelhouse.py wheels --for linux windows macos       for a class
          scripts/wheelhouse.py wheels --for windows --python 3.11 3.12 3.13
"""

import _venv  # noqa: F401  (continues inside .venv)

import platform
from pathlib import Path

from genweek import verbs
from genweek.making import environment, wheelhouse

OWN = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="made when it is not there; what is there stays")
    parser.add_argument("--for", dest="systems", nargs="+", choices=environment.SYSTEMS, default=[OWN], help=f"({OWN})")
    parser.add_argument("--python", nargs="+", metavar="X.Y", default=["3.11"], help="of the students (3.11)")
    options = parser.parse_args()
    count, size = wheelhouse.fill(options.folder, options.systems, options.python)
    print(f"{options.folder}: {count} wheels, {size / 2**20:.0f} MB. How to install from it: {wheelhouse.NOTE} there.")
    return 0


if __name__ == "__main__":
    verbs.run(main)
