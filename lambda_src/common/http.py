"""GET over HTTP with the standard library: one connection kept open, a limit on time and size, no redirects.

Answer        what came back, whole
Unavailable   nothing usable came back, and trying again may help: refused, too slow, cut off, not JSON, 429, 5xx
Refused       the service will not answer this request; trying again does not help
"""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

LARGEST = 10_000_000  # bytes
CHUNK = 65_536
PASSING = frozenset((408, 425, 429, *range(500, 600)))  # proxies have their own, such as 520 and 522


@dataclass(frozen=True)
class Answer:
    body: bytes
    payload: Any  # the body, read as JSON


class Unavailable(Exception):
    def __init__(self, reason: str, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(Exception):
    pass


class Session:
    """Requests below one base URL."""

    def __init__(self, base_url: str, *, timeout: float) -> None:
        self._base = urlsplit(base_url.rstrip("/"))
        if self._base.scheme not in ("http", "https") or not self._base.hostname:
            raise Refused(f"{base_url!r} is no http(s) address")
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None

    def get(self, page: str, params: Mapping[str, str]) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        try:
            response, body = self._exchange(f"{self._base.path}/{page}{query}")
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unavailable(_told(error)) from error
        if response.status in PASSING:
            raise Unavailable(f"HTTP {response.status}", response.headers.get("Retry-After"))
        if response.status != 200:
            raise Refused(f"HTTP {response.status}")
        try:
            return Answer(body, json.loads(body))
        except (ValueError, RecursionError):
            raise Unavailable("the answer is empty" if not body else "the answer is not JSON") from None

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _exchange(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._connection or self._connect()
        with _deadline(connection, self._timeout):
            connection.request("GET", path, headers={"Accept": "application/json", "User-Agent": "barback"})
            response = connection.getresponse()
            chunks, size = [], 0
            while chunk := response.read(CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    self.close()
                    raise Refused(f"the answer is larger than {LARGEST:,} bytes")
            if response.length:  # read(n) does not complain when the connection closes early
                raise http.client.IncompleteRead(b"", response.length)
        return response, b"".join(chunks)

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._base.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(self._base.hostname or "", self._base.port, timeout=self._timeout)
        return self._connection


@contextlib.contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Ends what is inside after so many seconds, with a TimeoutError.

    A socket's own timeout starts again with each byte, so an answer that drips, be it in its headers or between its
    chunks, would never meet it. Here the socket is shut down from outside, wherever the reading is.
    """
    if connection.sock is None:
        connection.connect()
    stream, has_passed = connection.sock, threading.Event()

    def pass_() -> None:
        has_passed.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(stream, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, pass_)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError):
        if has_passed.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if has_passed.is_set():  # just at the end, or it looked like one
        raise TimeoutError


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no whole answer in time"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer was cut off"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
