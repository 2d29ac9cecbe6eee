"""The kinds of field that orders are made of: ids, texts, amounts of money, quantities and times."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, PlainValidator, StringConstraints, WithJsonSchema

PLACES = 6  # the most decimal places of an amount
DIGITS = 12  # and the most digits before them
_AMOUNT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_LARGEST = Decimal(10) ** DIGITS
_SMALLEST = Decimal(1).scaleb(-PLACES)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
ZERO = Decimal(0)
_NO_NUL = r"^[^\x00]*$"


def amount(value: Any) -> Decimal:
    """Exact, as it was written: 12.5, "12.50" and 1.25e1 are amounts; nothing is rounded."""
    kind = type(value)
    if kind is Decimal:
        number = value
    elif kind is int or (kind is str and _AMOUNT.fullmatch(value)):
        number = Decimal(value)
    else:
        raise ValueError('an amount is a number, or a text like "12.50"')
    if not number:
        return ZERO  # -0 among others
    if number < 0:
        raise ValueError("an amount is not below zero")
    if number >= _LARGEST:
        raise ValueError(f"an amount has at most {DIGITS} digits before the point")
    if number != number.quantize(_SMALLEST):
        raise ValueError(f"an amount has at most {PLACES} decimal places")
    return cast(Decimal, number)


def quantity(value: Any) -> int:
    if isinstance(value, Decimal) and value.adjusted() < 10 and value == int(value):
        value = int(value)
    if type(value) is not int:
        raise ValueError("a quantity is a whole number")
    if not 1 <= value <= MOST:
        raise ValueError(f"a quantity is from 1 to {MOST:,}")
    return value


MOST = 1_000_000  # so that no sum over an order needs more than the 28 digits that decimals count in


def moment(value: Any) -> datetime:
    """In UTC. A time without an offset could be any of 26 hours, so it is none."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("a time is a text like 2026-01-31T12:34:56+01:00, with its offset from UTC")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such time") from None


def _identifier(value: Any) -> Any:
    return str(value) if type(value) is int else value


Text = Annotated[str, StringConstraints(strict=True, max_length=100_000, pattern=_NO_NUL)]
Name = Annotated[str, StringConstraints(strict=True, max_length=1_000, pattern=_NO_NUL)]
# A number is taken as its digits; spaces around are taken off, and reported.
Identifier = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_NUL),
    BeforeValidator(_identifier, json_schema_input_type=str | int),
]
Currency = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
Amount = Annotated[
    Decimal,
    PlainValidator(amount),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "exclusiveMaximum": int(_LARGEST)},
                {"type": "string", "pattern": rf"^\d{{1,{DIGITS}}}(\.\d{{1,{PLACES}}})?$"},
            ]
        }
    ),
]
Quantity = Annotated[int, PlainValidator(quantity), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST})]
Moment = Annotated[
    datetime,
    PlainValidator(moment),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "description": "with its offset from UTC; a space may stand for T"}
    ),
]
