"""What of an exam lies locked in a repository until it begins, behind the code of its sitting."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import scrypt
from pathlib import Path, PurePosixPath

FOLDER = Path("autograding/locked")
PAPER, SITTING = "paper.bin", "sitting.json"  # in it: what is locked, and what everybody may know
OPENED = Path("autograding/assignment.json")  # the grader knows the tasks as soon as it is there
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "234567"  # of a code (base32, RFC 4648)
LENGTH = 8
MOST_NAMED = 3  # of the files that are missing
READ_AS = str.maketrans("08", "OB")  # digits that are in no code, and the letter that each must be
COST = {"n": 2**16, "r": 8, "p": 1, "maxmem": 2**27}  # a locked paper lies on many machines for days: 0.2 s a try


class NotOpened(Exception):
    """The exam stays locked; the message says why, and what to do."""


@dataclass(frozen=True)
class Locked:
    """root: the folder of the repository. facts: of the sitting, as `facts_of` made them."""

    root: Path
    facts: Mapping

    @classmethod
    def of(cls, root: Path) -> "Locked | None":
        """None where nothing was ever locked. Raises NotOpened where the facts are cut off."""
        path = root / FOLDER / SITTING
        if not (root / FOLDER).is_dir():
            return None
        try:
            return cls(root, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            raise NotOpened(_not_whole([path.relative_to(root).as_posix()])) from None

    @property
    def begun(self) -> bool:
        return (self.root / OPENED).is_file()

    @cached_property
    def due(self) -> datetime:
        """The end for everybody who has no extra minutes, as it was known when the repository was made."""
        return datetime.fromisoformat(self.facts["due"])

    def open(self, code: str) -> dict[str, bytes]:
        """The locked files by their path. Raises NotOpened for a wrong code, and where the repository is not whole."""
        spelled = _spelled(code)
        if missing := self._missing():
            raise NotOpened(_not_whole(missing))
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        sealed = (self.root / FOLDER / PAPER).read_bytes()
        try:
            return unpacked(AESSIV(key_of(self.facts["slug"], self.facts["sitting"], spelled)).decrypt(sealed, None))
        except InvalidTag:
            raise NotOpened(self._wrong(spelled)) from None

    def _missing(self) -> list[str]:
        """Files that the repository was made with and that are not there; the paper, too, where it is cut off."""
        missing = [name for name in self.facts["files"] if not self.begun and not (self.root / name).is_file()]
        paper = self.root / FOLDER / PAPER
        whole = paper.is_file() and hashlib.sha256(paper.read_bytes()).hexdigest() == self.facts["sha256"]
        return missing if whole else [(FOLDER / PAPER).as_posix(), *missing]

    def _wrong(self, spelled: str) -> str:
        mine = self.facts["sitting"]
        for other, value in self.facts["others"].items():
            if value == check_value(self.facts["slug"], other, spelled):
                return (
                    f"That is the code of another sitting, {other!r}; this repository is for {mine!r}. Look at the code "
                    "that is shown in your room, or ask the proctor which sitting is yours."
                )
        return (
            f"{spelled[:4]}-{spelled[4:]} is not the code of this exam. Compare it letter by letter with the one that is "
            "shown: O is a letter, and so are I and L. Nothing was changed."
        )


def key_of(slug: str, sitting: str, spelled: str) -> bytes:
    return scrypt(spelled.encode(), salt=f"{slug}/{sitting}/paper".encode(), dklen=64, **COST)


def check_value(slug: str, sitting: str, spelled: str) -> str:
    """Tells whether a code is that of a sitting, and opens nothing."""
    return scrypt(spelled.encode(), salt=f"{slug}/{sitting}/whose".encode(), dklen=16, **COST).hex()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Equal files make equal bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if ".." not in PurePosixPath(name).parts and not name.startswith("/")]
        return {name: archive.read(name) for name in names}


def _spelled(code: str) -> str:
    """The letters of a code, whatever its case and dashes. Raises NotOpened for what can be no code."""
    spelled = "".join(letter for letter in code.upper() if letter.isalnum()).translate(READ_AS)
    if odd := [letter for letter in spelled if letter not in LETTERS + DIGITS]:
        meant = "I or L" if odd[0] == "1" else "another one"
        raise NotOpened(f"A code has letters and the digits 2 to 7, and no {odd[0]!r}: is it {meant}? Type it again.")
    if len(spelled) != LENGTH:
        count = f"{len(spelled)} of them" if spelled else "none"
        raise NotOpened(f"A code has {LENGTH} letters and digits, as in K7QF-2MXA; here are {count}. Type it again.")
    return spelled


def _not_whole(missing: list[str]) -> str:
    more = f" and {len(missing) - MOST_NAMED} more" * (len(missing) > MOST_NAMED)
    return (
        f"This copy of the repository is not whole ({', '.join(missing[:MOST_NAMED])}{more}): was the clone cut off? Run "
        "`git restore .` in this folder and start again. If that does not help, clone it once more into a new folder. "
        "Nothing was changed."
    )
