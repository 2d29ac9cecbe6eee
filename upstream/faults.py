"""Faults on demand: what the real services do on a bad day, for the paths and as often as asked.

429             too many requests, with Retry-After
500 to 599      an error of the service, or of a proxy in front of it
slow            the right answer, `seconds` late
drip            the right answer, byte by byte, with `seconds` between two of them
cut_off         the connection closes in the middle of the promised body
wrong_json      half of the JSON, sent as if it were whole
empty           status 200 and no body at all
nothing         no records, as if there were none
half            only the first half of the records
changed_schema  the records' fields have other names
changed_envelope  the records sit somewhere else
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from upstream.answers import Answer, Params, json_answer

KINDS = (
    "429", *map(str, range(500, 600)), "slow", "drip", "cut_off", "wrong_json", "empty", "nothing", "half",
    "changed_schema", "changed_envelope",
)  # fmt: skip


class BadFault(Exception):
    """A fault that was asked for cannot be; the message says why."""


@dataclass
class Fault:
    path: str  # a prefix of the path; a query string in it must match too: /cocktaildb/…/search.php?f=c
    kind: str
    times: int | None = 1  # None: until it is taken back
    after: int = 0  # matching requests that go well before the first fault
    seconds: float = 1.0  # how late `slow` is, how slow `drip`, and what Retry-After says

    def matches(self, path: str, params: Params) -> bool:
        wanted = urlsplit(self.path)
        return path.startswith(wanted.path) and all(
            params.get(name) == value for name, value in parse_qsl(wanted.query, keep_blank_values=True)
        )


def fault_from(fields: Any) -> Fault:
    if not isinstance(fields, Mapping):
        raise BadFault("a fault is a JSON object with path and kind")
    unknown = set(fields) - set(Fault.__dataclass_fields__)
    if unknown:
        raise BadFault(f"unknown fields: {', '.join(sorted(map(str, unknown)))}")
    try:
        fault = Fault(**fields)
    except TypeError as error:
        raise BadFault(str(error)) from None
    fault.kind = str(fault.kind)
    if fault.kind not in KINDS:
        kinds = ", ".join(kind for kind in KINDS if kind[0] != "5")
        raise BadFault(f"{fault.kind!r} is no kind of fault; there are {kinds} and 500 to 599")
    if not isinstance(fault.path, str) or not fault.path.startswith("/"):
        raise BadFault("path is a text that starts with /")
    if fault.times is not None and not isinstance(fault.times, int):
        raise BadFault("times is a whole number, or null for ever")
    if not isinstance(fault.after, int) or not isinstance(fault.seconds, int | float):
        raise BadFault("after is a whole number, seconds a number")
    return fault


class Faults:
    """The faults in force. Each request takes at most one, the oldest that matches it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, path: str, params: Params) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if not fault.matches(path, params):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times is None:
                    return fault
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None


def spoil(answer: Answer, fault: Fault) -> Answer:
    """The answer as the fault changes it; `slow`, `drip` and `cut_off` are the server's to act out."""
    match fault.kind:
        case "429":
            wait = f"{fault.seconds:g}"
            return Answer(429, b"Too Many Requests\n", "text/plain", {"Retry-After": wait})
        case kind if kind[0] == "5":
            return Answer(int(kind), b"<html><body>Internal Server Error</body></html>\n", "text/html")
        case "nothing":
            return json_answer(_with_records(json.loads(answer.body), lambda records: None), answer.status)
        case "half":
            return json_answer(
                _with_records(json.loads(answer.body), lambda records: records[: len(records) // 2]), answer.status
            )
        case "wrong_json":
            return Answer(answer.status, answer.body[: max(1, len(answer.body) // 2)])
        case "empty":
            return Answer(answer.status, b"")
        case "changed_schema":
            return json_answer(_renamed(json.loads(answer.body)), answer.status)
        case "changed_envelope":
            return json_answer({"version": 2, "data": json.loads(answer.body)}, answer.status)
        case _:
            return answer


def _with_records(payload: Any, change: Callable[[list[Any]], Any]) -> Any:
    """The payload with other records, wherever they sit."""
    if isinstance(payload, list):
        return change(payload)
    if isinstance(payload, dict):
        return {name: change(value) if isinstance(value, list) else value for name, value in payload.items()}
    return payload


def _renamed(payload: Any) -> Any:
    """Every record's fields under new names, wherever the records sit."""
    if isinstance(payload, list):
        return [_record(entry) for entry in payload]
    if isinstance(payload, dict) and any(isinstance(value, list) for value in payload.values()):
        return {name: _renamed(value) if isinstance(value, list) else value for name, value in payload.items()}
    return _record(payload)


def _record(entry: Any) -> Any:
    return {f"new_{name}": value for name, value in entry.items()} if isinstance(entry, dict) else entry
