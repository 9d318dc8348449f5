"""Who we are at GitHub. The token never stands in an address, an argument or a log.

GITHUB_TOKEN or GH_TOKEN                    a token of yours
GITHUB_APP_ID and GITHUB_APP_KEY_FILE       a GitHub App that the organisation has installed
gh auth token                               what GitHub's own command line has kept
"""

import os
import subprocess
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import requests
from github import Auth, GithubException, GithubIntegration

from ..forge import ForgeError

API, SITE = "https://api.github.com", "https://github.com"  # GITHUB_API_URL and GITHUB_SERVER_URL name an Enterprise's own
LIMIT = 30  # seconds for gh
HOW = "Set GITHUB_TOKEN, or log in once with `gh auth login`."


def addresses() -> tuple[str, str]:
    """Of the API, and of git. Raises ForgeError where the token would be sent in the clear."""
    found = []
    for name, usual in (("GITHUB_API_URL", API), ("GITHUB_SERVER_URL", SITE)):
        address = os.environ.get(name, "").rstrip("/") or usual
        if not address.startswith("https://") and not on_this_machine(address):
            raise ForgeError(
                f"{name} is {address}, and everybody on the way could read the token: it must begin with https."
            )
        found.append(address)
    return found[0], found[1]


def on_this_machine(address: str) -> bool:
    """What answers there is no GitHub: nobody else can listen, and it asks for no pace."""
    return urlsplit(address).hostname in ("127.0.0.1", "localhost")


def credentials(org: str, api: str) -> Auth.Auth:
    """Raises ForgeError where there are none."""
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        if token := os.environ.get(name, "").strip():
            return Auth.Token(token)
    if number := app_id():
        return _app(org, api, number)
    if token := _of_gh(api):
        return Auth.Token(token)
    raise ForgeError(f"Nobody has said who you are at GitHub. {HOW}")


def git_settings(site: str, token: str) -> dict[str, str]:
    """With which git sends a token to this site, and to no other."""
    secret = b64encode(f"x-access-token:{token}".encode()).decode()
    return {f"http.{site}/.extraHeader": f"Authorization: Basic {secret}", "http.followRedirects": "false"}


def app_id() -> int | None:
    """The number of the GitHub App that acts, if one does."""
    number = os.environ.get("GITHUB_APP_ID", "").strip()
    if not number or any(os.environ.get(name) for name in ("GITHUB_TOKEN", "GH_TOKEN")):
        return None
    if not number.isdecimal():
        raise ForgeError(f"GITHUB_APP_ID is {number!r}, and should be the number on the App's page.")
    return int(number)


def _app(org: str, api: str, number: int) -> Auth.Auth:
    path = Path(os.environ.get("GITHUB_APP_KEY_FILE", ""))
    if not path.is_file():
        raise ForgeError("GITHUB_APP_ID is set, and GITHUB_APP_KEY_FILE names no file: the App's private key, a .pem.")
    key = path.read_text(encoding="utf-8", errors="replace")
    if "PRIVATE KEY-----" not in key:
        raise ForgeError(f"GITHUB_APP_KEY_FILE holds no private key of an App: {path}. It begins with -----BEGIN.")
    app = Auth.AppAuth(number, key)
    try:
        return app.get_installation_auth(GithubIntegration(auth=app, base_url=api).get_org_installation(org).id)
    except jwt.InvalidKeyError:
        raise ForgeError(f"GITHUB_APP_KEY_FILE holds no private key of an App that can be read: {path}.") from None
    except requests.RequestException as error:
        raise ForgeError(f"GitHub does not answer: {type(error).__name__}. Nothing was done.") from None
    except GithubException as error:
        raise ForgeError(f"The App {number} is not installed in {org}, or its key is another's ({error.status}).") from None


def _of_gh(api: str) -> str:
    host = (urlsplit(api).hostname or "").removeprefix("api.")
    try:
        command = ["gh", "auth", "token", "--hostname", host]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
