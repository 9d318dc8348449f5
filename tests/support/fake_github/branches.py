"""What git holds, as the API tells it: branches, refs, commits, commit statuses, and the activity of pushes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from genweek.forges.git import ZERO

from . import rules, shapes
from .routes import Answer, Asked, Rows, plays
from .world import Move, Refused, Repository, Said, not_found

LONGEST = 140  # characters of a description
PERIODS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def looked_at(asked: Asked, level: str = "pull") -> Repository:
    repository = asked.repository(level)
    asked.world.look(repository)
    return repository


def commit_of(asked: Asked, repository: Repository, name: str) -> str:
    """Raises 409 for a repository without content, and 422 for what is no commit of it."""
    if not asked.world.store.refs(repository.id):
        raise Refused(409, "Git Repository is empty.")
    found = asked.world.store.commit(repository.id, name)
    if found is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return found


@plays("repos/list-branches")
def list_branches(asked: Asked):
    repository = looked_at(asked)
    refs = asked.world.store.refs(repository.id)
    heads = [(ref.removeprefix("refs/heads/"), sha) for ref, sha in sorted(refs.items()) if ref.startswith("refs/heads/")]
    here = f"{asked.world.url}/repos/{asked.world.org}/{repository.name}/commits"
    commits = {name: {"sha": sha, "url": f"{here}/{sha}"} for name, sha in heads}
    return Rows(list(commits), lambda name: {"name": name, "commit": commits[name], "protected": False})


@plays("repos/get-branch")
def get_branch(asked: Asked):
    repository, name = looked_at(asked), asked.path["branch"]
    sha = asked.world.store.refs(repository.id).get(f"refs/heads/{name}")
    if sha is None:
        raise Refused(404, "Branch not found")
    here = f"{asked.world.url}/repos/{asked.world.org}/{repository.name}/branches/{name}"
    links = {"self": here, "html": f"{asked.world.url}/{asked.world.org}/{repository.name}/tree/{name}"}
    shown = shapes.commit(asked.world, repository, sha)
    return {"name": name, "commit": shown, "_links": links, "protected": False, "protection_url": f"{here}/protection"}


@plays("repos/get-commit")
def get_commit(asked: Asked):
    repository = looked_at(asked)
    return shapes.commit(asked.world, repository, commit_of(asked, repository, asked.path["ref"]))


@plays("git/get-ref")
def get_ref(asked: Asked):
    repository, name = looked_at(asked), f"refs/{asked.path['ref']}"
    refs = asked.world.store.refs(repository.id)
    if not refs:
        raise Refused(409, "Git Repository is empty.")
    if name not in refs:
        raise not_found()
    return shapes.ref(asked.world, repository, name, refs[name])


@plays("git/list-matching-refs")
def list_matching_refs(asked: Asked):
    repository, start = looked_at(asked), f"refs/{asked.path['ref']}"
    refs = asked.world.store.refs(repository.id)
    if not refs:
        raise Refused(409, "Git Repository is empty.")
    return [shapes.ref(asked.world, repository, name, sha) for name, sha in sorted(refs.items()) if name.startswith(start)]


@plays("git/create-ref")
def create_ref(asked: Asked):
    repository, name = looked_at(asked, "push"), asked.body["ref"]
    commit = commit_of(asked, repository, asked.body["sha"])
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refused(422, "Reference name must start with 'refs/' and have at least one more slash.")
    if name in asked.world.store.refs(repository.id):
        raise Refused(422, "Reference already exists")
    _move(asked, repository, name, ZERO, commit)
    return Answer(201, shapes.ref(asked.world, repository, name, commit))


@plays("git/update-ref")
def update_ref(asked: Asked):
    repository, name = looked_at(asked, "push"), f"refs/{asked.path['ref']}"
    before = asked.world.store.refs(repository.id).get(name)
    if before is None:
        raise Refused(422, "Reference does not exist")
    commit = commit_of(asked, repository, asked.body["sha"])
    if not asked.body.get("force") and not asked.world.store.is_ancestor(repository.id, before, commit):
        raise Refused(422, "Update is not a fast forward")
    _move(asked, repository, name, before, commit)
    return shapes.ref(asked.world, repository, name, commit)


@plays("git/delete-ref")
def delete_ref(asked: Asked):
    repository, name = looked_at(asked, "push"), f"refs/{asked.path['ref']}"
    before = asked.world.store.refs(repository.id).get(name)
    if before is None:
        raise Refused(422, "Reference does not exist")
    _move(asked, repository, name, before, ZERO)
    return Answer(204)


def _move(asked: Asked, repository: Repository, ref: str, before: str, after: str) -> None:
    if before == after:
        return
    ruling = rules.ruling(asked.world, repository, asked.account, [(before, after, ref)])
    if ruling.refused or (ref in ruling.linear and not asked.world.store.is_ancestor(repository.id, before, after)):
        raise Refused(422, "Repository rule violations found", ruling.refused or rules.WORDS["non_fast_forward"])
    asked.world.store.move(repository.id, ref, None if after == ZERO else after)
    asked.world.note(repository, ref, before, after, asked.account)


# ---- Commit statuses ----


@plays("repos/create-commit-status")
def create_status(asked: Asked):
    repository, body, world = asked.repository("push"), asked.body, asked.world
    commit = world.store.commit(repository.id, asked.path["sha"])
    if commit is None or commit != asked.path["sha"]:
        raise Refused(422, f"No commit found for SHA: {asked.path['sha']}")
    if len(body.get("description") or "") > LONGEST:
        raise Refused(422, "Validation Failed", f"description is too long (maximum is {LONGEST} characters)")
    facts = (body.get("context", "default"), body.get("description"), body.get("target_url"))
    said = Said(world.id(), body["state"], *facts, asked.account, world.now())
    repository.said.setdefault(commit, []).append(said)
    return Answer(201, shapes.status(world, said))


def _statuses(asked: Asked) -> tuple[str | None, list[Said]]:
    repository = asked.repository()
    commit = asked.world.store.commit(repository.id, asked.path["ref"])
    return commit, repository.said.get(commit or "", [])[::-1]


@plays("repos/list-commit-statuses-for-ref")
def list_statuses(asked: Asked):
    return Rows(_statuses(asked)[1], lambda one: shapes.status(asked.world, one))


@plays("repos/get-combined-status-for-ref")
def combined_status(asked: Asked):
    commit, said = _statuses(asked)
    if commit is None:
        raise not_found()
    newest = {one.context: one for one in reversed(said)}
    states = {one.state for one in newest.values()}
    state = "failure" if states & {"failure", "error"} else "pending" if states - {"success"} or not states else "success"
    shown = [shapes.status(asked.world, one) for one in newest.values()]
    repository = shapes.repository_facts(asked.world, asked.repository())
    return {"state": state, "sha": commit, "statuses": shown, "total_count": len(shown), "repository": repository}


# ---- Activity ----


@plays("repos/list-activities")
def list_activities(asked: Asked):
    """By cursors, which stand in the header Link alone: there are no numbers of pages."""
    world, query = asked.world, asked.query
    moves = [one for one in asked.repository().moves if _wanted(asked, one)]
    if query.get("direction", "desc") == "desc":
        moves.reverse()
    size = min(int(query.get("per_page", 30)), 100, world.faults.largest_page)
    start, end = 0, len(moves)
    if "after" in query:
        start = _place(moves, query["after"]) + 1
    if "before" in query:
        end = _place(moves, query["before"])
        start = max(start, end - size)
    page = moves[start : min(end, start + size)]
    links = []
    if page and start + len(page) < len(moves):
        links.append(_link(asked, "next", "after", page[-1]))
    if page and start:
        links.append(_link(asked, "prev", "before", page[0]))
    asked.answer_headers |= {"Link": ", ".join(links)} if links else {}
    return [shapes.move(world, one) for one in page]


def _wanted(asked: Asked, one: Move) -> bool:
    query, now = asked.query, asked.world.now()
    ref, actor = query.get("ref"), query.get("actor")
    return (
        now - one.time >= timedelta(seconds=asked.world.faults.activity_lag)
        and (not ref or one.ref in (ref, f"refs/heads/{ref}"))
        and (not actor or (one.actor is not None and one.actor.login.lower() == actor.lower()))
        and query.get("activity_type", one.kind) == one.kind
        and now - one.time <= timedelta(days=PERIODS.get(query.get("time_period", ""), 10**6))
    )


def _link(asked: Asked, rel: str, word: str, move: Move) -> str:
    kept = {name: value for name, value in asked.query.items() if name not in ("after", "before")}
    cursor = urlsafe_b64encode(f"cursor:{move.id}".encode()).decode().rstrip("=")
    words = "&".join(f"{name}={value}" for name, value in (kept | {word: cursor}).items())
    repository = asked.repository()
    return f'<{asked.world.url}/repos/{asked.world.org}/{repository.name}/activity?{words}>; rel="{rel}"'


def _place(moves: list[Move], cursor: str) -> int:
    try:
        number = int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("cursor:"))
        return [move.id for move in moves].index(number)
    except ValueError:
        raise Refused(422, "Invalid cursor") from None
