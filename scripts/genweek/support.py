"""What only the tests have, for a script that shows or measures something with it: the fake GitHub, the toy assignment."""

import sys

from .course.day import ROOT, CourseError

FOLDER = ROOT / "tests/support"


def with_support() -> None:
    """From now on its modules can be imported. Raises CourseError where they are missing."""
    if not FOLDER.is_dir():
        raise CourseError(f"There is no {FOLDER}. The fake GitHub lies there: run this in a whole copy of the repository.")
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
