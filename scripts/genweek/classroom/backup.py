"""Packs all that a running course has into one file, while students push.

Of each repository the branches and the record of pushes are read first, until two readings agree, and the objects
afterwards: what was pushed meanwhile is then more than they need, and never less.
"""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

NAME, SECRET = "classroom", "solutions_private/course_secret"  # in the archive
PASSING = (".lock", ".lock.who", ".part")  # how names end that a run which is on has given
BEGUN = (".new-", ".part-", ".scratch", "tmp_obj_")  # and how they begin


def pack(work: Path, secret: Path, target: Path) -> None:
    """work: the classroom. target: the new file, a gzipped tar that its owner alone can read; it appears whole."""
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                _pack(archive, work)
                if secret.is_file():
                    archive.add(secret, SECRET)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _pack(archive: tarfile.TarFile, work: Path) -> None:
    for path in _below(work):
        facts = _settled(path) if path.suffix == ".git" and path.is_dir() else {}
        for one, data in facts.items():
            _add(archive, work, one, data)
        for one in _below(path) if facts else [path]:
            if one not in facts:
                _add(archive, work, one)


def _below(folder: Path) -> Iterator[Path]:
    """A folder and what is in it; a repository within it is one thing. No link is followed."""
    yield folder
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        if entry.name.endswith(PASSING) or entry.name.startswith(BEGUN):
            continue
        if entry.is_dir(follow_symlinks=False) and path.suffix != ".git":
            with suppress(FileNotFoundError):  # it has gone meanwhile
                yield from _below(path)
        else:
            yield path


def _settled(repo: Path) -> dict[Path, bytes]:
    """All files of a repository but its objects, as they stood together."""
    before: dict[Path, bytes] = {}
    while True:
        now = {}
        with suppress(FileNotFoundError):
            now = {
                path: path.read_bytes()
                for path in _below(repo)
                if _is_file(path) and path.relative_to(repo).parts[0] != "objects"
            }
        if now and now == before:
            return now
        before = now


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _add(archive: tarfile.TarFile, work: Path, path: Path, data: bytes | None = None) -> None:
    """data: what is packed in place of what the file holds by now."""
    name = str(Path(NAME) / path.relative_to(work))
    with suppress(FileNotFoundError):
        if data is None:
            archive.add(path, name, recursive=False)
        else:
            facts = archive.gettarinfo(path, name)
            facts.size = len(data)
            archive.addfile(facts, io.BytesIO(data))
