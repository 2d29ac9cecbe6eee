"""Where the deployed API answers, and asking it there.

A local engine's function URL has a host name that resolves nowhere, so it is asked at the engine's own address with
that name in the `Host` header. A browser cannot do that: for people there is the local application (barback/harness).
"""

import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.exceptions import ClientError

from barback.errors import Problem
from barback.targets import Target

FUNCTION = "api"
SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def address(target: Target) -> str:
    """As AWS calls it: that of the HTTP API, or of the function URL where there are no HTTP APIs."""
    name = target.names.function(FUNCTION)
    try:
        if target.is_aws and not target.config.allow_emulator:
            apis = target.client("apigatewayv2").get_paginator("get_apis").paginate()
            found = next((api for page in apis for api in page["Items"] if api["Name"] == name), None)
            if found is None:
                raise Problem(f"there is no HTTP API {name}", "deploy it: TARGET=aws make deploy")
            return str(found["ApiEndpoint"])
        url: str = target.client("lambda").get_function_url_config(FunctionName=name)["FunctionUrl"]
    except ClientError as error:
        raise Problem(f"the API has no address: {error}", "make status") from None
    return url.rstrip("/")


def ask(target: Target, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    """Sends a request through the deployed API. `path` may hold a query and is sent as it is."""
    to, host = reachable(target)
    asked = urlsplit(to)
    kind: Any = http.client.HTTPSConnection if asked.scheme == "https" else http.client.HTTPConnection
    connection = kind(asked.hostname, asked.port, timeout=SECONDS)
    try:
        # Safe for whatever is in it, and nothing that is quoted already is quoted again.
        sent = quote(path, safe="/?&=%+,:;@!$'()*~#-._")
        connection.request(method, sent, headers={**({"Host": host} if host else {}), **(headers or {})})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())
    finally:
        connection.close()


def reachable(target: Target) -> tuple[str, str]:
    """Where requests are sent, and the name to send as `Host` where that is another one."""
    there = address(target)
    at = target.endpoint or _emulator(target)
    return (at, urlsplit(there).netloc) if at else (there, "")


def _emulator(target: Target) -> str | None:
    return str(target.client("lambda").meta.endpoint_url) if target.config.allow_emulator else None
