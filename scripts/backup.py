#!/usr/bin/env python3
"""Pack all that a running course has into one file: the classroom with its forge, and the course secret.

examples: scripts/backup.py course.tar.gz
          tar -xzpf course.tar.gz     unpacks it, in another copy of this repository; then let it run there with
                                      scripts/generate.py SLUG --apply

Students may go on pushing meanwhile. Whoever has the file has everybody's work and all codes: only you can read it.
"""

import _venv  # noqa: F401  (continues inside .venv)

import os
import sys
from pathlib import Path

from genweek import verbs
from genweek.alone import alone
from genweek.classroom.backup import pack
from genweek.course.day import CourseError
from genweek.making.locking import SECRET_FILE


def main() -> int:
    parser = verbs.parser(__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the new file, outside the classroom")
    parser.add_argument("--work", type=Path, default=verbs.CLASSROOM, metavar="DIR", help="what is packed (classroom)")
    options = parser.parse_args()
    if not options.work.is_dir():
        raise CourseError(f"There is no {options.work}: nothing was packed.")
    if options.file.exists() or options.file.resolve().is_relative_to(options.work.resolve()):
        raise CourseError(
            f"{options.file} is there already, or lies in {options.work}. Nothing was packed: name another file."
        )
    with alone(options.work / "forge"):
        pack(options.work, SECRET_FILE, options.file)
    print(f"{options.file}: {options.file.stat().st_size / 2**20:.1f} MB")
    if not SECRET_FILE.exists():
        where = "it is $GENWEEK_SECRET" if os.environ.get("GENWEEK_SECRET") else "there is none here"
        print(f"Note: the course secret is not in it, because {where}. Keep it, too.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    verbs.run(main)
