"""Asks the table `cocktails`: the one module that the command and the HTTP API share. No question scans the table.

What has named ingredients is found by the index, a query for each name; all other questions are answered from the
cards, which one query reads (some 40 read units for the whole of TheCocktailDB). `Answer.units` says what was read.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cocktails import choosing
from cocktails.choosing import Card, Page
from cocktails.ingredients import near, understood
from cocktails.items import CARDS, card_id, shown, size
from cocktails.question import Question
from common.items import Item, typed

BY_INGREDIENT = "IngredientIndex"
AT_ONCE = 100
FEW = 40  # cards that are cheaper read one by one than with the whole catalogue's
PAGE = 20
READ_UNIT = 8_192  # bytes that one unit reads, where it may be a moment old


@dataclass(frozen=True)
class Answer:
    """`near` has, for each asked ingredient that no drink has and nobody knows, what may have been meant; `instead`
    the kind that stands for a brand which no recipe names."""

    page: Page
    near: dict[str, list[str]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    units: float = 0.0


@dataclass(frozen=True)
class Named:
    """The drink that a name names; or all that it may name; or names that are like it."""

    drink: Item | None
    candidates: list[Card]
    near: list[str]
    units: float


class CocktailQueries:
    """One of them serves one question after another; `units` counts what all of them read."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self.units = 0.0

    def ask(self, question: Question, *, limit: int = PAGE, cursor: str | None = None, skip: int = 0) -> Answer:
        """A page of drinks. May raise BadQuestion."""
        before = self.units
        instead: dict[str, str] = {}
        cards, missed = self._candidates(question, instead)
        asked = [*missed, *question.without, *(question.bar or ())]
        doubtful = [name for name in dict.fromkeys(asked) if not understood(name).is_known]
        hints: dict[str, list[str]] = {}
        if doubtful:
            known = {understood(line["name"]).name for card in self.cards() for line in card["ingredients"]}
            hints = {name: near(name, known) for name in doubtful if understood(name).name not in known}
        if instead:
            names = tuple(instead.get(name, name) for name in question.made_with)
            asked_of = Question(**{**vars(question), "made_with": names})
        else:
            asked_of = question
        found = choosing.choose(cards, asked_of)
        return Answer(choosing.page(found, question, limit, cursor, skip), hints, instead, self.units - before)

    def named(self, name: str) -> Named:
        """One query of the cards, and one read of the drink."""
        before = self.units
        cards = list(self.cards())
        found = choosing.named(cards, name)
        drink = self.drink(found[0]["id"]) if len(found) == 1 else None
        return Named(drink, found, [] if found else choosing.near_names(cards, name), self.units - before)

    def drink(self, identity: str) -> Item | None:
        """The whole drink, by its id."""
        return next(iter(self.whole([identity])), None)

    def whole(self, ids: Iterable[str]) -> list[Item]:
        """The whole drinks, in the order of their ids as given; without those that are not there."""
        ids = list(dict.fromkeys(ids))
        found = {item["id"]: item for item in self._read(ids) if "name" in item}
        return [found[identity] for identity in ids if identity in found]

    def cards(self) -> Iterator[Card]:
        """Of every drink."""
        return (row["card"] for row in self._query(CARDS))

    def ingredients(self) -> list[tuple[str, int]]:
        """Every name that an ingredient is found under, and how many drinks have it; the most used first."""
        found = Counter(name for card in self.cards() for name in choosing.names_of(card))
        return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))

    def _candidates(self, question: Question, instead: dict[str, str]) -> tuple[list[Card], list[str]]:
        """Cards among which is everything asked for; and the named ingredients that no drink has."""
        if not question.made_with:
            return list(self.cards()), []
        left: set[str] | None = None
        missed = []
        for name in question.made_with:
            ids = self._having(name, instead)
            if not ids:
                missed.append(name)
            left = ids if left is None else left & ids
            if not left:
                break
        if not left:
            return [], missed
        if len(left) > FEW:
            return [card for card in self.cards() if card["id"] in left], missed
        return [row["card"] for row in self._read([card_id(identity) for identity in sorted(left)])], missed

    def _having(self, name: str, instead: dict[str, str]) -> set[str]:
        ingredient = understood(name)
        ids = {str(row["drink_id"]) for row in self._query(ingredient.name)}
        if not ids and ingredient.plain != ingredient.name:
            instead[name] = ingredient.plain
            ids = {str(row["drink_id"]) for row in self._query(ingredient.plain)}
        return ids

    def _query(self, name: str) -> Iterator[Item]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=BY_INGREDIENT,
            KeyConditionExpression="ingredient = :name",
            ExpressionAttributeValues=typed({":name": name}),
        )
        for found in pages:
            self._count(sum(size(item) for item in found["Items"]))
            yield from map(shown, found["Items"])

    def _read(self, ids: list[str]) -> list[Item]:
        found: list[Item] = []
        for start in range(0, len(ids), AT_ONCE):
            asked: Any = {self._table: {"Keys": [typed({"id": i}) for i in ids[start : start + AT_ONCE]]}}
            while asked:
                answer = self._dynamodb.batch_get_item(RequestItems=asked)
                for item in answer["Responses"].get(self._table, []):
                    self._count(size(item))
                    found.append(shown(item))
                asked = answer.get("UnprocessedKeys")
        return found

    def _count(self, read: int) -> None:
        """Half a unit for every 4 KB begun."""
        self.units += max(1, math.ceil(read / (READ_UNIT / 2))) / 2
