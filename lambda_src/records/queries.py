"""Questions to the tables `records` and `record_counts`. None costs more because there are more records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from common.items import Item, plain, typed
from records.store import COUNTS, counted

BY_SOURCE = "SourceIndex"
WEEK = 7

# Where a page ends: the key of its last record.
Position = dict[str, str]


@dataclass(frozen=True)
class Page:
    records: list[Item]
    end: Position | None  # none on the last page


class RecordQueries:
    def __init__(self, dynamodb: Any, table: str, counts: str) -> None:
        self._dynamodb, self._table, self._counts = dynamodb, table, counts

    def page(self, limit: int, source: str | None = None, after: Position | None = None) -> Page:
        """Records of a source, newest first; without one all records, in no order that means anything."""
        # One more than asked for tells whether there is a next page.
        asked: dict[str, Any] = {"TableName": self._table, "Limit": limit + 1}
        if after:
            asked["ExclusiveStartKey"] = typed(after)
        if source is None:
            answer = self._dynamodb.scan(**asked)
        else:
            answer = self._dynamodb.query(
                **asked,
                IndexName=BY_SOURCE,
                KeyConditionExpression="#source = :source",
                ExpressionAttributeNames={"#source": "source"},
                ExpressionAttributeValues=typed({":source": source}),
                ScanIndexForward=False,
            )
        found = [plain(item) for item in answer["Items"]]
        has_more = len(found) > limit or (found and "LastEvaluatedKey" in answer)
        records = found[:limit]
        return Page(records, _position(records[-1], source) if has_more else None)

    def get(self, identity: str) -> Item | None:
        found = self._dynamodb.get_item(TableName=self._table, Key=typed({"id": identity})).get("Item")
        return plain(found) if found else None

    def analytics(self, today: date) -> dict[str, Any]:
        """Exact: a record is counted in the transaction that stores it. Reads a few items for each month."""
        by_source: Counter[str] = Counter()
        by_date: Counter[str] = Counter()
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._counts,
            ConsistentRead=True,
            KeyConditionExpression="counted = :records",
            ExpressionAttributeValues=typed({":records": COUNTS}),
        )
        for page in pages:
            for day, source, number in counted([plain(item) for item in page["Items"]]):
                by_source[source] += number
                by_date[day] += number
        week = [(today - timedelta(days=n)).isoformat() for n in reversed(range(WEEK))]
        return {
            "total": by_source.total(),
            "by_source": dict(sorted(by_source.items())),
            "by_date": dict(sorted(by_date.items())),
            "last_7_days": {day: by_date[day] for day in week},
        }


def _position(record: Item, source: str | None) -> Position:
    names = ("id",) if source is None else ("id", "source", "captured_at")
    return {name: record[name] for name in names}
