"""Runs of the workflow and what they left, and the quota of the API."""

from datetime import datetime

from . import shapes
from .routes import Answer, Asked, Rows, plays
from .world import Artifact, Refused, Repository, Run, not_found


@plays("rate-limit/get")
def get_rate_limit(asked: Asked):
    left = asked.world.quota()
    return {"resources": {"core": left, "search": left}, "rate": left}


@plays("actions/list-workflow-runs-for-repo")
def list_runs(asked: Asked):
    repository, query = asked.repository(), asked.query
    wanted = {"head_sha": "commit", "branch": "branch", "event": "event"}
    asks = {key: query[name] for name, key in wanted.items() if name in query}
    found = [one for one in reversed(repository.runs) if all(getattr(one, key) == value for key, value in asks.items())]
    states = [query["status"]] if "status" in query else ["completed", "in_progress", "success", "failure", "cancelled"]
    found = [one for one in found if {one.conclusion, "completed" if one.conclusion else "in_progress"} & set(states)]
    return Rows(found, lambda one: shapes.run(asked.world, repository, one), "workflow_runs")


@plays("actions/get-workflow-run")
def get_run(asked: Asked):
    repository = asked.repository()
    return shapes.run(asked.world, repository, _run(repository, asked.number("run_id")))


def _run(repository: Repository, number: int) -> Run:
    found = next((one for one in repository.runs if one.id == number), None)
    if found is None:
        raise not_found()
    return found


@plays("actions/list-artifacts-for-repo")
def list_artifacts(asked: Asked):
    repository = asked.repository()
    found = [one for one in reversed(repository.artifacts) if asked.query.get("name", one.name) == one.name]
    return Rows(found, lambda one: shapes.artifact(asked.world, repository, one), "artifacts")


@plays("actions/list-workflow-run-artifacts")
def list_artifacts_of_run(asked: Asked):
    repository = asked.repository()
    run = _run(repository, asked.number("run_id"))
    found = [one for one in repository.artifacts if one.run is run and asked.query.get("name", one.name) == one.name]
    return Rows(found, lambda one: shapes.artifact(asked.world, repository, one), "artifacts")


@plays("actions/get-artifact")
def get_artifact(asked: Asked):
    repository = asked.repository()
    return shapes.artifact(asked.world, repository, _artifact(repository, asked.number("artifact_id")))


@plays("actions/download-artifact")
def download(asked: Asked):
    """Not the file, but where it is for a minute: another host, which must not be told who asks."""
    repository = asked.repository()
    if asked.path["archive_format"] != "zip":
        raise not_found()
    found = _artifact(repository, asked.number("artifact_id"))
    if _gone(found, asked.world.now()):
        raise Refused(410, "Artifact has expired")
    return Answer(302, None, {"Location": f"{asked.world.storage_url}/artifacts/{repository.id}/{found.id}?sig=signed"})


def _artifact(repository: Repository, number: int) -> Artifact:
    found = next((one for one in repository.artifacts if one.id == number), None)
    if found is None:
        raise not_found()
    return found


def _gone(artifact: Artifact, now: datetime) -> bool:
    return now >= artifact.expires


@plays("actions/get-github-actions-permissions-organization")
def get_organisation_actions(asked: Asked):
    asked.organisation(owner=True)
    return asked.world.org_actions


@plays("actions/set-github-actions-permissions-organization")
def set_organisation_actions(asked: Asked):
    asked.organisation(owner=True)
    asked.world.org_actions |= asked.body
    return Answer(204)


@plays("actions/get-github-actions-permissions-repository")
def get_actions(asked: Asked):
    return asked.repository("admin").actions


@plays("actions/set-github-actions-permissions-repository")
def set_actions(asked: Asked):
    asked.repository("admin").actions.update(asked.body)
    return Answer(204)
