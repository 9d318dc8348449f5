"""How things look in an answer: what the fake knows of them. The contract fills in what else GitHub says."""

from base64 import b64encode
from urllib.parse import quote

from .world import LEVELS, Account, Artifact, Invitation, Move, Repository, Run, Said, World

IN_WORDS = {"pull": "read", "push": "write"}  # the others have one name everywhere


def account(world: World, one: Account) -> dict:
    here = f"{world.url}/users/{quote(one.login)}"
    kind = "Bot" if one.login.endswith("[bot]") else "User"
    return {"login": one.login, "id": one.id, "node_id": node("U", one.id), "type": kind, "site_admin": False, "url": here}


def organisation(world: World) -> dict:
    return {
        "login": world.org,
        "id": world.org_id,
        "node_id": node("O", world.org_id),
        "type": "Organization",
        "url": f"{world.url}/orgs/{world.org}",
    }


def node(kind: str, number: int) -> str:
    return f"{kind}_{b64encode(str(number).encode()).decode()}"


def repository(world: World, one: Repository, asking: Account | None = None) -> dict:
    here = f"{world.url}/repos/{world.org}/{one.name}"
    level = world.level(asking, one)
    given = {"permissions": permissions(level)} if level else {}
    return {
        "id": one.id,
        "node_id": node("R", one.id),
        "name": one.name,
        "full_name": f"{world.org}/{one.name}",
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "owner": organisation(world),
        "description": one.description,
        "url": here,
        "html_url": f"{world.url}/{world.org}/{one.name}",
        "clone_url": f"{world.url}/{world.org}/{one.name}.git",
        "created_at": world.time(one.created),
        "updated_at": world.time(one.created),
        "pushed_at": world.time(one.moves[-1].time if one.moves else one.created),
        "archived": one.archived,
        "is_template": one.is_template,
        "default_branch": one.default_branch,
        "size": 0,  # as for minutes after a repository was generated: nothing to rely on
    } | given


def permissions(level: str) -> dict[str, bool]:
    return {name: LEVELS.index(name) <= LEVELS.index(level) for name in LEVELS}


def collaborator(world: World, one: Account, level: str) -> dict:
    return account(world, one) | {"permissions": permissions(level), "role_name": IN_WORDS.get(level, level)}


def repository_invitation(world: World, one: Invitation, to: Repository) -> dict:
    return {
        "id": one.id,
        "repository": repository(world, to),
        "invitee": one.account and account(world, one.account),
        "inviter": account(world, one.inviter),
        "permissions": IN_WORDS.get(one.level, one.level),
        "created_at": world.time(one.created),
        "url": f"{world.url}/repos/{world.org}/{to.name}/invitations/{one.id}",
    }


def organisation_invitation(world: World, one: Invitation) -> dict:
    return {
        "id": one.id,
        "login": one.account and one.account.login,
        "email": one.email,
        "role": one.level,
        "created_at": world.time(one.created),
        "inviter": account(world, one.inviter),
    }


def move(world: World, one: Move) -> dict:
    actor = None if one.actor is None or world.faults.null_actor else account(world, one.actor)
    return {
        "id": one.id,
        "node_id": node("PSH", one.id),
        "before": one.before,
        "after": one.after,
        "ref": one.ref,
        "timestamp": world.time(one.time),
        "activity_type": one.kind,
        "actor": actor,
    }


def status(world: World, one: Said) -> dict:
    return {
        "id": one.id,
        "state": one.state,
        "context": one.context,
        "description": one.description,
        "target_url": one.target_url,
        "created_at": world.time(one.time),
        "updated_at": world.time(one.time),
        "creator": account(world, one.creator),
    }


def commit(world: World, repository: Repository, name: str) -> dict:
    facts = world.store.facts(repository.id, name)
    who = {
        role: {"name": facts[role], "email": facts[f"{role}_email"], "date": facts[when]}
        for role, when in (("author", "authored"), ("committer", "committed"))
    }
    here = f"{world.url}/repos/{world.org}/{repository.name}"
    parents = [{"sha": sha, "url": f"{here}/commits/{sha}"} for sha in facts["parents"].split()]
    inner = who | {"message": facts["message"], "tree": {"sha": facts["tree"], "url": f"{here}/git/trees/{facts['tree']}"}}
    return {"sha": facts["sha"], "url": f"{here}/commits/{facts['sha']}", "commit": inner, "parents": parents}


def ref(world: World, repository: Repository, name: str, sha: str) -> dict:
    here = f"{world.url}/repos/{world.org}/{repository.name}/git"
    return {
        "ref": name,
        "node_id": node("REF", repository.id),
        "url": f"{here}/{name}",
        "object": {"type": "commit", "sha": sha, "url": f"{here}/commits/{sha}"},
    }


def artifact(world: World, repository: Repository, one: Artifact) -> dict:
    here = f"{world.url}/repos/{world.org}/{repository.name}/actions/artifacts/{one.id}"
    return {
        "id": one.id,
        "node_id": node("ART", one.id),
        "name": one.name,
        "size_in_bytes": len(one.data),
        "url": here,
        "archive_download_url": f"{here}/zip",
        "expired": world.now() >= one.expires,
        "created_at": world.time(one.created),
        "expires_at": world.time(one.expires),
        "updated_at": world.time(one.created),
        "workflow_run": {
            "id": one.run.id,
            "repository_id": repository.id,
            "head_repository_id": repository.id,
            "head_branch": one.run.branch,
            "head_sha": one.run.commit,
        },
    }


def run(world: World, repository: Repository, one: Run) -> dict:
    here = f"{world.url}/repos/{world.org}/{repository.name}/actions/runs/{one.id}"
    return {
        "id": one.id,
        "name": "Autograding",
        "node_id": node("WFR", one.id),
        "head_branch": one.branch,
        "head_sha": one.commit,
        "path": ".github/workflows/classroom.yml",
        "run_number": one.number,
        "run_attempt": 1,
        "event": one.event,
        "status": "completed" if one.conclusion else "in_progress",
        "conclusion": one.conclusion,
        "url": here,
        "artifacts_url": f"{here}/artifacts",
        "created_at": world.time(one.created),
        "run_started_at": world.time(one.created),
        "updated_at": world.time(one.created),
        "actor": account(world, one.actor),
        "triggering_actor": account(world, one.actor),
        "repository": repository_facts(world, repository),
        "head_repository": repository_facts(world, repository),
    }


def repository_facts(world: World, one: Repository) -> dict:
    """Those that stand within something else."""
    made = repository(world, one)
    return {name: made[name] for name in ("id", "node_id", "name", "full_name", "private", "owner", "url", "html_url")}


def content(world: World, repository: Repository, path: str, found: bytes | list, commit: str) -> dict | list[dict]:
    """A file, or the entries of a folder."""
    if isinstance(found, list):
        kinds = {"blob": "file", "tree": "dir", "commit": "submodule"}
        return [_entry(world, repository, f"{path}/{name}".lstrip("/"), id, kinds[kind], commit) for kind, id, name in found]
    entry = _entry(world, repository, path, world.store.id_of(repository.id, commit, path), "file", commit)
    return entry | {"encoding": "base64", "content": b64encode(found).decode(), "size": len(found)}


def _entry(world: World, repository: Repository, path: str, id: str, kind: str, commit: str) -> dict:
    here = f"{world.url}/repos/{world.org}/{repository.name}/contents/{path}?ref={commit}"
    return {"type": kind, "name": path.rpartition("/")[2], "path": path, "sha": id, "size": 0, "url": here}
