"""The Lambda Runtime API (version 2018-06-01) for one execution environment, on a loopback port of its own.

The runtime inside the function's process asks for the next invocation and posts what came of it; whoever runs the
function reads the same as a stream of events.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any, cast

# 6 MB and a little for the envelope: AWS's own number, which its error message repeats.
MAX_RESPONSE = 6 * 1024 * 1024 + 100
API = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    """What the function is told: headers of `GET /invocation/next`, and its body."""

    request_id: str
    arn: str
    payload: bytes
    deadline_ms: int
    trace: str = ""
    client_context: str = ""  # JSON
    cognito_identity: str = ""  # JSON

    def headers(self) -> dict[str, str]:
        headers = {
            # awslambdaric ends without a word if this one is missing.
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
            "Lambda-Runtime-Trace-Id": self.trace,
            "Lambda-Runtime-Client-Context": self.client_context,
            "Lambda-Runtime-Cognito-Identity": self.cognito_identity,
        }
        return {name: value for name, value in headers.items() if value}


@dataclass(frozen=True)
class Ready:
    """The runtime has imported the handler and asks for its first invocation."""


@dataclass(frozen=True)
class InitFailed:
    """The runtime could not load the handler; `payload` is the error as the runtime words it."""

    payload: bytes


@dataclass(frozen=True)
class Answered:
    request_id: str
    payload: bytes


@dataclass(frozen=True)
class Failed:
    """The handler raised; `payload` is the error as the runtime words it."""

    request_id: str
    payload: bytes


@dataclass(frozen=True)
class TooLarge:
    request_id: str


@dataclass(frozen=True)
class Ended:
    """The process is gone; `status` as `subprocess` counts: negative for a signal."""

    status: int


Event = Ready | InitFailed | Answered | Failed | TooLarge | Ended


class RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True
    # A thread that waits for the next invocation must not hold up closing.
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self.asked = False
        # The one invocation that has been handed out and not been answered.
        self.current: str | None = None
        self._closing = False
        self._serving = threading.Thread(target=self._accept, name="runtime-api", daemon=True)
        self._serving.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        # HTTPServer's own looks up the host's full name, which can take seconds on a laptop that is offline.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def offer(self, invocation: Invocation) -> None:
        self.waiting.put(invocation)

    def close(self) -> None:
        self.waiting.put(None)
        self._closing = True
        # Wakes the thread that waits for connections, at once and on every system.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_address[1]), timeout=1).close()
        self._serving.join()
        self.server_close()

    def _accept(self) -> None:
        while not self._closing:
            self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection broke because its process did: `Ended` tells that story."""


class _Door(BaseHTTPRequestHandler):
    """Routes the runtime's requests; one instance a connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def api(self) -> RuntimeApi:
        return cast(RuntimeApi, self.server)

    def do_GET(self) -> None:
        if self.path != f"{API}/invocation/next":
            self._reply(404, b"{}")
            return
        if not self.api.asked:
            self.api.asked = True
            self.api.events.put(Ready())
        invocation = self.api.waiting.get()
        if invocation is None:
            self.close_connection = True
            return
        self.api.current = invocation.request_id
        self._reply(200, invocation.payload, invocation.headers())

    def do_POST(self) -> None:
        match self.path.removeprefix(API).strip("/").split("/"):
            case ["init", "error"]:
                body = self._body()
                self.api.events.put(InitFailed(body or b"{}"))
                self._accepted()
            case ["invocation", request_id, "response" | "error" as kind]:
                body = self._body()
                if request_id != self.api.current:
                    self._refuse(400, "InvalidRequestID", "Invalid request ID")
                elif body is None:
                    self._answered(TooLarge(request_id))
                    self._refuse(
                        413, "RequestEntityTooLarge", f"Exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
                    )
                else:
                    event = Answered(request_id, body) if kind == "response" else Failed(request_id, body)
                    # First the event, then the reply: by the time the runtime goes on, its answer counts.
                    self._answered(event)
                    self._accepted()
            case _:
                self._body()
                self._reply(404, b"{}")

    def _answered(self, event: Event) -> None:
        self.api.current = None
        self.api.events.put(event)

    def _body(self) -> bytes | None:
        """The request's body, or `None` if it is larger than a response may be (it is read all the same)."""
        parts: list[bytes] = []
        size = 0
        for part in self._parts():
            size += len(part)
            if size <= MAX_RESPONSE:
                parts.append(part)
        return b"".join(parts) if size <= MAX_RESPONSE else None

    def _parts(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():  # trailers
                pass
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            part = self.rfile.read(min(left, 1 << 16))
            if not part:
                raise ConnectionError("the function's process hung up in the middle of its answer")
            left -= len(part)
            yield part

    def _accepted(self) -> None:
        self._reply(202, b'{"status":"OK"}')

    def _refuse(self, status: int, kind: str, message: str) -> None:
        self._reply(status, json.dumps({"errorType": kind, "errorMessage": message}).encode())

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the function's own log lines tell what matters."""
