"""A client of GitHub's API without any library: what it asks is what a test says."""

import json
import urllib.error
import urllib.request
from pathlib import Path

from genweek.forges.git import git


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Client:
    def __init__(self, url: str, token: str):
        self.url, self.token = url, token
        self.tag: str | None = None  # of an answer that is known

    def __call__(self, method: str, path: str, body: object = None, status: int = 200):
        """The answer, which must have this status."""
        got, self.headers, answer = self.ask(method, path, body)
        assert got == status, (got, answer)
        return answer

    def ask(self, method: str, path: str, body: object = None):
        """The status, the headers and the answer. path: or a whole address, as a link gives it."""
        url = path if path.startswith("http") else self.url + path
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}"} | ({"If-None-Match": self.tag} if self.tag else {})
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
                status, headers, text = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, text = error.code, error.headers, error.read()
        told = json.loads(text) if text and "json" in headers["Content-Type"] else text.decode() or None
        return status, headers, told

    def everything(self, path: str) -> list:
        """All pages, by the links."""
        rows, url = [], path
        while url:
            rows += self("GET", url)
            links = (self.headers["Link"] or "").split(",")
            url = next((link.split(">")[0].strip(" <") for link in links if 'rel="next"' in link), "")
        return rows


def commit(folder: Path, text: str) -> str:
    """Of a file with this text; its name."""
    (folder / "nb1.py").write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", text)
    return git(folder, "rev-parse", "HEAD")
