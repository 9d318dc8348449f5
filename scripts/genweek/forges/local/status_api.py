"""The one part of GitHub's REST API that grading uses, on this machine: posting a commit's status.

https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from ..forge import Status

STATES = ("pending", "success", "failure", "error")
LARGEST = 64 * 1024  # bytes of one request


@dataclass(frozen=True)
class Api:
    """Where it listens, and the token that it accepts while it does."""

    url: str
    token: str


@contextmanager
def status_api(repository: str, commit: str, receive: Callable[[Status], None]) -> Iterator[Api]:
    """Serve until the block ends. A token is good for the statuses of one commit of one repository."""
    token = secrets.token_urlsafe(24)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(min(length, LARGEST))
            if not secrets.compare_digest(self.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
                return self._answer(401, "Bad credentials")
            if self.path != f"/repos/{repository}/statuses/{commit}":
                return self._answer(404, "Not Found")
            try:
                said = json.loads(body)
                status = Status(said["state"], str(said["description"])[:140], str(said.get("context") or "default"))
                if status.state not in STATES:
                    raise ValueError(status.state)
            except (ValueError, KeyError, TypeError):
                return self._answer(422, "Validation Failed")
            receive(status)
            self._answer(201, "Created")

        def _answer(self, code: int, message: str) -> None:
            body = json.dumps({"message": message}).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass  # the run keeps its own log

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Api(f"http://127.0.0.1:{server.server_port}", token)
    finally:
        server.shutdown()
        server.server_close()
