"""What happens around every request: HEAD, ETag, the request's id, a line in the log, and the last word on errors."""

import time
import uuid
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from api.problems import of_failure
from common.logs import Log

Application = Callable[[Any, Any, Any], Awaitable[None]]


class Around:
    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = scope.get("request_id") or uuid.uuid4().hex
        log = Log(request_id=scope["request_id"], function="api")
        method = scope["method"]
        if method == "HEAD":
            scope["method"] = "GET"
        start, body = await self._answer(scope, receive, log)
        headers = MutableHeaders(raw=start["headers"])
        headers["X-Request-Id"] = scope["request_id"]
        headers["X-Content-Type-Options"] = "nosniff"
        if start["status"] == 200 and scope["method"] == "GET":
            headers["ETag"] = tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
            if _has(scope, tag):
                start["status"], body = 304, b""
                del headers["Content-Length"]
        sent = b"" if method == "HEAD" else body
        await send(start)
        await send({"type": "http.response.body", "body": sent})
        route = getattr(scope.get("route"), "path", None)
        log.info(
            "request",
            method=method,
            route=route,
            path=scope["path"],
            status=start["status"],
            bytes=len(sent),
            ms=round(1000 * (time.perf_counter() - started), 1),
        )

    async def _answer(self, scope: Any, receive: Any, known: Log) -> tuple[dict[str, Any], bytes]:
        """Held back until it is whole: nothing of it is out when something goes wrong."""
        start: dict[str, Any] = {}
        chunks: list[bytes] = []

        async def keep(message: Any) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        try:
            await self._app(scope, receive, keep)
        except Exception as error:  # noqa: BLE001 - the caller gets an answer, and the log the error
            known.exception("failed", error, path=scope["path"])
            start.clear()
            chunks.clear()
            await of_failure(Request(scope), error)(scope, receive, keep)
        return start, b"".join(chunks)


def _has(scope: Any, tag: str) -> bool:
    """Whether the caller says that it has this very answer."""
    asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    return asked.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in asked.split(",")]
