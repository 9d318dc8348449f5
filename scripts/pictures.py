#!/usr/bin/env python3
"""Take the pictures of the README anew, of the pages as they are now: .github/check-cell.png and .github/wall.png.

example: scripts/pictures.py
"""

import _venv  # continues inside .venv

import tempfile
from pathlib import Path

from genweek import verbs
from genweek.demo import pictures


def main() -> int:
    verbs.parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cell = pictures.check_cell(Path(scratch))
    for name, page, size in (("check-cell", cell, (840, 300)), ("wall", pictures.wall(), (1280, 720))):
        path = _venv.ROOT / ".github" / f"{name}.png"
        pictures.take(page, size, path)
        print(f"{path.relative_to(_venv.ROOT)}: {path.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    verbs.run(main)
