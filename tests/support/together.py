"""Which tests run on one core, one after the other, when the tests run on all cores."""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

# Tests of these rooms hold each other's sandboxes, which are numbered on a machine, if they run at the same time.
WITH_SANDBOX = {"attacks", "regrading", "test_push_attacks.py", "test_survivors.py", "test_a_week.py"}
# These share nothing, and many of their tests take minutes.
APART = {"test_proof.py", "test_lessons.py", "test_cold_start.py", "test_repairs_count.py"}


def together(nodeid: str) -> str:
    """What a test has in common with those that run on one core with it, when the tests run on all cores."""
    path = PurePosixPath(nodeid.partition("::")[0])
    if WITH_SANDBOX & set(path.parts):
        return "sandbox"
    return nodeid if path.name in APART else str(path)  # the tests of a file share what they build


class Together(LoadScopeScheduling):
    """By the ids of tests, as pytest has them: xdist's own marks for groups are not seen from pytest 9.2 on."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)
