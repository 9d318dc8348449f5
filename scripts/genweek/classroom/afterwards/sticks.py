"""Work that came on a stick because the network was down: `bundles/LOGIN.bundle` or `bundles/LOGIN.zip`.

A bundle is a repository in a file; of a zip a commit is made, so that both are read as a push is (`forges.snapshot`), by
its limits, without following or running anything. What cannot be read is a sentence.
"""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograding.reading.folder import NOT_THEIRS
from autograding.reports.escape import one_line

from ...course.day import CourseError
from ...course.roster import Student
from ...course.toml import did_you_mean
from ...forges.forge import MAIN
from ...forges.git import GitError, commit_on, git, succeeds
from ...forges.snapshot import ALL_MB, FILE_MB, MOST_FILES

FOLDER, BUNDLE, ZIP = "bundles", ".bundle", ".zip"
KINDS = {BUNDLE: "a git bundle", ZIP: "a zip"}
MOST_MB = 300  # of a file on a stick
ENTRIES = 100_000  # of a zip, an environment that lies in the folder included
WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # of the commit of a zip, so that the same zip is the same commit
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error)
BROKEN_ZIP = (*BROKEN, lzma.LZMAError)


@dataclass(frozen=True)
class Sticks:
    """files: by login. problems: a sentence for each file that is nobody's."""

    files: Mapping[str, Path] = field(default_factory=dict)
    problems: Sequence[str] = ()


def find(folder: Path, slug: str, students: Sequence[Student]) -> Sticks:
    """What lies in a folder; it need not be there. A bundle goes before a zip: it has the history."""
    logins = {login: one.login for one in students for login in (one.login, *one.was)}
    files, problems = {}, []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith("."):
            continue
        name, kind = path.stem.lower().removeprefix(f"{slug}-"), path.suffix.lower()
        if kind not in KINDS or not path.is_file():
            problems.append(f"{path.name} was not taken: it is neither LOGIN{BUNDLE} nor LOGIN{ZIP}.")
        elif name not in logins:
            problems.append(f"{path.name} was not taken: the roster has no login {name!r}.{did_you_mean(name, logins)}")
        elif logins[name] in files:
            problems.append(f"{path.name} was not taken: {files[logins[name]].name} is the same student's.")
        else:
            files[logins[name]] = path
    return Sticks(files, problems)


def unpack(path: Path, repo: Path, stems: Sequence[str]) -> str:
    """Bring what a stick holds into a bare repository, which may hold the student's pushes; the commit. stems: of the
    notebooks. Raises CourseError with a sentence for whoever collects."""
    if path.stat().st_size > MOST_MB * 2**20:
        raise CourseError(f"{path.name} is larger than {MOST_MB} MB. Let the student leave out what is no notebook.")
    return _bundle(path, repo) if path.suffix.lower() == BUNDLE else _zip(path, repo, stems)


def _bundle(path: Path, repo: Path) -> str:
    try:
        heads = git(repo, "bundle", "list-heads", str(path.resolve())).splitlines()
    except GitError:
        raise CourseError(f"{path.name} is no git bundle, or only half of one: copy it from the stick again.") from None
    names = [line.partition(" ")[2] for line in heads]
    if MAIN not in names:
        there = ", ".join(one_line(name.removeprefix("refs/heads/")) for name in names) or "nothing"
        raise CourseError(
            f"{path.name} has no branch main (it holds {there}), and only main counts. If the student says which it is: "
            f"git clone -b BRANCH {path.name}, git branch -f main, git bundle create LOGIN.bundle main."
        )
    try:
        git(repo, "config", "transfer.fsckObjects", "true")
        git(repo, "fetch", "--quiet", "--no-tags", str(path.resolve()), MAIN)
    except GitError:
        why = "it builds on commits that were never pushed" if _lacks(path, repo) else "it is damaged"
        raise CourseError(
            f"{path.name} cannot be read: {why}. The whole of it: git bundle create LOGIN.bundle main."
        ) from None
    return git(repo, "rev-parse", "FETCH_HEAD^{commit}")


def _lacks(path: Path, repo: Path) -> bool:
    """Whether a bundle builds on commits that are not here (gitformat-bundle: they stand in its head, after a hyphen)."""
    with path.open("rb") as file:
        head = file.read(2**16).split(b"\n\n")[0].split(b"\n")
    needed = [line[1:41].decode(errors="replace") for line in head if line.startswith(b"-")]
    return not all(succeeds(repo, "cat-file", "-e", commit) for commit in needed)


def _zip(path: Path, repo: Path, stems: Sequence[str]) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            taken = _wanted(path, archive, stems)
            files = {name: archive.read(info) for name, info in taken.items()}
    except BROKEN_ZIP as error:
        locked = "it is locked with a password" if "password" in str(error) else "it is no zip, or only half of one"
        raise CourseError(f"{path.name} cannot be read: {locked}. Copy the folder from the stick again.") from None
    return commit_on(repo, git(repo, "mktree", given=""), files, "Handed in as a zip\n", WHEN)


def _wanted(path: Path, archive: zipfile.ZipFile, stems: Sequence[str]) -> dict[str, zipfile.ZipInfo]:
    """The student's own files by their place in the folder that was packed, which is where the notebooks lie."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > ENTRIES:
        raise CourseError(f"{path.name} names {len(infos)} files: that is no folder of this course.")
    places = {info: PurePosixPath(info.filename.replace("\\", "/")) for info in infos}
    for place in places.values():
        if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
            raise CourseError(f"{path.name} was not opened: {one_line(str(place))[:200]} leads out of the folder.")
    names = {f"{stem}{half}" for stem in stems for half in (".ipynb", ".py")}
    tops = {place.parent for place in places.values() if place.name in names and _own(place)}
    if not tops:
        raise CourseError(f"{path.name} holds no notebook of this assignment: is it the right folder?")
    top = min(tops, key=lambda one: (len(one.parts), str(one)))
    inside = {info: place.relative_to(top) for info, place in places.items() if place.is_relative_to(top)}
    taken = {str(place): info for info, place in inside.items() if _own(place) and not _is_link(info)}
    total = sum(info.file_size for info in taken.values())
    largest = max(taken.values(), key=lambda info: info.file_size)
    if total > ALL_MB * 2**20 or largest.file_size > FILE_MB * 2**20 or len(taken) > MOST_FILES:
        raise CourseError(
            f"{path.name} is far too large: {len(taken)} files of {total / 2**20:.0f} MB, the largest "
            f"{one_line(largest.filename)[:200]}. Let the student pack the notebooks alone."
        )
    return taken


def _own(place: PurePosixPath) -> bool:
    return not any(part.startswith((".", "__")) or part in NOT_THEIRS for part in place.parts)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
