"""The files of a commit as plain files in a folder, read from git's own store.

Nothing of a student's tree is followed, opened or executed: a link, a submodule, a file too large or a name that does
not fit a file system is left out and named. A listing has an end, because a few small trees can name a billion files.
"""

import errno
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograding.reports.escape import one_line

from .git import GitError, call, environment

FILE_MB, ALL_MB, MOST_FILES = 20, 200, 3_000
DEEPEST, LONGEST_NAME, LONGEST_PATH = 12, 200, 600  # folders; bytes, so that a copy in a longer folder still fits
LISTING = 4 * 2**20  # bytes
MOST_NAMED = 5  # of what was left out
KINDS = {"040000": "folder", "120000": "link", "160000": "submodule"}  # by git's mode; anything else is a file
NOT_A_NAME = ("", ".git", "git~1")  # nor anything that a file system takes for one of these
UNFIT = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)


@dataclass(frozen=True)
class Entry:
    """A file of a tree, or what stands there in place of one. size: bytes."""

    path: str
    mode: str
    id: str
    size: int

    @property
    def kind(self) -> str:
        return KINDS.get(self.mode, "file")

    @property
    def unfit(self) -> str:
        """Why it is not taken, whatever else there is; empty for a file that is."""
        parts = self.path.split("/")
        if self.kind != "file":
            return f"a {self.kind}"
        if self.size > FILE_MB * 2**20:
            return f"larger than {FILE_MB} MB"
        if any(len(os.fsencode(part)) > LONGEST_NAME or _plain(part) in NOT_A_NAME for part in parts):
            return "names that no file can have"
        if len(parts) > DEEPEST or len(os.fsencode(self.path)) > LONGEST_PATH:
            return "too deep"
        return ""


def _plain(name: str) -> str:
    return "".join(filter(str.isprintable, name)).rstrip(". ").lower()


def snapshot(repo: Path, commit: str, folder: Path, reserved: Sequence[str] = ()) -> list[str]:
    """Write the files of a commit into the new folder `folder`; a sentence for each reason why some were left out.

    reserved: names at the top that are ours. Raises GitError when an object is missing or broken, and OSError when the
    disk is full.
    """
    folder.mkdir(parents=True)
    found, cut = _entries(repo, commit)
    left_out: dict[str, list[str]] = {}
    count = total = 0
    with _contents(repo) as content_of:
        for entry in sorted(found, key=lambda one: one.path != one.path.lower()):  # where case does not tell, ours is lower
            if entry.path.partition("/")[0] in reserved:
                continue
            too_much = count >= MOST_FILES or total + entry.size > ALL_MB * 2**20
            reason = entry.unfit or ("more than a submission may hold" if too_much else "")
            if not reason:
                count, total = count + 1, total + entry.size
                reason = _write(folder / entry.path, content_of(entry))
            if reason:
                left_out.setdefault(reason, []).append(one_line(entry.path)[:LONGEST_NAME])
    if cut:
        left_out.setdefault("more than a submission may hold", []).append("…")
    return [f"Left out ({reason}): {_some(paths)}." for reason, paths in left_out.items()]


def entry_at(repo: Path, commit: str, path: str) -> Entry | None:
    """What stands at a path of a commit, be it a folder (of size 0); None when nothing does."""
    found, _ = _listed(repo, commit, path)
    return next((one for one in found if one.path == path), None)


def content(repo: Path, commit: str, path: str) -> bytes | None:
    """The bytes of a regular file of a commit; None when there is none of that name. Raises GitError."""
    entry = entry_at(repo, commit, path)
    if entry is None or entry.unfit:
        return None
    return call(repo, "cat-file", "blob", entry.id)


def _entries(repo: Path, commit: str) -> tuple[list[Entry], bool]:
    """The files of a commit, those at the top first; and whether there are more than were listed."""
    top, cut_top = _listed(repo, commit)
    deep, cut_deep = _listed(repo, "-r", commit)
    known = {entry.path: entry for entry in [*top, *deep] if entry.kind != "folder"}
    return list(known.values()), cut_top or cut_deep


def _listed(repo: Path, *arguments: str) -> tuple[list[Entry], bool]:
    command = ["git", "-C", str(repo), "ls-tree", "-z", "-l", "--full-tree", *arguments]
    with _git(command) as process:
        text = _pipe(process.stdout).read(LISTING + 1)
        cut = len(text) > LISTING
        if cut:
            process.kill()
        elif process.wait():
            raise GitError(f"git ls-tree failed in {repo.name}: {_last_line(process)}")
    rows = [row.partition(b"\t") for row in text.split(b"\0")[:-1]]  # what follows the last NUL is cut off
    fields = [(facts.decode().split(), os.fsdecode(name)) for facts, _, name in rows]
    return [Entry(name, mode, id, int(size) if size.isdigit() else 0) for (mode, _, id, size), name in fields], cut


@contextmanager
def _contents(repo: Path) -> Iterator:
    """A function that reads the blob of an entry; one git for all of them."""
    with _git(["git", "-C", str(repo), "cat-file", "--batch"], stdin=subprocess.PIPE) as process:
        asked, answers = _pipe(process.stdin), _pipe(process.stdout)

        def read(entry: Entry) -> bytes:
            try:
                asked.write(f"{entry.id}\n".encode())
                asked.flush()
                header = answers.readline().split()
                data = answers.read(int(header[2])) if len(header) == 3 else b""
                whole = len(header) == 3 and len(data) == int(header[2]) and answers.read(1) == b"\n"
            except BrokenPipeError:
                whole = False
            if not whole:
                raise GitError(f"{one_line(entry.path)} cannot be read in {repo.name}: its object is missing or broken")
            return data

        yield read


@contextmanager
def _git(command: Sequence[str], **options) -> Iterator[subprocess.Popen]:
    here = environment() | {"GIT_CEILING_DIRECTORIES": str(Path(command[2]).resolve().parent)}
    process = subprocess.Popen(command, env=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        yield process
    finally:
        process.kill()
        for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
            with suppress(BrokenPipeError):
                pipe.close()
        process.wait()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None, "it was asked for"
    return end


def _last_line(process: subprocess.Popen) -> str:
    return (_pipe(process.stderr).read(2**16).decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]


def _write(path: Path, data: bytes) -> str:
    """Why the file system does not take it; empty when it has."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        if error.errno not in UNFIT:
            raise
        return "names that another one has taken, or that no file can have"
    return ""


def _some(paths: list[str]) -> str:
    more = len(paths) - MOST_NAMED
    return ", ".join(paths[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
