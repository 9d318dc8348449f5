"""The scores that the workflow left beside a push, out of its artifact. They come from a student's repository: feedback."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from autograding.whole import write_whole

from .client import Client, Refused

NAME, FILE = "score", "scores.json"  # as classroom.yml calls them
LARGEST_ZIP, LARGEST = 50 * 2**20, 4 * 2**20  # bytes: whoever can push can leave anything


def scores(client: Client, repository: str, commit: str, kept: Path) -> Path | None:
    """The newest `scores.json` of a commit, brought once and kept: GitHub removes artifacts after a while."""
    rows = client.pages(f"{repository}/actions/artifacts", "artifacts", name=NAME)
    of_commit = [one for one in rows if (one.get("workflow_run") or {}).get("head_sha") == commit]
    for one in sorted(of_commit, key=lambda one: datetime.fromisoformat(one["created_at"]), reverse=True):
        path = kept / f"{commit}-{one['id']}.json"
        if path.exists() or _bring(client, repository, one, path):
            return path
    return max(kept.glob(f"{commit}-*.json"), key=lambda path: path.stat().st_mtime, default=None)


def _bring(client: Client, repository: str, artifact: dict, path: Path) -> bool:
    if artifact["expired"] or artifact["size_in_bytes"] > LARGEST_ZIP:
        return False
    try:
        packed = client.download(f"{repository}/actions/artifacts/{artifact['id']}/zip")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(FILE) as file:
            text = file.read(LARGEST + 1)
    except Refused as error:
        if error.status != 410:  # it has gone since it was listed
            raise
        return False
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError):
        return False
    if len(text) > LARGEST:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text, private=True)
    return True
