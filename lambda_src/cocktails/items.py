"""A drink as items of the table `cocktails`, and back. One table holds three kinds, told apart by their `id`:

id 20008            the drink, whole, with its content's hash and the history of hashes. In the index by category.
id 20008#lime       "lime is in 20008". In the index by ingredient.
id 20008#is:drink   the drink's card: what a list shows and what questions ask about. In the same index, all under the
                    name is:drink, so that one query reads the cards of the whole catalogue.

So "what can I make with gin and lime" is one query of the index for each of the two names, and what both have.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cocktails.normalise import ingredient_names
from common.items import Item, plain

CARDS = "is:drink"
CARD = ("id", "name", "alternate_name", "category", "glass", "is_mocktail", "difficulty", "tags", "picture")


def card_id(drink_id: str) -> str:
    return f"{drink_id}#{CARDS}"


def card_of(drink: Mapping[str, Any]) -> Item:
    """What a list shows of a drink."""
    alcohol = drink["alcohol"]
    return {
        **{field: drink[field] for field in CARD},
        "strength": {bound: alcohol[bound] for bound in ("percent", "low", "high")} if alcohol else None,
        "unknown": alcohol["unknown"] if alcohol else [],
        "ingredients": [
            {"name": line["name"], "measure": line["measure"]["text"], "kind": line["measure"]["kind"]}
            for line in drink["ingredients"]
        ],
    }


def rows(drink: Mapping[str, Any]) -> dict[str, Item]:
    """The card and the ingredient rows of a drink, by id. The same for a drink that was read back from the table."""
    found = {
        f"{drink['id']}#{name}": {"ingredient": name, "drink_id": drink["id"]} for name in ingredient_names(dict(drink))
    }
    found[card_id(drink["id"])] = {"ingredient": CARDS, "drink_id": drink["id"], "card": card_of(drink)}
    return {row_id: {"id": row_id, **row} for row_id, row in found.items()}


def shown(item: Mapping[str, Any]) -> Item:
    """An item in DynamoDB's notation as JSON has it: numbers are no Decimals."""
    return {name: readable(value) for name, value in plain(item).items()}


def readable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: readable(entry) for name, entry in value.items()}
    return [readable(entry) for entry in value] if isinstance(value, list) else value


def size(value: Mapping[str, Any]) -> int:
    """The bytes that DynamoDB counts for an item in its own notation."""
    return sum(len(name.encode()) + _size_of(typed_value) for name, typed_value in value.items())


def _size_of(value: Mapping[str, Any]) -> int:
    match next(iter(value.items())):
        case ("S", str(text)):
            return len(text.encode())
        case ("N", str(digits)):
            return len(digits) // 2 + 1
        case ("L", list(entries)):
            return 3 + sum(1 + _size_of(entry) for entry in entries)
        case ("M", dict(fields)):
            return 3 + sum(1 + len(name.encode()) + _size_of(entry) for name, entry in fields.items())
        case _:
            return 1
