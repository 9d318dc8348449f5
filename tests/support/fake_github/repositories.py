"""Repositories: made, generated, looked at, changed, archived, deleted."""

import re

from . import shapes
from .routes import Answer, Asked, Rows, plays
from .world import Refused, not_found


@plays("orgs/get")
def get_organisation(asked: Asked):
    asked.organisation()
    world = asked.world
    shown = shapes.organisation(world) | {"created_at": world.time(world.org_created)}
    if world.is_owner(asked.account):
        plan = {"name": "free" if world.faults.free_plan else "team", "space": 976562499, "private_repos": 999999}
        shown |= {"default_repository_permission": world.base_permission, "plan": plan}
    return shown


@plays("orgs/update")
def update_organisation(asked: Asked):
    asked.organisation(owner=True)
    asked.world.base_permission = asked.body.get("default_repository_permission", asked.world.base_permission)
    return get_organisation(asked)


@plays("repos/list-for-org")
def list_repositories(asked: Asked):
    asked.organisation()
    world = asked.world
    seen = [one for one in world.repositories.values() if world.may(asked.account, one, "pull")]
    by = asked.query.get("sort", "created")
    seen.sort(key=(lambda one: one.name.lower()) if by == "full_name" else (lambda one: one.id))
    if asked.query.get("direction", "asc" if by == "full_name" else "desc") == "desc":
        seen.reverse()
    return Rows(seen, lambda one: shapes.repository(world, one, asked.account))


@plays("repos/create-in-org")
def create(asked: Asked):
    asked.organisation(owner=True)
    body = asked.body
    facts = {"private": body.get("private", body.get("visibility") == "private"), "description": body.get("description")}
    made = asked.world.create(_name(body["name"]), is_template=body.get("is_template", False), **facts)
    return Answer(201, shapes.repository(asked.world, made, asked.account))


@plays("repos/create-using-template")
def generate(asked: Asked):
    """The repository is there at once; its content comes later, as a commit with no history before it."""
    world, template = asked.world, asked.repository()
    if not template.is_template:
        raise Refused(404, "Not Found")  # as for anything that cannot be generated from
    if asked.body.get("owner", world.org).lower() != world.org.lower() or not world.is_owner(asked.account):
        raise Refused(403, "You must be an admin of the organization to do that.")
    made = world.create(_name(asked.body["name"]), private=asked.body.get("private", False), template=template)
    made.description, made.default_branch = asked.body.get("description"), template.default_branch
    made.pending = max(world.faults.generate_after, 1)
    return Answer(201, shapes.repository(world, made, asked.account))


@plays("repos/get")
def get(asked: Asked):
    world, found = asked.world, asked.repository()
    made_from = {"template_repository": shapes.repository(world, found.template)} if found.template else {}
    return shapes.repository(world, found, asked.account) | made_from


@plays("repos/update")
def update(asked: Asked):
    repository, body = asked.repository("admin"), asked.body
    if repository.archived and body.get("archived", True):
        raise Refused(403, "Repository was archived so is read-only.")
    if "name" in body and body["name"] != repository.name:
        asked.world.rename(repository, _name(body["name"]))
    if "default_branch" in body and asked.world.store.commit(repository.id, body["default_branch"]) is None:
        raise Refused(422, f"The branch {body['default_branch']} was not found.")
    for name in ("private", "archived", "is_template", "description", "default_branch"):
        setattr(repository, name, body.get(name, getattr(repository, name)))
    if "visibility" in body:
        repository.private = body["visibility"] != "public"
    return shapes.repository(asked.world, repository, asked.account)


@plays("repos/delete")
def delete(asked: Asked):
    repository = asked.repository("admin")
    del asked.world.repositories[repository.name.lower()]
    return Answer(204)


@plays("repos/get-content")
def get_content(asked: Asked):
    world, repository, path = asked.world, asked.repository(), asked.path["path"].strip("/")
    world.look(repository)
    commit = world.store.commit(repository.id, asked.query.get("ref", repository.default_branch))
    if commit is None:
        raise Refused(404, "This repository is empty." if not world.store.refs(repository.id) else "No commit found")
    found = world.store.content(repository.id, commit, path)
    if found is None:
        raise not_found()
    return shapes.content(world, repository, path, found, commit)


def _name(wanted: str) -> str:
    """GitHub makes a hyphen of every character that a name cannot have."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", wanted)[:100]
