"""The public keys of the people of a course.

    classroom/keys/LOGIN.pub         a student's, one key a line
    classroom/keys/staff/NAME.pub    who reads everything

They come from students, so each line is taken apart and written anew: a type, a key, and nothing that acts.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ...course.roster import LOGIN
from .gitolite import STAFF

TYPES = ("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-", "sk-ssh-ed25519@", "sk-ecdsa-sha2-")
LARGEST = 2**16  # bytes


@dataclass(frozen=True)
class Key:
    """who: a login, or `staff.NAME`. line: type and key. fingerprint: as ssh shows it."""

    who: str
    line: str
    fingerprint: str


def read_keys(folder: Path) -> tuple[list[Key], list[str]]:
    """All keys, and a sentence for each line that is none: a wrong key shuts nobody else out."""
    found, problems = [], []
    for path in sorted(folder.glob("*.pub")) + sorted(folder.glob("staff/*.pub")):
        where = path.relative_to(folder).as_posix()
        if not LOGIN.fullmatch(path.stem):
            problems.append(f"{where}: {path.stem!r} is no login. Call the file after whose key it is.")
            continue
        who = STAFF * (path.parent != folder) + path.stem.lower()  # as the roster has it
        for number, line in enumerate(_lines(path), 1):
            key = _key(who, line)
            if isinstance(key, Key):
                found.append(key)
            else:
                problems.append(f"{where}, line {number}: {key}")
    return found, problems


def without_doubles(keys: list[Key], before: dict[str, str]) -> tuple[list[Key], list[str]]:
    """One person to a key: sshd knows people by nothing else. before: whose a key (its line) was until now.

    Public keys are public, so a student could hand in a neighbour's. Who had it first keeps it; where nobody had, nobody
    gets it.
    """
    kept, problems = [], []
    owners: dict[str, list[str]] = {}
    for key in keys:
        owners.setdefault(key.line, []).append(key.who)
    for line, people in owners.items():
        first = people[0] if len(set(people)) == 1 else before.get(line)
        if len(set(people)) > 1:
            kept_by = f"It stays {first}'s." if first in people else "Nobody gets in with it."
            problems.append(f"{' and '.join(sorted(set(people)))} have handed in the same key. {kept_by} Ask them.")
        kept += [key for key in keys if key.line == line and key.who == first][:1]
    return kept, problems


def _lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return [line.strip() for line in file.read(LARGEST).splitlines() if line.strip() and line[0] != "#"]


def _key(who: str, line: str) -> Key | str:
    """The key, or what is wrong with the line."""
    words = line.split()
    if "PRIVATE KEY" in line:
        return "this is a private key. Delete it, tell its owner to make a new pair, and ask for the file that ends in .pub."
    if len(words) < 2 or not words[0].startswith(TYPES):
        return f"this is no public key of ssh; one begins with {TYPES[0]} or {TYPES[1]}."
    bare = " ".join(words[:2])
    done = subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=f"{bare}\n", capture_output=True, text=True)
    if done.returncode:
        return "ssh-keygen cannot read this key: it may have been cut off when it was copied."
    return Key(who, bare, done.stdout.split()[1])
