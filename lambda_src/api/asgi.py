"""Runs an ASGI application on one event of payload 2.0: what an HTTP API and a function URL send."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from common.events import UnknownEvent

Application = Callable[[Any, Any, Any], Awaitable[None]]
TEXTS = ("text/", "application/json", "application/problem+json")


def answer(app: Application, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    if not isinstance(event, Mapping) or event.get("version") != "2.0" or "http" not in event.get("requestContext", {}):
        raise UnknownEvent("no HTTP request in payload 2.0")
    scope, body = _scope(event, context), _body(event)
    status, headers, chunks = 500, [], []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], message["headers"]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    loop().run_until_complete(app(scope, receive, send))
    return _response(status, {name.decode(): value.decode("latin-1") for name, value in headers}, b"".join(chunks))


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One for all requests of this environment: making one takes as long as a small request."""
    return asyncio.new_event_loop()


def _scope(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    request = event["requestContext"]
    path = str(event.get("rawPath") or "/")
    # A function URL of AWS hands the path on as it was sent; an HTTP API, and LocalStack, decoded.
    if str(request.get("domainName", "")).endswith(".on.aws"):
        path = unquote(path)
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": str(request["http"]["method"]).upper(),
        "scheme": headers.get("x-forwarded-proto", "https"),
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": str(event.get("rawQueryString") or "").encode("utf-8", "replace"),
        "root_path": "",
        "headers": [(name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in headers.items()],
        "client": (str(request["http"].get("sourceIp", "")), 0),
        "server": (str(request.get("domainName", "")), 443),
        "request_id": getattr(context, "aws_request_id", None),
    }


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else str(body).encode()


def _response(status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    is_text = not body or headers.get("content-type", "").startswith(TEXTS)
    return {
        "statusCode": status,
        "headers": headers,
        "body": body.decode() if is_text else base64.b64encode(body).decode(),
        "isBase64Encoded": not is_text,
    }
