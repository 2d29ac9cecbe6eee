"""Values as DynamoDB's API writes them, and back: {"S": "gin"} is "gin".

Written by hand because every function pays for it at each cold start: boto3's own codec takes longer to import than
this takes to run, and refuses floats.
"""

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

Item = dict[str, Any]

# What DynamoDB keeps of a number.
_DIGITS = Context(prec=38)
_EXPONENT = 125


def marshal(value: Any) -> dict[str, Any]:
    """One value in DynamoDB's notation."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes | bytearray):
        return {"B": bytes(value)}
    if isinstance(value, Mapping):
        return {"M": {key: marshal(entry) for key, entry in value.items()}}
    if isinstance(value, set | frozenset):
        return _set(value)
    return {"L": [marshal(entry) for entry in value]}


def typed(item: Mapping[str, Any]) -> Item:
    """An item, a key or the values of an expression, each attribute in DynamoDB's notation."""
    return {name: marshal(value) for name, value in item.items()}


def unmarshal(value: Mapping[str, Any]) -> Any:
    """The value that one attribute in DynamoDB's notation stands for. A number is a Decimal, as exact as it was."""
    [(kind, content)] = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return Decimal(content)
        case "NULL":
            return None
        case "M":
            return {name: unmarshal(entry) for name, entry in content.items()}
        case "L":
            return [unmarshal(entry) for entry in content]
        case "B":
            return bytes(content)
        case "SS" | "BS":
            return set(content)
        case "NS":
            return {Decimal(number) for number in content}
    raise ValueError(f"{kind!r} is not a type of DynamoDB's")


def plain(item: Mapping[str, Any]) -> Item:
    """An item without DynamoDB's types around its values."""
    return {name: unmarshal(value) for name, value in item.items()}


def _number(value: int | float | Decimal) -> dict[str, str]:
    """38 digits, as DynamoDB keeps them; a number out of its range is kept as text."""
    number = _DIGITS.create_decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite() or (number and not -_EXPONENT <= number.adjusted() <= _EXPONENT):
        return {"S": str(value)}
    return {"N": str(number)}


def _set(values: set[Any] | frozenset[Any]) -> dict[str, Any]:
    if all(isinstance(value, str) for value in values):
        return {"SS": sorted(values)}
    if all(isinstance(value, bytes) for value in values):
        return {"BS": sorted(values)}
    return {"NS": sorted(_number(value)["N"] for value in values)}
