"""Questions to the table `cocktails` that its indexes answer; none of them scans, but for the list of everything."""

from collections.abc import Iterable, Iterator
from typing import Any

from cocktails.items import MOCKTAIL
from cocktails.texts import key
from cocktails.vocabulary import category as folded_category
from common.items import Item, plain, typed

BY_INGREDIENT, BY_CATEGORY = "IngredientIndex", "CategoryIndex"
AT_ONCE = 100


class CocktailQueries:
    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def drinks(
        self, *, made_with: Iterable[str] = (), mocktails: bool = False, category: str | None = None
    ) -> list[Item]:
        """The whole drinks that have all of what is asked, by name."""
        names = [key(name) for name in made_with] + ([MOCKTAIL] if mocktails else [])
        if names:
            found = self._whole(self._ids_with_all(names))
            if category:
                found = [drink for drink in found if drink["category"] == folded_category(category)]
        elif category:
            found = list(self._query(BY_CATEGORY, "category", folded_category(category)))
        else:
            found = self._everything()
        return sorted(found, key=lambda drink: (str(drink["name"]).casefold(), drink["id"]))

    def _ids_with_all(self, names: list[str]) -> list[str]:
        """One query a name. The next is only asked while there still is something to narrow."""
        left: set[str] | None = None
        for name in names:
            ids = {str(row["drink_id"]) for row in self._query(BY_INGREDIENT, "ingredient", name)}
            left = ids if left is None else left & ids
            if not left:
                break
        return sorted(left or ())

    def _query(self, index: str, attribute: str, value: str) -> Iterator[Item]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": attribute},
            ExpressionAttributeValues=typed({":value": value}),
        )
        return (plain(item) for page in pages for item in page["Items"])

    def _whole(self, ids: list[str]) -> list[Item]:
        found: list[Item] = []
        for start in range(0, len(ids), AT_ONCE):
            asked: Any = {self._table: {"Keys": [typed({"id": i}) for i in ids[start : start + AT_ONCE]]}}
            while asked:
                answer = self._dynamodb.batch_get_item(RequestItems=asked)
                found += [plain(item) for item in answer["Responses"].get(self._table, [])]
                asked = answer.get("UnprocessedKeys")
        return found

    def _everything(self) -> list[Item]:
        """A scan by its nature; of the index by category, so that it reads drinks and not their ingredient rows."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table, IndexName=BY_CATEGORY)
        return [plain(item) for page in pages for item in page["Items"]]
