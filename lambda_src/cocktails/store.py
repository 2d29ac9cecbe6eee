"""Keeps drinks in the table: new ones, changed ones with their history; an unchanged one costs a read and no write.

    read what is stored ─┬─ the same hash ──────────→ unchanged: nothing is written
                         ├─ from a later answer ────→ superseded: nothing is written
                         └─ none, or another hash ──→ one transaction: the drink, if it still is as it was read,
                                                      its new rows, the removal of rows that it no longer has

One drink is one transaction, so a crash leaves each drink either as it was or as it shall be, and running again does
what is left. A writer that comes between is noticed by the condition; then all is decided again from what it wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cocktails.items import readable, rows
from cocktails.transform import Hashed
from common.errors import Contended
from common.items import Item, plain, typed

SCHEMA = 2  # raise it when items or rows change their form: every drink is then stored again
HISTORY = 20  # hashes kept of a drink
AT_ONCE = 100  # items that one read takes
ATTEMPTS = 5
# Somebody else wrote the drink, or is writing it now.
CONTENDED = frozenset(("ConditionalCheckFailed", "TransactionConflict"))

NEW, CHANGED, UNCHANGED, SUPERSEDED = "new", "changed", "unchanged", "superseded"


@dataclass
class Counts:
    """How many drinks met which end, and what it cost."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    writes: int = 0  # items put or deleted

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)


class CocktailTable:
    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def store(self, drinks: list[Hashed], landed_at: str) -> Counts:
        """`landed_at`, in ISO form, is when the raw answer landed: what tells an older answer from a newer one."""
        found = Counts()
        for start in range(0, len(drinks), AT_ONCE):
            batch = drinks[start : start + AT_ONCE]
            stored = self._read([hashed.drink["id"] for hashed in batch])
            for hashed in batch:
                found.count(self._store(hashed, landed_at, stored.get(hashed.drink["id"]), found))
        return found

    def _store(self, hashed: Hashed, landed_at: str, stored: Item | None, cost: Counts) -> str:
        for _ in range(ATTEMPTS):
            if stored and (stored["content_hash"], stored["schema"]) == (hashed.sha256, SCHEMA):
                return UNCHANGED
            if stored and stored["landed_at"] > landed_at:
                return SUPERSEDED
            actions = list(self._actions(hashed, landed_at, stored))
            if self._write(actions):
                cost.writes += len(actions)
                return CHANGED if stored else NEW
            stored = self._read([hashed.drink["id"]]).get(hashed.drink["id"])
        raise Contended(f"drink {hashed.drink['id']} was written by others {ATTEMPTS} times in a row")

    def _actions(self, hashed: Hashed, landed_at: str, stored: Item | None) -> Iterator[dict[str, Any]]:
        history = [*(stored or {}).get("history", []), {"content_hash": hashed.sha256, "landed_at": landed_at}]
        item = {
            **hashed.drink,
            "content_hash": hashed.sha256,
            "landed_at": landed_at,
            "history": history[-HISTORY:],
            "schema": SCHEMA,
        }
        yield {"Put": {"TableName": self._table, "Item": typed(item), **_as_read(stored)}}
        before, after = rows(readable(stored)) if stored else {}, rows(item)
        is_other_form = stored is None or stored["schema"] != SCHEMA
        for row_id, row in after.items():
            if is_other_form or before.get(row_id) != row:
                yield {"Put": {"TableName": self._table, "Item": typed(row)}}
        for row_id in before.keys() - after.keys():
            yield {"Delete": {"TableName": self._table, "Key": typed({"id": row_id})}}

    def _write(self, actions: list[dict[str, Any]]) -> bool:
        """Whether it was written; False if somebody else came between."""
        try:
            self._dynamodb.transact_write_items(TransactItems=actions)
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])}
            if reasons & CONTENDED:
                return False
            raise
        return True

    def _read(self, ids: list[str]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        asked: Any = {self._table: {"Keys": [typed({"id": i}) for i in ids], "ConsistentRead": True}}
        while asked:
            answer = self._dynamodb.batch_get_item(RequestItems=asked)
            found.update({item["id"]["S"]: plain(item) for item in answer["Responses"].get(self._table, [])})
            asked = answer.get("UnprocessedKeys")
        return found


def _as_read(stored: Item | None) -> dict[str, Any]:
    """The condition that the stored drink still is the one that was read.

    attribute_not_exists(id)        none was there: two first writers, only one wins
    content_hash and landed_at      the very version that the new history goes on from
    """
    if stored is None:
        return {"ConditionExpression": "attribute_not_exists(id)"}
    return {
        "ConditionExpression": "content_hash = :content_hash AND landed_at = :landed_at",
        "ExpressionAttributeValues": typed(
            {":content_hash": stored["content_hash"], ":landed_at": stored["landed_at"]}
        ),
    }
