"""A drink as items of the table `cocktails`, and back. One table holds two kinds, told apart by their `id`:

id 20008           the drink, whole, with its content's hash and the history of hashes. In the index by category.
id 20008#lime      "lime is in 20008", with a card of the drink: what a list shows of it. In the index by ingredient.

So "what can I make with gin and lime" is one query of the index by ingredient for each of the two names, and what
both answers have. A mocktail has a row for the name is:mocktail as well, so that asking for those is a query, too.
"""

from collections.abc import Mapping
from typing import Any

from cocktails.normalise import ingredient_names
from common.items import Item

MOCKTAIL = "is:mocktail"
CARD = ("name", "category", "glass", "is_mocktail", "difficulty", "ingredient_count")


def rows(drink: Mapping[str, Any]) -> dict[str, Item]:
    """The ingredient rows of a drink, by id. The same for a drink that was read back from the table."""
    names = ingredient_names(dict(drink)) + ([MOCKTAIL] if drink["is_mocktail"] else [])
    card = {field: drink[field] for field in CARD}
    ids = {f"{drink['id']}#{name}": name for name in names}
    return {
        row_id: {"id": row_id, "ingredient": name, "drink_id": drink["id"], "card": card}
        for row_id, name in ids.items()
    }
