"""What a stand-in says to one request, before it is bytes on a wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(payload: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(payload, ensure_ascii=False).encode())


def number(params: Params, name: str, default: int) -> int:
    """A parameter that should be a whole number; like the real services, nonsense counts as not given."""
    try:
        return int(params[name])
    except (KeyError, ValueError):
        return default
