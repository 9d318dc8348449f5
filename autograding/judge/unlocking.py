"""Opens checkpoints: working versions of exercises, behind a code that the instructor announces.

The judge does it, never a worker: where an exercise is judged, no source of it may be at hand, and nothing that opens
one. A worker is given the sources of the other exercises alone (see `host`).
"""

import json
import re
from collections.abc import Iterable
from hashlib import scrypt
from pathlib import Path

MOST_CODES = 8  # a notebook has three checkpoints or four, and each code takes a moment to try
ID = re.compile(r"\w+\.\w+")


def unlock(folder: Path, id: str, code: str) -> dict:
    """What a checkpoint holds: `exercises`, the source of each by its top-level name, and `program`, all that it runs.

    Raises ValueError, with a sentence, for a wrong code or id.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    path = folder / f"{id}.bin"
    if not ID.fullmatch(id) or not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.bin"))) or "none"
        raise ValueError(f"There is no checkpoint {id!r} here (there are: {known}).")
    try:
        return json.loads(AESSIV(key_of(id, code)).decrypt(path.read_bytes(), [id.encode()]))
    except InvalidTag:
        raise ValueError(f"Checkpoint {id}: that is not its code. Every checkpoint has one of its own.") from None


def key_of(id: str, code: str) -> bytes:
    """The key of a bundle, slow to try out: scrypt (RFC 7914). Spaces, dashes and case of the code do not matter."""
    spelled = "".join(letter for letter in code.upper() if letter.isalnum())
    return scrypt(spelled.encode(), salt=id.encode(), n=2**14, r=8, p=1, dklen=64)


def unlocked_by(codes: Iterable, folder: Path, untouched: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The sources that the codes of a notebook open, for the exercises that the student has not written; warnings.

    codes: pairs of an id and a code, as a worker has read them: of any form. Of several for one checkpoint, the last
    valid one counts, and the others are no matter.
    """
    opened: dict[str, dict[str, str]] = {}
    wrong: dict[str, str] = {}
    pairs = [(str(pair[0])[:80], str(pair[1])[:80]) for pair in codes if isinstance(pair, list) and len(pair) == 2]
    for id, code in pairs[-MOST_CODES:]:
        try:
            opened[id] = unlock(folder, id, code)["exercises"]
        except (ValueError, OSError) as error:
            wrong[id] = str(error)
    sources = {name: source for checkpoint in opened.values() for name, source in checkpoint.items()}
    warnings = [sentence for id, sentence in wrong.items() if id not in opened]
    sources = {name: sources[name] for name in sources if name in set(untouched)}
    if sources:
        warnings.append(
            f"{', '.join(sources)} came from a checkpoint: they work for what builds on them, and earn no points themselves."
        )
    return sources, warnings
