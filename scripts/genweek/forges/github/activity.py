"""The pushes of a repository, from GitHub's activity: by the server's clock; copied, for nobody says how long it lasts."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from autograding.whole import read_json, write_whole

from ..forge import Push
from .client import Client

HEADS = "refs/heads/"
PUSHES = ("push", "force_push", "branch_creation", "pr_merge", "merge_queue_merge")  # not a deletion: it moves nothing
REWROTE = "force_push"


class Activity:
    """kept: the folder of the copies, one for each repository, by its number."""

    def __init__(self, client: Client, kept: Path, is_ours: Callable[[dict | None], bool]):
        self.client, self.kept, self.is_ours = client, kept, is_ours

    def pushes(self, repository: str, number: int) -> list[Push]:
        return [
            Push(row["ref"].removeprefix(HEADS), row["after"], _time(row), row["activity_type"] == REWROTE)
            for row in self._rows(repository, number)
            if row["activity_type"] in PUSHES and row["ref"].startswith(HEADS) and not row["ours"]
        ]

    def _rows(self, repository: str, number: int) -> list[dict]:
        """All there ever was, in the server's order."""
        path = self.kept / f"{number}.json"
        known = {row["id"]: row for row in (read_json(path, "Remove it: it is read anew.") if path.exists() else [])}
        new = self._new(repository, known)
        if new:
            rows = sorted([*known.values(), *new], key=lambda row: (_time(row), row["id"]))
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(rows, indent=1) + "\n", private=True)
            return rows
        return list(known.values())

    def _new(self, repository: str, known: dict[int, dict]) -> Sequence[dict]:
        """What is not known yet. Of pages, the newest first, one is read more than seems needed: a row may come late."""
        found, address = {}, f"{repository}/activity?per_page=100&direction=desc"
        while address:
            page, address = self.client.page(address)
            fresh = [row for row in page if row["id"] not in known]
            found |= {row["id"]: self._row(row) for row in fresh}
            if not fresh:
                break
        return list(found.values())

    def _row(self, row: dict) -> dict:
        """ours: as long as we know who the staff is; later somebody may have left it."""
        facts = {name: row[name] for name in ("id", "ref", "before", "after", "timestamp", "activity_type")}
        actor = row.get("actor")
        who = {name: actor[name] for name in ("login", "id")} if actor else None
        return facts | {"actor": who, "ours": self.is_ours(actor)}


def _time(row: dict) -> datetime:
    return datetime.fromisoformat(row["timestamp"])
