"""Checkpoints: what each of them leaves in a notebook, encrypted under a code that the instructor announces.

All codes derive from one course secret, so the sheet of codes can be printed again at any time, and a build with the
same secret is the same to the byte (AES-SIV needs no random nonce, RFC 5297).
"""

import base64
import hmac
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import scrypt
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from autograding.judge.unlocking import key_of

from ..course.day import ROOT, CourseError, Day
from ..private import close
from .checkpoints import bundles
from .masters import Master

SECRET_FILE = ROOT / "solutions_private" / "course_secret"  # never committed
WHERE_IT_LIES = (
    "The right one lies where the repositories were generated, in solutions_private/course_secret or $GENWEEK_SECRET there, "
    "or in a backup (scripts/backup.py). A new course begins with another --forge."
)
SHORTEST, FEWEST = 20, 8  # characters, and different ones, of a secret that nobody finds by trying
LOCKED, CHECK = "genlab/locked", "secret_check"  # the folder in a build, and in it the check value of the secret


def course_secret(make: bool = True, in_use: Mapping[str, str] | None = None) -> bytes:
    """From $GENWEEK_SECRET or the file beside the masters; where there is neither, a new one in that file.

    in_use: check values of what the secret must belong to, by where they stand. Raises CourseError for another secret
    and an empty one; and for none at all, where it must belong to something or `make` is false.
    """
    given, here = os.environ.get("GENWEEK_SECRET"), SECRET_FILE.relative_to(ROOT)
    if given is None and not SECRET_FILE.exists() and (in_use or not make):
        raise CourseError(
            f"There is no {here} and no $GENWEEK_SECRET: with a new secret, the checkpoint codes in the students' notebooks "
            f"would open nothing. {WHERE_IT_LIES}"
        )
    if given is None and not SECRET_FILE.exists() and _made_first():
        print(f"Made a new course secret in {here}: keep a copy, all checkpoint codes depend on it.", file=sys.stderr)
    source = here if given is None else "$GENWEEK_SECRET"
    if given is None and close(SECRET_FILE):
        print(f"Note: others could read {here}. Now it is yours alone.", file=sys.stderr)
    secret = (SECRET_FILE.read_text() if given is None else given).strip().encode()
    if not secret:
        raise CourseError(f"The course secret in {source} is empty. Nothing was done. {WHERE_IT_LIES}")
    for place, value in (in_use or {}).items():
        if value != check_value(secret):
            raise CourseError(
                f"The course secret in {source} is not the one that {place} were made with: no checkpoint code would open, "
                f"and students would read that theirs is wrong. Nothing was done. {WHERE_IT_LIES}"
            )
    return secret


def refuse_guessable(secret: bytes) -> None:
    """Raises CourseError for a secret that a list of words would hold: when an assignment is handed out for the
    first time, for later its secret cannot change any more."""
    if len(secret) >= SHORTEST and len(set(secret)) >= FEWEST:
        return
    here = SECRET_FILE.relative_to(ROOT)
    raise CourseError(
        f"The course secret is too easy to guess: it has fewer than {SHORTEST} characters, or fewer than {FEWEST} different "
        "ones. Each repository carries a value by which a guess can be tried, and whoever finds it has every code, that of "
        f"the exam, too. Nothing was done. Put another one into {here} or $GENWEEK_SECRET, as this makes it: python -c "
        "'import secrets; print(secrets.token_hex(16))'. Keep a copy of the old one for days that are handed out already."
    )


def is_there() -> bool:
    """Whether the course has a secret already."""
    return SECRET_FILE.exists() or "GENWEEK_SECRET" in os.environ


@contextmanager
def planning(in_use: Mapping[str, str]) -> Iterator[None]:
    """While it lasts, a course without a secret has one that is kept nowhere: a plan is made with it, and writes nothing."""
    if in_use or is_there():
        yield
        return
    print(f"Note: the course has no secret yet. --apply makes it, in {SECRET_FILE.relative_to(ROOT)}.")
    os.environ["GENWEEK_SECRET"] = secrets.token_hex(16)
    try:
        yield
    finally:
        del os.environ["GENWEEK_SECRET"]


def check_value(secret: bytes) -> str:
    """Tells which secret belongs to a course, and nothing more of it: as slow to try out as a code (RFC 7914). A guess can
    be tried all the same (see `refuse_guessable`)."""
    return scrypt(secret, salt=b"genweek: whose secret is this?", n=2**14, r=8, p=1, dklen=16).hex()


def _made_first() -> bool:
    """Make the file, whole at once; False where another run has done so meanwhile, and then both use that one."""
    with tempfile.NamedTemporaryFile("w", dir=SECRET_FILE.parent, prefix=".") as file:  # readable by its owner alone
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        try:
            os.link(file.name, SECRET_FILE)
        except FileExistsError:
            return False
    return True


def code_for(slug: str, id: str, secret: bytes) -> str:
    """Eight letters and digits in two groups, e.g. `K7QF-2MXA`."""
    code = base64.b32encode(hmac.digest(secret, f"{slug}/{id}".encode(), "sha256")).decode()[:8]
    return f"{code[:4]}-{code[4:]}"


def lock(day: Day, folder: Path) -> None:
    """Write one encrypted bundle per checkpoint of the day into `folder`."""
    secret = course_secret()
    for stem in day.notebooks:
        for id, bundle in bundles(Master(day.masters / f"{stem}.py")).items():
            key = key_of(id, code_for(day.slug, id, secret))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{id}.bin").write_bytes(AESSIV(key).encrypt(json.dumps(bundle).encode(), [id.encode()]))
            (folder / CHECK).write_text(f"{check_value(secret)}\n")
