"""What a fix changes in one state of a student's files: a commit, what is staged, or what lies in the folder.

Halves of a pair are merged cell by cell. Any other file is the course's: where the student changed it too, theirs is kept
beside it. What is brought twice is brought once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Protocol

from .cells import Cell, Text, merge_texts, read_cells
from .starter import Starter, is_half

MOST_BYTES, MOST_CELLS = 8 * 2**20, 1_000  # of one notebook: comparing more would keep all others waiting
MINE = ".mine"  # at the very end of a name, so that the file acts nowhere


class State(Protocol):
    """The files of a student."""

    def read(self, path: str) -> bytes | None:
        """A regular file; None where there is none of that name."""
        ...

    def in_the_way(self, path: str) -> bool:
        """Does something else stand there: a folder, a link, a file where a folder would have to be?"""
        ...


@dataclass
class Brought:
    """changes: the files to write (None: to remove). kept: what stays as the student has it. beside: for a file that is the
    course's now, the place of the student's own."""

    changes: dict[str, bytes | None] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)


def bring(starter: Starter, since: int, state: State) -> Brought:
    """The newest starter, for files that came from version `since` of it."""
    brought = Brought()
    for path, versions in starter.files.items():
        mine, after = state.read(path), versions[-1]
        if _plain(mine) == _plain(after):
            continue
        handed_out = mine is not None and _plain(mine) in map(_plain, versions)
        news = versions[since] != after
        if mine is None and state.in_the_way(path):
            brought.kept += [path] * news
        elif handed_out or (mine is None and news and (versions[since] is None or not is_half(path))):
            brought.changes[path] = after
        elif mine is not None and after is not None and versions[since] is not None and is_half(path):
            merged, own = _merged(path, versions, since, mine)
            brought.kept += [f"{path}: {title}" for title in own]
            if merged != mine:
                brought.changes[path] = merged
        elif news and (mine is None or after is None):
            brought.kept.append(path)
        elif news and mine is not None:
            place = _beside(state, path, mine)
            brought.changes |= {place: mine, path: after}
            brought.beside[path] = place
    return brought


def written_back(starter: Starter, since: int, state: State) -> list[str]:
    """The notebooks that had a fix, and hold the text from before it: an open tab has saved what it showed."""
    found = []
    for path, versions in starter.files.items():
        mine = state.read(path) if path.endswith(".ipynb") and is_half(path) else None
        try:
            if mine is not None and versions[_began_from(path, versions, since, mine)] != versions[since]:
                found.append(path)
        except (ValueError, RecursionError):  # it is no notebook: grading says so
            continue
    return found


def _merged(path: str, versions: Sequence[bytes | None], since: int, mine: bytes) -> tuple[bytes, list[str]]:
    if len(mine) > MOST_BYTES or mine.count(b'"cell_type"') > MOST_CELLS:
        return mine, ["all of it (it is too large)"]
    try:
        base, new = versions[_began_from(path, versions, since, mine)] or b"", versions[-1] or b""
        text, kept = merge_texts(path, base.decode(), mine.decode("utf-8-sig"), new.decode(), _outdated(path, versions))
        return (mine, kept) if text == mine.decode("utf-8-sig") else (text.encode(), kept)
    except (ValueError, RecursionError) as error:
        return mine, [f"all of it ({'it is no UTF-8 text' if isinstance(error, UnicodeError) else error})"]


def _outdated(path: str, versions: Sequence[bytes | None]) -> set[Text]:
    """The texts of cells that the newest version has no more."""
    texts = [_texts(_given(path, version)) for version in versions if version is not None]
    return set[Text]().union(*texts) - texts[-1]


def _began_from(path: str, versions: Sequence[bytes | None], since: int, mine: bytes) -> int:
    """The version that a notebook holds: an earlier one than `since`, where an open tab has written the old text back."""
    if not path.endswith(".ipynb"):
        return since  # an editor asks before it overwrites a script
    own = read_cells(path, mine.decode("utf-8-sig"))
    while since and (before := versions[since - 1]) is not None and (now := versions[since]) is not None:
        if before != now and _has_any_of(own, _given(path, before), _given(path, now)):
            break
        since -= 1
    return since


def _has_any_of(own: Sequence[Cell], old: Sequence[Cell], new: Sequence[Cell]) -> bool:
    """Does a notebook have anything of what came from `old` to `new`: a text, or a cell of that id that the student has
    changed since? Where cells only went: is one of them gone?"""
    before = _texts(old)
    came = [cell for cell in new if cell.text not in before]
    if not came:
        return not before - _texts(new) <= _texts(own)
    changed = {cell.id for cell in own if cell.id and cell.text not in before}
    return any(cell.text in _texts(own) or cell.id in changed for cell in came)


@lru_cache(maxsize=64)
def _given(path: str, version: bytes) -> list[Cell]:
    return read_cells(path, version.decode())


def _texts(cells: Sequence[Cell]) -> set[Text]:
    return {cell.text for cell in cells}


def _beside(state: State, path: str, mine: bytes) -> str:
    places = (f"{path}{MINE}{n or ''}" for n in count())
    return next(place for place in places if state.read(place) == mine or _free(state, place))


def _free(state: State, place: str) -> bool:
    return state.read(place) is None and not state.in_the_way(place)


def _plain(content: bytes | None) -> bytes | None:
    """What makes two files the same, wherever git or an editor changes the ends of lines."""
    return content.replace(b"\r\n", b"\n") if content is not None and b"\0" not in content else content
