#!/usr/bin/env python3
"""Choose the versions that students and the runner have, anew: constraints.txt and requirements.lock.

examples: scripts/environment.py           let pip choose the newest versions that fit, and write both files
          scripts/environment.py --check   only say whether they agree with the requirements
"""

import _venv  # continues inside .venv

import sys

from genweek import verbs
from genweek.making import environment


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when they do not agree")
    if not parser.parse_args().check:
        for path in environment.renew():
            print(f"{path.relative_to(_venv.ROOT)}: {len(environment.pinned(path))} packages")
    if faults := list(environment.faults()):
        print("\n".join(faults) + "\nRun: scripts/environment.py", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    verbs.run(main)
