"""What awslambdaric's native `runtime_client` module does, in Python, for systems that AWS does not build it for."""

import http.client
import os

_PATH = "/2018-06-01/runtime/invocation"
_agent = "aws-lambda-python"


def initialize_client(user_agent: str) -> None:
    global _agent
    _agent = user_agent


def next() -> tuple[bytes, dict[str, str]]:
    status, headers, body = _call("GET", f"{_PATH}/next")
    if status != http.HTTPStatus.OK:
        raise RuntimeError(f"Failed to get next invocation: the Runtime API answered {status}")
    return body, headers


def post_invocation_result(
    invoke_id: str, result: bytes, content_type: str = "application/json", invocation_id: str | None = None
) -> None:
    _post(f"{_PATH}/{invoke_id}/response", result, {"Content-Type": content_type})


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault}
    _post(f"{_PATH}/{invoke_id}/error", error.encode(), headers)


def _post(path: str, body: bytes, headers: dict[str, str]) -> None:
    status, _, _ = _call("POST", path, body, headers)
    if status != http.HTTPStatus.ACCEPTED:
        raise RuntimeError(f"Failed to post invocation response: the Runtime API answered {status}")


def _call(
    method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, path, body, {"User-Agent": _agent, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
