"""Answers as JSON: what DynamoDB's tables hold, as numbers that JSON has."""

import json
from decimal import Decimal
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/json"


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_number).encode("utf-8", "replace")


def json_answer(value: Any, *, max_age: int) -> Response:
    """Written straight from what was read. Its form is described by the route's model, which tests compare it with."""
    return Response(dumped(value), headers={"Cache-Control": f"max-age={max_age}"}, media_type=MEDIA_TYPE)


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")
