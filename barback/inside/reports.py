"""Log lines and errors around an invocation, in AWS's words."""

import json
import math
import platform
import signal
from datetime import UTC, datetime

from barback.inside.runtime_api import MAX_RESPONSE


def error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def with_request_id(payload: bytes, request_id: str) -> bytes:
    """An init error as the runtime posted it does not know of the invocation that it fails."""
    try:
        result = json.loads(payload)
    except ValueError:
        return payload
    if isinstance(result, dict) and not result.get("requestId"):
        result["requestId"] = request_id
    return json.dumps(result).encode()


def kind_of(payload: bytes) -> str:
    try:
        return str(json.loads(payload)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Runtime.Unknown"


def exit_reason(status: int) -> str:
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    if status < 0:
        name = "killed" if status == -signal.SIGKILL else (signal.strsignal(-status) or str(-status)).lower()
        return f"Runtime exited with error: signal: {name}"
    return "Runtime exited without providing a reason"


def exited(request_id: str, status: int) -> bytes:
    return error("Runtime.ExitError", f"RequestId: {request_id} Error: {exit_reason(status)}")


def timed_out(request_id: str, seconds: float) -> bytes:
    return error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds")


def too_large() -> bytes:
    return error(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes).",
    )


def init_start() -> str:
    return f"INIT_START Runtime Version: python:{platform.python_version()}.embedded\n"


def start(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}\n"


def timeout_line(request_id: str, seconds: float) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{now} {request_id} Task timed out after {seconds:.2f} seconds\n\n"


def exit_lines(request_id: str, status: int) -> str:
    return f"RequestId: {request_id} Error: {exit_reason(status)}\nRuntime.ExitError\n"


def end(
    request_id: str, *, seconds: float, memory: int, used: int, init: float | None, status: str = "", kind: str = ""
) -> str:
    """The END and REPORT lines: `memory` and `used` in MB, `init` in seconds for a cold start.

    AWS bills the init phase too (since August 2025) and rounds up to the next millisecond.
    """
    billed = math.ceil((seconds + (init or 0)) * 1000)
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {seconds * 1000:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {memory} MB",
        f"Max Memory Used: {used} MB",
    ]
    if init is not None:
        fields.append(f"Init Duration: {init * 1000:.2f} ms")
    if status:
        fields.append(f"Status: {status}")
    if kind:
        fields.append(f"Error Type: {kind}")
    report = "\t".join(fields)
    return f"END RequestId: {request_id}\n{report}\t\n"
