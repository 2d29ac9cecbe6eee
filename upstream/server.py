"""The server: routes requests to the stand-ins, acts out faults and keeps a log of what it was asked.

Beside the services there are paths for tests and for trying by hand:
GET /_health · GET, DELETE /_requests · GET, PUT, DELETE /_faults · PATCH /_drinks/<id> · DELETE /_drinks
Any request may also ask for a fault itself: …/search.php?f=a&_fault=429&_seconds=2
"""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from upstream.answers import Answer, Params, json_answer
from upstream.cocktaildb import CocktailDB, UnknownDrink
from upstream.faults import BadFault, Fault, Faults, fault_from, spoil
from upstream.jsonplaceholder import JSONPlaceholder
from upstream.randomuser import RandomUser

Service = Callable[[str, Params], Answer]

PREFIXES = {
    "COCKTAILDB_URL": "/cocktaildb/api/json/v1/1",
    "JSONPLACEHOLDER_URL": "/jsonplaceholder",
    "RANDOMUSER_URL": "/randomuser/api",
}


class Upstream:
    """All three services on one port. Use it as a context manager; it is ready when the block begins."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, seed: int = 1) -> None:
        self.faults = Faults()
        self.cocktaildb = CocktailDB(seed)
        self._services: dict[str, Service] = {
            PREFIXES["COCKTAILDB_URL"]: self.cocktaildb.answer,
            PREFIXES["JSONPLACEHOLDER_URL"]: JSONPlaceholder(seed).answer,
            PREFIXES["RANDOMUSER_URL"]: RandomUser(seed).answer,
        }
        self._lock = threading.Lock()
        self._requests: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        self._server = _Server((host, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def base_urls(self) -> dict[str, str]:
        """The environment that points the flows here, one variable a service."""
        return {variable: self.url + prefix for variable, prefix in PREFIXES.items()}

    def requests(self, prefix: str = "/") -> list[dict[str, Any]]:
        """What the services were asked, in order."""
        with self._lock:
            return [request for request in self._requests if request["path"].startswith(prefix)]

    def reset(self) -> None:
        """As freshly started: no faults, no log, the drinks as they were made."""
        self.faults.clear()
        self.cocktaildb.restore()
        with self._lock:
            self._requests.clear()

    def answer(self, path: str, params: dict[str, str]) -> tuple[Answer, Fault | None]:
        """The answer of the service that the path belongs to, and the fault that it is to suffer."""
        by_hand = {name: params.pop(name) for name in ("_fault", "_seconds") if name in params}
        fault = self.faults.take(path, params)
        if "_fault" in by_hand:
            fault = fault_from(
                {"path": path, "kind": by_hand["_fault"], "seconds": float(by_hand.get("_seconds", "1"))}
            )
        answer = json_answer({"error": f"nothing is served at {path}"}, 404)
        for prefix, service in self._services.items():
            if path == prefix or path.startswith(prefix + "/"):
                answer = service(path.removeprefix(prefix), params)
        if fault:
            answer = spoil(answer, fault)
        with self._lock:
            self._requests.append(
                {"path": path, "query": params, "status": answer.status, "fault": fault.kind if fault else None}
            )
        return answer, fault

    def administer(self, method: str, path: str, params: Params, body: bytes) -> Answer:
        """The paths that start with an underscore."""
        match method, path.split("/")[1:]:
            case "GET", ["_health"]:
                return json_answer({"status": "ok", "drinks": len(self.cocktaildb.drinks)})
            case "GET", ["_requests"]:
                asked = self.requests(params.get("path", "/"))
                return json_answer({"total": len(asked), "requests": asked})
            case "DELETE", ["_requests"]:
                with self._lock:
                    self._requests.clear()
            case "GET", ["_faults"]:
                return json_answer({"faults": self.faults.listed()})
            case "PUT", ["_faults"]:
                wanted = json.loads(body)
                for fault in [fault_from(fields) for fields in (wanted if isinstance(wanted, list) else [wanted])]:
                    self.faults.add(fault)
            case "DELETE", ["_faults"]:
                self.faults.clear()
            case "PATCH", ["_drinks", identity]:
                return json_answer(self.cocktaildb.change(identity, json.loads(body)))
            case "DELETE", ["_drinks"]:
                self.cocktaildb.restore()
            case _:
                return json_answer({"error": f"{method} {path} is not known here"}, 404)
        return json_answer({"done": True})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], upstream: Upstream) -> None:
        super().__init__(address, _Handler)
        self.upstream = upstream

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is what `slow` is for; it is not worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._respond()

    do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def _respond(self) -> None:
        upstream = self.server.upstream
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = None
        try:
            if parts.path.startswith("/_"):
                answer = upstream.administer(self.command, parts.path, params, body)
            else:
                answer, fault = upstream.answer(parts.path, params)
        except (BadFault, UnknownDrink, ValueError) as error:
            answer = json_answer({"error": str(error)}, 400)
        if fault and fault.kind == "slow":
            upstream.stopping.wait(fault.seconds)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if fault and fault.kind == "cut_off":
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.end_headers()
        if fault and fault.kind == "drip":
            for byte in answer.body:
                if upstream.stopping.wait(fault.seconds):
                    return
                self.wfile.write(bytes([byte]))
            return
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is at /_requests; nothing goes to the terminal."""
