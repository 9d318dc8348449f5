"""Plans the server of a folder forge: what sshd and gitolite read, who is let in, and whose each repository is."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from autograding.whole import write_whole

from ...forges.local.local_forge import LocalForge
from ...forges.serving import gitolite, sshd
from ...forges.serving.keys import Key
from .planning import Step

READ = "read"  # below the server's home: a digest of the rules and keys that gitolite has read


def plan(forge: LocalForge, keys: Sequence[Key], folder: Path, port: int) -> list[Step]:
    """What is to be changed below the forge; nothing else is. folder: where the keys came from."""
    home = gitolite.home_of(forge.folder)
    staff = {key.who.removeprefix(gitolite.STAFF) for key in keys if key.who.startswith(gitolite.STAFF)}
    wanted = gitolite.files(home, forge.repos_folder, staff) | sshd.files(forge.folder, port, folder)
    steps = [
        Step(f"write {path.relative_to(forge.folder)}", partial(_write, path, text))
        for path, text in wanted.items()
        if _text(path) != text
    ]
    if not (home / "host_key").exists():
        steps.append(Step("make the key by which students know the server", partial(sshd.make_host_key, home)))
    steps += _people(home, keys)
    state = _digest([*wanted.values(), *(f"{key.who} {key.line}" for key in keys)])
    if _text(home / READ) != state:
        steps.append(Step("make gitolite read its rules and keys", partial(_renew, home, state)))
    return steps + [step for name in forge.repos() for step in _owner(forge, home, name)]


def _renew(home: Path, state: str) -> None:
    gitolite.renew(home)
    _write(home / READ, state)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _people(home: Path, keys: Sequence[Key]) -> list[Step]:
    """Who is let in from now on, and who no longer."""
    keydir, numbers = home / ".gitolite/keydir", dict.fromkeys((key.who for key in keys), 0)
    wanted: dict[Path, Key] = {}
    for key in keys:
        numbers[key.who] += 1
        wanted[keydir / f"{key.who}@{numbers[key.who]}.pub"] = key
    steps = [
        Step(f"let {key.who} in with {key.fingerprint}", partial(_write, path, f"{key.line} {key.who}\n"))
        for path, key in wanted.items()
        if _text(path) != f"{key.line} {key.who}\n"
    ]
    gone = sorted(set(keydir.glob("*.pub")) - set(wanted))
    return steps + [Step(f"let {who_of(path)} no longer in with {path.name}", path.unlink) for path in gone]


def _owner(forge: LocalForge, home: Path, name: str) -> list[Step]:
    repo, access = forge.repo(name), forge.access(name)
    if (_text(repo / gitolite.PERMS) or "") == gitolite.perms(access) and gitolite.is_adopted(home, repo):
        return []
    whose = " and ".join(sorted(access)) or "the staff alone"
    return [Step(f"{name}: {whose}", partial(forge.let_in, name))]


def keys_before(forge: LocalForge) -> dict[str, str]:
    """Whose each key has been until now."""
    keydir = gitolite.home_of(forge.folder) / ".gitolite/keydir"
    return {(_text(path) or "").rpartition(" ")[0]: who_of(path) for path in sorted(keydir.glob("*.pub"))}


def without_a_key(forge: LocalForge, keys: Sequence[Key]) -> list[str]:
    """Who has a repository, and no way to it."""
    logins = {login for name in forge.repos() for login in forge.access(name)}
    return sorted(logins - {key.who for key in keys})


def who_of(path: Path) -> str:
    return path.name.rpartition("@")[0]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
