"""One local port: the API, git, and the store of artifacts. Every request and every answer passes the contract."""

import hashlib
import json
import traceback
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from . import actions, apps, branches, git_http, people, repositories, rules  # noqa: F401 - they fill ROUTES
from .contract import Contract
from .faults import Fault
from .git_http import Reply
from .routes import ROUTES, Answer, Asked, Rows
from .world import Account, Refused, World

PAGE = 30
FREE = "rate-limit/get"  # of the quota
JSON = "application/json; charset=utf-8"
DOCUMENTATION = "https://docs.github.com/rest"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World):
        super().__init__(("127.0.0.1", 0), Handler)
        self.world, self.contract = world, Contract.load()
        self.calls: Counter[str] = Counter()
        self.violations: list[str] = []  # of the contract, by a client or by the fake itself
        world.url, world.storage_url = (f"http://{host}:{self.server_port}" for host in ("127.0.0.1", "localhost"))

    def answer(self, method: str, target: str, headers, body: bytes) -> Reply | None:
        """None: the line is cut."""
        path, query = urlsplit(target).path, urlsplit(target).query
        if path.startswith("/artifacts/"):
            return self._artifact(path, headers)
        account = self._account(headers.get("Authorization", ""))
        if ".git/" in path:
            kind = "git-receive-pack" if "receive-pack" in target else "git-upload-pack"
            self.calls[kind] += path.endswith(kind)
            if fault := self.world.faults.take(kind) if path.endswith("info/refs") and account else None:
                return None if fault.cut else Reply(fault.status, dict(fault.headers), fault.message.encode())
            return git_http.serve(self.world, account, method, path, query, headers, body)
        return self._api(method, path, query, account, headers, body)

    def _account(self, authorization: str) -> Account | None:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "basic":
            given = b64decode(given).decode(errors="replace").partition(":")[2]
        given = given.strip()
        return (self.world.of_token(given) or apps.account(self.world, given)) if given else None

    # ---- The API ----

    def _api(self, method: str, path: str, query: str, account: Account | None, headers, body: bytes) -> Reply | None:
        found = self.contract.find(method, path)
        if found is None:
            self.violations.append(f"{method} {path} is not in our slice of the description")
            return self._error(404, "Not Found")
        operation, inside = found
        self.calls[operation.id] += 1
        if account is None:
            given = headers.get("Authorization")
            return self._error(401, "Bad credentials" if given else "Requires authentication")
        fault = self.world.faults.take(operation.id)
        if fault and not fault.after:
            return self._fault(fault)
        reply = self._real(Asked(self.world, operation, inside, dict(parse_qsl(query)), {}, account), path, body)
        if fault:
            return self._fault(fault)
        return reply if operation.id == FREE else self._counted(reply, headers.get("If-None-Match"))

    def _real(self, asked: Asked, path: str, body: bytes) -> Reply:
        try:
            told = json.loads(body) if body else None
        except ValueError:
            return self._error(400, "Problems parsing JSON")
        asked.body, operation = told or {}, asked.operation
        if said := self.contract.faults_of_request(operation, asked.query, told):
            self.violations += [f"{operation.id}: {one}" for one in said]
            return self._error(422, "Validation Failed", *said)
        if moved := self.world.moved.get(asked.path.get("repo", "").lower()):
            where = path.replace(f"/{asked.path['repo']}", f"/{moved.name}", 1)
            words = f"?{urlencode(asked.query)}" if asked.query else ""
            return self._reply(301, {"message": "Moved Permanently"}, {"Location": self.world.url + where + words})
        try:
            with self.world.lock:
                return self._play(asked)
        except Refused as refused:
            return self._refused(asked, refused)
        except Exception as error:
            self.violations.append(f"{operation.id}: the fake broke.\n{traceback.format_exc()}")
            return self._error(500, f"The fake broke: {type(error).__name__}: {error}")

    def _counted(self, reply: Reply, known: str | None) -> Reply:
        """Against the hour's quota. An answer has a tag: who knows it already is told so, at no cost."""
        tag = f'W/"{hashlib.sha256(reply.body).hexdigest()}"'
        if reply.status == 200 and known == tag:
            return Reply(304, {"ETag": tag}, b"")
        self.world.used += 1
        return replace(reply, headers=reply.headers | {"ETag": tag}) if reply.status == 200 else reply

    def _play(self, asked: Asked) -> Reply:
        played = ROUTES[asked.operation.id](asked)
        answer = played if isinstance(played, Answer) else Answer(200, played)
        if isinstance(answer.body, Rows):
            answer.body = self._page(asked, answer.body)
        made = self.contract.answer(asked.operation, answer.status, answer.body)
        return self._reply(answer.status, made, answer.headers | asked.answer_headers)

    def _page(self, asked: Asked, rows: Rows) -> object:
        """A page by its number, with the links to the others."""
        size = min(int(asked.query.get("per_page", PAGE)), 100, self.world.faults.largest_page)
        number = max(int(asked.query.get("page", 1)), 1)
        last = max(-(-len(rows.rows) // size), 1)
        links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        shown = [name for name in links if (number < last if name in ("next", "last") else number > 1)]
        path = asked.operation.path.format(**{name: quote(value) for name, value in asked.path.items()})
        kept = "".join(f"&{name}={quote(value)}" for name, value in asked.query.items() if name != "page")
        if shown and "page" in asked.operation.parameters("query"):
            texts = [f'<{self.world.url}{path}?page={links[name]}{kept}>; rel="{name}"' for name in shown]
            asked.answer_headers["Link"] = ", ".join(texts)
        if "page" not in asked.operation.parameters("query"):
            size, number = len(rows.rows), 1
        page = [rows.show(one) for one in rows.rows[(number - 1) * size : number * size]]
        return {"total_count": len(rows.rows), rows.key: page} if rows.key else page

    def _refused(self, asked: Asked, refused: Refused) -> Reply:
        errors = [{"resource": asked.operation.id, "code": "custom", "message": one} for one in refused.errors]
        known = {"message": refused.message, "documentation_url": DOCUMENTATION} | ({"errors": errors} if errors else {})
        if refused.status == 410 or (errors and "422" not in asked.operation.facts["answers"]):
            return self._reply(refused.status, known, {})
        try:
            return self._reply(refused.status, self.contract.answer(asked.operation, refused.status, known), {})
        except AssertionError as error:
            self.violations.append(str(error))
            return self._error(500, str(error))

    def _fault(self, fault: Fault) -> Reply | None:
        if fault.cut:
            return None
        body = {"message": fault.message, "documentation_url": DOCUMENTATION}
        return self._reply(fault.status, body, dict(fault.headers))

    def _error(self, status: int, message: str, *errors: str) -> Reply:
        more = {"errors": [{"resource": "", "code": "custom", "message": one} for one in errors]} if errors else {}
        return self._reply(status, {"message": message, "documentation_url": DOCUMENTATION} | more, {})

    def _reply(self, status: int, body: object, headers: dict[str, str]) -> Reply:
        left = self.world.quota()
        limits = {f"X-RateLimit-{name.capitalize()}": str(value) for name, value in left.items()}
        text = b"" if body is None else json.dumps(body).encode()
        return Reply(status, {"Content-Type": JSON, "X-RateLimit-Resource": "core"} | limits | headers, text)

    def _artifact(self, path: str, headers) -> Reply:
        """Storage of another company: it takes the signed address, and refuses who says who he is."""
        if headers.get("Authorization"):
            self.violations.append("the store of artifacts was sent the token")
            return git_http.plain(400, "InvalidAuthenticationInfo")
        _, _, repository, number = path.split("/")
        rows = [one for place in self.world.repositories.values() if place.id == int(repository) for one in place.artifacts]
        data = next((one.data for one in rows if one.id == int(number)), None)
        if data is None:
            return git_http.plain(404, "BlobNotFound")
        return Reply(200, {"Content-Type": "application/zip"}, data)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _serve(self) -> None:
        reply = self.server.answer(self.command, self.path, self.headers, self._body())
        if reply is None:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        moment = format_datetime(self.server.world.now(), usegmt=True)
        for name, value in ({"Date": moment, "Content-Length": str(len(reply.body))} | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _body(self) -> bytes:
        """git sends a large push in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *arguments) -> None:
        """Nothing on the screen of the tests."""
