#!/usr/bin/env python3
"""Pack all that a running course has into one file: the classroom with its forge, and the course secret.

examples: scripts/backup.py course.tar.gz
          scripts/backup.py course.tar.gz --forge github:my-org
                                      first copies the repositories that lie at GitHub, and packs the copy, too
          tar -xzpf course.tar.gz     unpacks it, in another copy of this repository; then let it run there with
                                      scripts/generate.py SLUG --apply

Students may go on pushing meanwhile. The copy of what lies at GitHub is classroom/github/ORG/mirror.git: the branches of a
repository are refs/mirror/REPOSITORY/* there, those included that somebody has deleted since. Where it is cut off, run it
again: what is copied stays copied. Whoever has the file has everybody's work and all codes: only you can read it.
"""

import _venv  # noqa: F401  (continues inside .venv)

import os
import sys
from pathlib import Path

from autograding.reports.escape import one_line
from genweek import verbs
from genweek.alone import alone
from genweek.classroom.backup import pack
from genweek.classroom.mirror import NAME, mirror
from genweek.course.day import CourseError, all_slugs
from genweek.forges.forge import Forge
from genweek.making.locking import SECRET_FILE


def main() -> int:
    parser = verbs.parser(__doc__, "forge")
    parser.add_argument("file", type=Path, metavar="FILE", help="the new file, outside the classroom")
    parser.add_argument("--work", type=Path, default=verbs.CLASSROOM, metavar="DIR", help="what is packed (classroom)")
    options = parser.parse_args()
    if not options.work.is_dir():
        raise CourseError(f"There is no {options.work}: nothing was packed.")
    if options.file.exists() or options.file.resolve().is_relative_to(options.work.resolve()):
        raise CourseError(
            f"{options.file} is there already, or lies in {options.work}. Nothing was packed: name another file."
        )
    forge = verbs.elsewhere(options)
    failed = _copy(forge, options.work) if forge else 0
    with alone(options.work / "forge"):
        pack(options.work, SECRET_FILE, options.file)
    print(f"{options.file}: {options.file.stat().st_size / 2**20:.1f} MB")
    if not SECRET_FILE.exists():
        where = "it is $GENWEEK_SECRET" if os.environ.get("GENWEEK_SECRET") else "there is none here"
        print(f"Note: the course secret is not in it, because {where}. Keep it, too.", file=sys.stderr)
    for org in sorted(path for path in (options.work / "github").glob("*") if not forge and not (path / NAME).exists()):
        what = f"The repositories at github:{org.name} are not in it"
        print(f"Note: {what}: with --forge github:{org.name} they are copied, too.", file=sys.stderr)
    return 1 if failed else 0


def _copy(forge: Forge, work: Path) -> int:
    """Renew the copy of a forge that is no folder of ours; how many of its repositories could not be had."""
    if not forge.folder.resolve().is_relative_to(work.resolve()):
        raise CourseError(f"The copy of {forge} would lie in {forge.folder}, outside of what is packed: leave --work out.")
    failed, done = 0, 0
    with verbs.changing(forge.set_up(), apply=True):
        for done, one in enumerate(mirror(forge, all_slugs()), 1):
            print(f"  [{done}] {one.name}  {'✗' if one.problem else '✓'}", flush=True)
            if one.problem:
                failed += 1
                print(f"        {one_line(one.problem)}", file=sys.stderr)
    if failed:
        print(f"{failed} of {done} could not be copied: the file has what was copied of them before.", file=sys.stderr)
    return failed


if __name__ == "__main__":
    verbs.run(main)
