"""A commit status on GitHub: `autograding — 83/100` beside the commit, with or without a classroom service."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from ..delivery import Request
from ..scorecard import ScoreCard

NAME = "commit status"
ATTEMPTS = 3
PAUSE = 1.0  # [s] before the second attempt; doubled before each later one
TIMEOUT = 10.0  # [s] per attempt


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would carry the token along to wherever a redirect points."""

    def redirect_request(self, *_args: object) -> None:
        return None


def run_url(env: Mapping[str, str]) -> str | None:
    """The page of this workflow run, or None outside one."""
    server, repository, run = (env.get(f"GITHUB_{key}") for key in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else None


def payload(card: ScoreCard, target_url: str | None = None) -> dict[str, str | None]:
    """success: all points. failure: some are missing. error: there is no score."""
    return {
        "state": "error" if card.problem else "success" if card.complete else "failure",
        "description": f"autograding — {_points(card)}",
        "context": "autograding",
        "target_url": target_url,
    }


def _points(card: ScoreCard) -> str:
    if not card.begun:
        return "not begun"
    return f"{card.score}/{card.max_score}" + (f", {card.more}" if card.more else "")


def post(card: ScoreCard, env: Mapping[str, str], pause: float = PAUSE) -> str | None:
    """Posts the status with $GITHUB_TOKEN. Returns None when it stands, else the sentence that says why it does not."""
    api = env.get("GITHUB_API_URL") or "https://api.github.com"
    repository, commit = env.get("GITHUB_REPOSITORY", ""), env.get("GITHUB_SHA", "")
    if not re.fullmatch(r"https?://\S+", api) or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        return "The commit status was not posted: GITHUB_API_URL or GITHUB_REPOSITORY does not name a repository."
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return "The commit status was not posted: GITHUB_SHA does not name a commit."
    request = urllib.request.Request(
        f"{api.rstrip('/')}/repos/{repository}/statuses/{commit}",
        data=json.dumps(payload(card, run_url(env))).encode(),
        headers={
            "Authorization": f"Bearer {env['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "User-Agent": "genweek-autograding",
        },
    )
    opener = urllib.request.build_opener(_NoRedirect)
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            with opener.open(request, timeout=TIMEOUT):
                return None
        except urllib.error.HTTPError as error:
            reason = f"GitHub answered {error.code}"
            error.close()
            if error.code < 500 and error.code != 429:
                break  # asking again would not change the answer
        except (OSError, ValueError) as error:  # no connection, a timeout, a broken answer
            reason = f"GitHub could not be reached ({type(error).__name__})"
    return f"The commit status was not posted: {reason}. The score above is not affected."


def deliver(card: ScoreCard, request: Request) -> str | None:
    return post(card, request.env) if request.env.get("GITHUB_TOKEN") else None
