"""Rulesets, of the organisation and of one repository, and what they refuse."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from genweek.forges.git import ZERO

from . import shapes
from .routes import Answer, Asked, Rows, plays
from .world import Account, Refused, Repository, World, not_found

WORDS = {
    "creation": "Cannot create ref",
    "update": "Cannot update this protected ref.",
    "deletion": "Cannot delete this ref",
    "non_fast_forward": "Cannot force-push to this branch",
}
ORGANISATION_NEEDS = "Upgrade to GitHub Team to enable this feature."
REPOSITORY_NEEDS = "Upgrade to GitHub Pro or make this repository public to enable this feature."
Command = tuple[str, str, str]  # before, after, ref


@dataclass
class Ruling:
    """Of a push. refused: what is said of it, empty where nothing is. linear: the refs whose history must stay."""

    refused: str = ""
    linear: tuple[str, ...] = ()


def ruling(world: World, repository: Repository, account: Account, commands: list[Command]) -> Ruling:
    """Every push under a rule is noted as a rule suite, be it taken or not."""
    said, linear = [], []
    for before, after, ref in commands:
        over = _of(world, repository, ref)
        broken = [(ruleset, rule) for ruleset in over for rule in _touched(ruleset, before, after)]
        held = [rule for ruleset, rule in broken if not _bypasses(world, account, ruleset)]
        linear += [ref] * ("non_fast_forward" in held)
        held = [rule for rule in held if rule != "non_fast_forward"]
        said += [f"error: GH013: Repository rule violations found for {ref}.\n- {WORDS[rule]}" for rule in held]
        if over:
            _note(world, repository, account, (before, after, ref), "fail" if held else "bypass" if broken else "pass")
    return Ruling("\n\n".join(said), tuple(linear))


def _of(world: World, repository: Repository, ref: str) -> list[dict]:
    """The active rulesets that a ref is under."""
    if world.faults.free_plan and repository.private:
        return []
    over = [one for one in world.rulesets.values() if _names(one.get("conditions", {}), repository)]
    active = [one for one in [*over, *repository.rulesets.values()] if one["enforcement"] == "active"]
    return [one for one in active if _covers(one, repository, ref)]


def _names(conditions: dict, repository: Repository) -> bool:
    """Whether the repository is among those of an organisation's ruleset."""
    if by_id := conditions.get("repository_id"):
        return repository.id in by_id.get("repository_ids", [])
    by_name, name = conditions.get("repository_name", {}), repository.name
    return _matches(by_name.get("include", []), name) and not _matches(by_name.get("exclude", []), name)


def _covers(ruleset: dict, repository: Repository, ref: str) -> bool:
    if not ref.startswith({"branch": "refs/heads/", "tag": "refs/tags/"}.get(ruleset.get("target", "branch"), "refs/")):
        return False
    conditions = ruleset.get("conditions", {}).get("ref_name", {"include": ["~ALL"]})
    default = {"~DEFAULT_BRANCH": f"refs/heads/{repository.default_branch}"}
    inside, outside = ([default.get(one, one) for one in conditions.get(word, [])] for word in ("include", "exclude"))
    return _matches(inside, ref) and not _matches(outside, ref)


def _matches(patterns: list[str], name: str) -> bool:
    return any(pattern == "~ALL" or fnmatchcase(name, pattern) for pattern in patterns)


def _touched(ruleset: dict, before: str, after: str) -> list[str]:
    """The rules of a ruleset that a move may break."""
    kinds = {"creation"} if before == ZERO else {"deletion"} if after == ZERO else {"update", "non_fast_forward"}
    return [rule["type"] for rule in ruleset.get("rules", []) if rule["type"] in kinds]


def _bypasses(world: World, account: Account, ruleset: dict) -> bool:
    """Owners do nothing by themselves: a ruleset holds them, too, unless it names them."""
    named = [one["actor_type"] for one in ruleset.get("bypass_actors", []) if one.get("bypass_mode") != "pull_request"]
    return world.is_owner(account) and bool({"OrganizationAdmin", "RepositoryRole"} & set(named))


def _note(world: World, repository: Repository, account: Account, command: Command, result: str) -> None:
    before, after, ref = command
    world.suites.append(
        {
            "id": world.id(),
            "actor_id": account.id,
            "actor_name": account.login,
            "before_sha": before,
            "after_sha": after,
            "ref": ref,
            "repository_id": repository.id,
            "repository_name": repository.name,
            "pushed_at": world.time(world.now()),
            "result": result,
            "evaluation_result": "fail" if result == "bypass" else result,
        }
    )


# ---- Routes. An organisation's and a repository's differ in where they are kept, and in what a plan must have. ----


def _kept(asked: Asked) -> dict[int, dict]:
    if "org" in asked.path:
        asked.organisation(owner=True)
        if asked.world.faults.free_plan:
            raise Refused(403, ORGANISATION_NEEDS)
        return asked.world.rulesets
    repository = asked.repository("pull" if asked.operation.method == "GET" else "admin")
    if asked.world.faults.free_plan and repository.private:
        raise Refused(403, REPOSITORY_NEEDS)
    return repository.rulesets


def _one(asked: Asked) -> dict:
    found = _kept(asked).get(asked.number("ruleset_id"))
    if found is None:
        raise not_found()
    return found


def _shown(asked: Asked, ruleset: dict) -> dict:
    over = "org" in asked.path
    source = asked.world.org if over else f"{asked.world.org}/{asked.path['repo']}"
    return ruleset | {"source": source, "source_type": "Organization" if over else "Repository"}


def _checked(asked: Asked, ruleset: dict) -> dict:
    """What the description cannot say, and GitHub refuses."""
    conditions = ruleset.get("conditions", {})
    if "org" in asked.path and not {"repository_name", "repository_id", "repository_property"} & conditions.keys():
        raise Refused(422, "Validation Failed", "Conditions must say which repositories")
    if "org" in asked.path and "ref_name" not in conditions:
        raise Refused(422, "Validation Failed", "Conditions must have a ref_name")
    if any(one["name"] == ruleset["name"] and one["id"] != ruleset["id"] for one in _kept(asked).values()):
        raise Refused(422, "Validation Failed", "Name must be unique")
    if ruleset["enforcement"] == "evaluate":
        raise Refused(422, "Validation Failed", "Enforcement evaluate is for GitHub Enterprise")
    return ruleset


@plays("repos/get-org-rulesets")
@plays("repos/get-repo-rulesets")
def list_rulesets(asked: Asked):
    brief = ("id", "name", "target", "enforcement", "node_id", "created_at", "updated_at")
    rows = [{name: one[name] for name in brief} for one in _kept(asked).values()]
    return Rows(rows, lambda one: _shown(asked, one))


@plays("repos/create-org-ruleset")
@plays("repos/create-repo-ruleset")
def create_ruleset(asked: Asked):
    kept, number, when = _kept(asked), asked.world.id(), asked.world.time(asked.world.now())
    facts = {"id": number, "node_id": shapes.node("RRS", number), "created_at": when, "updated_at": when}
    made = _checked(asked, {"target": "branch", "bypass_actors": [], "conditions": {}, "rules": []} | asked.body | facts)
    kept[number] = made
    return Answer(201, _shown(asked, made))


@plays("repos/get-org-ruleset")
@plays("repos/get-repo-ruleset")
def get_ruleset(asked: Asked):
    return _shown(asked, _one(asked))


@plays("repos/update-org-ruleset")
@plays("repos/update-repo-ruleset")
def update_ruleset(asked: Asked):
    found = _one(asked)
    changed = _checked(asked, found | asked.body | {"updated_at": asked.world.time(asked.world.now())})
    found.update(changed)
    return _shown(asked, found)


@plays("repos/delete-org-ruleset")
@plays("repos/delete-repo-ruleset")
def delete_ruleset(asked: Asked):
    del _kept(asked)[_one(asked)["id"]]
    return Answer(204)


@plays("repos/get-org-rule-suites")
def list_rule_suites(asked: Asked):
    asked.organisation(owner=True)
    wanted = {"rule_suite_result": "result", "actor_name": "actor_name", "ref": "ref"}
    asks = {key: asked.query[name] for name, key in wanted.items() if asked.query.get(name, "all") != "all"}
    rows = [one for one in reversed(asked.world.suites) if all(one[key] == value for key, value in asks.items())]
    return Rows(rows, dict)
