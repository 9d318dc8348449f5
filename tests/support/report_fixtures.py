"""Fixtures of the tests of the reports: a reader of scores, and a GitHub on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from report_examples import DAY1, SHA

from autograding.reports import reading
from autograding.reports.scorecard import ScoreCard


@pytest.fixture
def read(tmp_path):
    def read(content, assignment=DAY1, **arguments) -> ScoreCard:
        path = tmp_path / "scores.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return reading.read_scores(path, assignment, **arguments)

    return read


@pytest.fixture
def github():
    """A GitHub that answers with `codes`, one after the other, then 201, and remembers what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append((self.path, self.headers["Authorization"], body))
            self.send_response(server.codes.pop(0) if server.codes else 201)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.codes = [], []
    server.env = {
        "GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}",
        "GITHUB_REPOSITORY": "class/day1-ada",
        "GITHUB_SHA": SHA,
        "GITHUB_TOKEN": "secret-token",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "7",
        "no_proxy": "*",
    }
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
