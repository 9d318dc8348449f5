"""Which branch of a student's repository is ours to move: one that a student has pushed is never replaced."""

from itertools import count

from ...forges.forge import Forge


def ours(forge: Forge, name: str, wanted: str) -> str:
    """`wanted`; where the student has a branch of that name, `wanted-2`, and so on."""
    pushed = {(push.branch, push.commit) for push in forge.pushes(name)}
    branches = (f"{wanted}-{n}" if n > 1 else wanted for n in count(1))
    return next(branch for branch in branches if (branch, forge.tip(name, branch)) not in pushed)


def told(branch: str, wanted: str) -> str:
    """The branch, and why it is not the wanted one."""
    return f"branch {branch}" if branch == wanted else f"branch {branch} (the student has an own branch {wanted})"
