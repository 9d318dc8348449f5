"""What a course keeps is for the eyes of its owner: folders that nobody else on the machine can open."""

import os
from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make it, and what is missing above it, for its owner alone. A folder that is there keeps its rights."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        one.chmod(0o700)


def close(path: Path) -> bool:
    """Take the rights of everybody else from a file or folder of ours; whether somebody had any.

    A group keeps them where it may write: then somebody has let two instructors work on one course.
    """
    if os.name == "nt" or not path.exists() or path.stat().st_uid != os.getuid():
        return False
    mode = path.stat().st_mode & 0o7777
    closed = mode & ~(0o007 if mode & 0o020 else 0o077)
    if closed == mode:
        return False
    path.chmod(closed)
    return True
