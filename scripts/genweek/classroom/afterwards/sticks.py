"""Work that came on a stick because the network was down: `bundles/LOGIN.bundle` or `bundles/LOGIN.zip`.

A bundle is a repository in a file; of a zip a commit is made, so that both are read as a push is (`forges.snapshot`), by
its limits, without following or running anything. A zip with the notebooks of a commit that was pushed is that commit. What
cannot be read is a sentence.
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
from ...forges.git import GitError, commit_on, git, resolve, succeeds
from ...forges.snapshot import ALL_MB, FILE_MB, MOST_FILES
from .papers import LOCKED

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


@dataclass(frozen=True)
class Unpacked:
    """locked: git's name of the locked paper that lies beside the work, where there is one. left_out: a sentence for each
    notebook that could not be taken."""

    commit: str
    locked: str = ""
    left_out: Sequence[str] = ()


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


def unpack(path: Path, repo: Path, stems: Sequence[str]) -> Unpacked:
    """Bring what a stick holds into a bare repository, which may hold the student's pushes. stems: of the notebooks.
    Raises CourseError with a sentence for whoever collects."""
    if path.stat().st_size > MOST_MB * 2**20:
        raise CourseError(f"{path.name} is larger than {MOST_MB} MB. Let the student leave out what is no notebook.")
    return _bundle(path, repo) if path.suffix.lower() == BUNDLE else _zip(path, repo, stems)


def _bundle(path: Path, repo: Path) -> Unpacked:
    try:
        heads = git(repo, "bundle", "list-heads", str(path.resolve())).splitlines()
    except GitError:
        raise CourseError(f"{path.name} is no git bundle, or only half of one: copy it from the stick again.") from None
    names = [line.partition(" ")[2] for line in heads]
    name = "HEAD" if names == ["HEAD"] else MAIN  # made of HEAD alone, it has no name of a branch
    if name not in names:
        there = ", ".join(one_line(name.removeprefix("refs/heads/")) for name in names) or "nothing"
        raise CourseError(
            f"{path.name} has no branch main (it holds {there}), and only main counts. If the student says which it is: "
            f"git clone -b BRANCH {path.name} it, git -C it branch -f main, git -C it bundle create ../LOGIN.bundle main."
        )
    try:
        git(repo, "config", "transfer.fsckObjects", "true")
        git(repo, "fetch", "--quiet", "--no-tags", str(path.resolve()), name)
    except GitError:
        why = "it builds on commits that were never pushed" if _lacks(path, repo) else "it is damaged"
        raise CourseError(
            f"{path.name} cannot be read: {why}. The whole of it: git bundle create LOGIN.bundle main."
        ) from None
    commit = git(repo, "rev-parse", "FETCH_HEAD^{commit}")
    return Unpacked(commit, resolve(repo, f"{commit}:{LOCKED}") or "")


def _lacks(path: Path, repo: Path) -> bool:
    """Whether a bundle builds on commits that are not here (gitformat-bundle: they stand in its head, after a hyphen)."""
    with path.open("rb") as file:
        head = file.read(2**16).split(b"\n\n")[0].split(b"\n")
    needed = [line[1:41].decode(errors="replace") for line in head if line.startswith(b"-")]
    return not all(succeeds(repo, "cat-file", "-e", commit) for commit in needed)


def _zip(path: Path, repo: Path, stems: Sequence[str]) -> Unpacked:
    names = [f"{stem}{half}" for stem in stems for half in (".ipynb", ".py")]
    try:
        with zipfile.ZipFile(path) as archive:
            taken, locked, left_out = _wanted(path, archive, names)
            files = {name: archive.read(info) for name, info in taken.items()}
            paper = archive.read(locked) if locked else b""
    except BROKEN_ZIP as error:
        locked_up = "it is locked with a password" if "password" in str(error) else "it is no zip, or only half of one"
        raise CourseError(f"{path.name} cannot be read: {locked_up}. Copy the folder from the stick again.") from None
    commit = commit_on(repo, git(repo, "mktree", given=""), files, "Handed in as a zip\n", WHEN)
    commit = _as_pushed(repo, commit, [name for name in names if name in files]) or commit
    beside = commit_on(repo, git(repo, "mktree", given=""), {LOCKED: paper}, "", WHEN) if paper else ""
    return Unpacked(commit, git(repo, "rev-parse", f"{beside}:{LOCKED}") if paper else "", left_out)


def _as_pushed(repo: Path, made: str, names: Sequence[str]) -> str:
    """The first commit of the student's with these very notebooks; empty where there is none."""
    commits = git(repo, "rev-list", "--topo-order", "--reverse", "--all").split()
    asked = "".join(f"{commit}:{name}\n" for commit in (made, *commits) for name in names)
    said = git(repo, "cat-file", "--batch-check=%(objectname)", given=asked).splitlines()
    ours, *theirs = zip(*(said[number :: len(names)] for number in range(len(names))), strict=True)
    return next((commit for commit, one in zip(commits, theirs, strict=True) if one == ours), "")


def _wanted(
    path: Path, archive: zipfile.ZipFile, names: Sequence[str]
) -> tuple[dict[str, zipfile.ZipInfo], zipfile.ZipInfo | None, list[str]]:
    """The student's own files by their place in the folder that was packed, which is where the notebooks lie; the locked
    paper beside them; and a sentence for each notebook that is a link."""
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(infos) > ENTRIES:
        raise CourseError(f"{path.name} names {len(infos)} files: that is no folder of this course.")
    places = {info: PurePosixPath(info.filename.replace("\\", "/")) for info in infos}
    places = {info: place for info, place in places.items() if place.parts}  # `.` is the folder itself
    for place in places.values():
        if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
            raise CourseError(f"{path.name} was not opened: {one_line(str(place))[:200]} leads out of the folder.")
    notebooks = {info: place for info, place in places.items() if place.name in names and _own(place)}
    linked = [place.name for info, place in notebooks.items() if _is_link(info)]
    links = [f"{path.name}: {name} is a link, and what it leads to is not in there." for name in linked]
    tops = {place.parent for info, place in notebooks.items() if not _is_link(info)}
    if not tops:
        why = " ".join(links) or f"{path.name} holds no notebook of this assignment: is it the right folder?"
        raise CourseError(why)
    top = min(tops, key=lambda one: (len(one.parts), str(one)))
    inside = {info: place.relative_to(top) for info, place in places.items() if place.is_relative_to(top)}
    own = {info: place for info, place in inside.items() if _own(place) and not _is_link(info)}
    _refuse_two_of_one_name(path, own)
    taken = {str(place): info for info, place in own.items()}
    total = sum(info.file_size for info in taken.values())
    largest = max(taken.values(), key=lambda info: info.file_size)
    if total > ALL_MB * 2**20 or largest.file_size > FILE_MB * 2**20 or len(taken) > MOST_FILES:
        raise CourseError(
            f"{path.name} is far too large: {len(taken)} files of {total / 2**20:.0f} MB, the largest "
            f"{one_line(largest.filename)[:200]}. Let the student pack the notebooks alone."
        )
    beside = (info for info, place in inside.items() if str(place) == LOCKED and info.file_size < FILE_MB * 2**20)
    return taken, next(beside, None), links


def _refuse_two_of_one_name(path: Path, own: Mapping[zipfile.ZipInfo, PurePosixPath]) -> None:
    """One of them would be lost."""
    folders, first = {parent for place in own.values() for parent in place.parents}, {}
    for info, place in own.items():
        other = first.setdefault(place, info)
        if place in folders or (other.CRC, other.file_size) != (info.CRC, info.file_size):
            raise CourseError(
                f"{path.name} names {one_line(str(place))[:200]} twice, "
                f"{'as a file and as a folder' if place in folders else 'with other contents'}: pack the folder again."
            )


def _own(place: PurePosixPath) -> bool:
    return not any(part.startswith((".", "__")) or part in NOT_THEIRS for part in place.parts)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
