"""git over http, by git's own `git http-backend`: who may, what rules refuse, and what has moved."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from genweek.forges.git import ZERO

from . import rules
from .world import Account, Refused, Repository, World

DENIED = "remote: Permission to {org}/{name}.git denied to {login}.\n"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def plain(status: int, text: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"Content-Type": "text/plain"} | named, text.encode())


def serve(world: World, account: Account | None, method: str, path: str, query: str, headers, body: bytes) -> Reply:
    """path: /OWNER/NAME.git/…"""
    if account is None:  # git asks first without credentials
        return plain(401, "No anonymous write access.\n", WWW_Authenticate='Basic realm="GitHub"')
    _, owner, name, rest = path.split("/", 3)
    name = name.removesuffix(".git")
    if moved := world.moved.get(name.lower()):
        where = f"{world.url}/{world.org}/{moved.name}.git/{rest}"
        return plain(301, "", Location=where + (f"?{query}" if query else ""))
    pushes = "git-receive-pack" in (rest, query.removeprefix("service="))
    try:
        repository = world.repository(owner, name)
    except Refused:
        return plain(404, "Repository not found.\n")
    if not world.may(account, repository, "pull"):
        return plain(404, "Repository not found.\n")
    if pushes and not world.may(account, repository, "push"):
        return plain(403, DENIED.format(org=world.org, name=repository.name, login=account.login))
    if pushes and repository.archived:
        return plain(403, "This repository was archived so it is read-only.\n")
    if rest == "info/refs":
        world.look(repository)
    if rest != "git-receive-pack":
        return _backend(world, repository, account, method, rest, query, headers, body)
    with repository.lock:
        return _push(world, repository, account, method, query, headers, body)


def _push(world: World, repository: Repository, account: Account, method: str, query: str, headers, body: bytes) -> Reply:
    """A push that the rules allow moves branches, by the server's clock."""
    before = world.store.refs(repository.id)
    ruling = rules.ruling(world, repository, account, commands(body))
    told = {"FAKE_REFUSAL": ruling.refused, "FAKE_LINEAR": " ".join(ruling.linear)}
    reply = _backend(world, repository, account, method, "git-receive-pack", query, headers, body, told)
    after = world.store.refs(repository.id)
    moved = [ref for ref in sorted(before | after) if before.get(ref) != after.get(ref)]
    with world.lock:
        for ref in moved:
            world.note(repository, ref, before.get(ref, ZERO), after.get(ref, ZERO), account)
    for ref in moved:
        if ref.startswith("refs/heads/") and ref in after:
            for call in world.on_push:
                call(repository.name, ref.removeprefix("refs/heads/"), after[ref])
    return reply


def commands(body: bytes) -> list[rules.Command]:
    """The first lines of a push: which refs go from where to where (gitprotocol-pack)."""
    found, at = [], 0
    while body[at : at + 4] not in (b"", b"0000"):
        length = int(body[at : at + 4], 16)
        line = body[at + 4 : at + length].partition(b"\0")[0].decode(errors="replace").strip()
        if not line.startswith("shallow "):  # of a client that has only a part of the history
            old, new, ref = line.split(" ", 2)
            found.append((old, new, ref))
        at += length
    return found


def _backend(
    world: World,
    repository: Repository,
    account: Account,
    method: str,
    rest: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    told: Mapping[str, str] | None = None,
) -> Reply:
    """told: what the hook is to know."""
    given = {
        "GIT_PROJECT_ROOT": str(world.store.folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repository.id}.git/{rest}",
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        "REMOTE_USER": account.login,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **(told or {}),
    }
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=world.store.environment() | given)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n") if line]
    found = {name: value for name, _, value in lines}
    status = int(found.pop("Status", str(HTTPStatus.OK.value)).split()[0])
    return Reply(status, found, content)
