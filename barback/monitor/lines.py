"""A log event as one line: its level, the request it belongs to, and what it says.

Functions write JSON; Lambda writes START, END and REPORT around it, and errors as text. Lines without a request of
their own belong to the one that was started last in their stream: an environment handles one request at a time.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR")
# What Lambda says of every invocation, lines of a traceback, and metrics: only there for those who ask for all.
TRACE = "TRACE"
_REQUEST = re.compile(r"RequestId: ([0-9a-f-]{36})")
_STAMPED = re.compile(r"^\S+Z ([0-9a-f-]{36}) (Task timed out.*)")
_NOT_SHOWN = ("level", "message", "request_id", "function", "traceback", "_aws")
_FAILURES = ("[ERROR]", "Runtime exited", "Runtime.ExitError")


@dataclass(frozen=True)
class Report:
    """What Lambda's REPORT line says of an invocation."""

    milliseconds: float
    billed: float
    memory: int
    used: int
    init: float | None
    failure: str | None


@dataclass(frozen=True)
class Line:
    milliseconds: int  # since 1970
    function: str
    level: str
    request: str | None
    text: str
    report: Report | None = None
    # The invocation failed: the line is Lambda's own word for it.
    failed: bool = False


class Reader:
    """Reads the events of one function in the order of their streams."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._current: dict[str, str] = {}

    def read(self, event: Mapping[str, Any]) -> Line:
        stream, text = str(event.get("logStreamName", "")), str(event["message"]).rstrip()
        found = _REQUEST.search(text)
        if found and text.startswith("START "):
            self._current[stream] = found[1]
        request = found[1] if found else self._current.get(stream)
        level, message, failed, report = TRACE, text, False, None
        if text.startswith("REPORT ") and (report := report_of(text)):
            level, message, failed = "INFO", _in_words(report), report.failure is not None
            level = "ERROR" if failed else level
        elif stamped := _STAMPED.match(text):
            request, level, message, failed = stamped[1], "ERROR", stamped[2], True
        elif (entry := _entry(text)) is not None:
            level = TRACE if "_aws" in entry else str(entry.get("level", "INFO")).upper()
            level = level if level in LEVELS else "INFO"
            request = entry.get("request_id") or request
            shown = "  ".join(f"{k}={v}" for k, v in entry.items() if k not in _NOT_SHOWN and v is not None)
            message = f"{entry.get('message', '')}  {shown}".strip()
        elif any(sign in text for sign in _FAILURES):
            level, failed = "ERROR", True
            message = text.replace("\r", "\n").split("\n", 1)[0]
        elif text.startswith("[WARNING]"):
            level = "WARNING"
        elif not _is_lambdas_own(text):
            level = "INFO"
        return Line(int(event["timestamp"]), self._function, level, request, message, report, failed)


def report_of(text: str) -> Report | None:
    fields = dict(part.strip().split(": ", 1) for part in text.split("\t")[1:] if ": " in part)
    try:
        return Report(
            milliseconds=_number(fields["Duration"]),
            billed=_number(fields["Billed Duration"]),
            memory=int(_number(fields["Memory Size"])),
            used=int(_number(fields["Max Memory Used"])),
            init=_number(fields["Init Duration"]) if "Init Duration" in fields else None,
            failure=fields.get("Error Type") or fields.get("Status"),
        )
    except (KeyError, ValueError):
        return None


def _number(text: str) -> float:
    return float(text.split()[0])


def _in_words(report: Report) -> str:
    parts = [f"took {report.milliseconds:,.0f} ms", f"{report.used} of {report.memory} MB"]
    if report.init is not None:
        parts.append(f"cold start {report.init:,.0f} ms")
    if report.failure:
        parts.append(f"failed: {report.failure}")
    return ", ".join(parts)


def _entry(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "message" in found else None


def _is_lambdas_own(text: str) -> bool:
    """START, END, and the lines of a traceback, which Lambda indents by hard spaces."""
    return text.startswith(("START ", "END ", "INIT_", "Traceback", "\xa0", "EXTENSION", "XRAY")) or not text
