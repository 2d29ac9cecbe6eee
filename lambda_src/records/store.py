"""Keeps records in the table `records` and counts each once, by source and by day, in `record_counts`.

    read what is stored ─┬─ a later capture than this one ──→ unchanged: nothing is written
                         ├─ the same fingerprint ───────────→ unchanged: at most `last_seen` moves on
                         ├─ another fingerprint ────────────→ updated; `first_seen` is kept, nothing is counted
                         └─ none ───────────────────────────→ inserted and counted

Up to CHUNK records are one transaction together with their count, so a record is counted exactly when it is stored.
A condition for each record notices a writer that came between: nothing of the transaction happens then, and all is
decided again from what the other has written. The count is spread over SHARDS items: writers rarely meet there.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from common.errors import Contended
from common.items import Item, plain, typed
from records.messages import Capture
from records.process import Record

CHUNK = 25  # 25 records of 100 kB are below the 4 MB that a transaction takes
SHARDS = 8
ATTEMPTS = 8
COUNTS = "records"  # the key of all items that count records
CONTENDED = frozenset(("ConditionalCheckFailed", "TransactionConflict"))

INSERTED, UPDATED, TOUCHED, UNCHANGED = "inserted", "updated", "touched", "unchanged"


@dataclass
class Counts:
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    requests: int = 0  # to DynamoDB

    def metrics(self) -> dict[str, tuple[float, str]]:
        return {name: (float(value), "Count") for name, value in asdict(self).items()}


class RecordTable:
    def __init__(
        self,
        dynamodb: Any,
        table: str,
        counts: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._dynamodb, self._table, self._counts = dynamodb, table, counts
        self._sleep, self._chance = sleep, chance

    def store(self, records: list[Record], capture: Capture, processed_at: str) -> Counts:
        done = Counts()
        for start in range(0, len(records), CHUNK):
            self._store(records[start : start + CHUNK], capture, processed_at, done)
        return done

    def _store(self, chunk: list[Record], capture: Capture, processed_at: str, done: Counts) -> None:
        for attempt in range(ATTEMPTS):
            stored = self._read([record.id for record in chunk], done)
            outcomes = {record.id: _outcome(record, capture, stored.get(record.id)) for record in chunk}
            actions = [
                self._action(outcomes[record.id], record, capture, processed_at, stored.get(record.id))
                for record in chunk
                if outcomes[record.id] != UNCHANGED
            ]
            found = Counter(outcomes.values())
            if found[INSERTED]:
                actions.append(self._count(capture, found[INSERTED]))
            if not actions or self._write(actions, done):
                done.inserted += found[INSERTED]
                done.updated += found[UPDATED]
                done.unchanged += found[UNCHANGED] + found[TOUCHED]
                return
            self._sleep(0.02 * 2**attempt * self._chance())
        raise Contended(f"{len(chunk)} records were written by others {ATTEMPTS} times in a row")

    def _action(self, outcome: str, record: Record, capture: Capture, processed_at: str, there: Item | None) -> Any:
        if outcome == TOUCHED:
            return {
                "Update": {
                    "TableName": self._table,
                    "Key": typed({"id": record.id}),
                    "UpdateExpression": "SET last_seen = :seen",
                    "ConditionExpression": "fingerprint = :fingerprint AND last_seen < :seen",
                    "ExpressionAttributeValues": typed(
                        {":fingerprint": record.fingerprint, ":seen": capture.capturedAt}
                    ),
                }
            }
        item = {
            "id": record.id,
            "source": record.source,
            "type": record.type,
            "captured_at": capture.capturedAt,
            "first_seen": there["first_seen"] if there else capture.capturedAt,
            "last_seen": capture.capturedAt,
            "fingerprint": record.fingerprint,
            "raw_s3_key": capture.key,
            "processed_at": processed_at,
            **record.content,
        }
        return {"Put": {"TableName": self._table, "Item": typed(item), **_as_read(there)}}

    def _count(self, capture: Capture, inserted: int) -> dict[str, Any]:
        """One item for each month and shard; in it a number for each day and source."""
        shard = int(self._chance() * SHARDS)
        return {
            "Update": {
                "TableName": self._counts,
                "Key": typed({"counted": COUNTS, "part": f"{capture.day[:7]}#{shard}"}),
                "UpdateExpression": "ADD #day :inserted",
                "ExpressionAttributeNames": {"#day": f"{capture.day}#{capture.source}"},
                "ExpressionAttributeValues": typed({":inserted": inserted}),
            }
        }

    def _write(self, actions: list[dict[str, Any]], done: Counts) -> bool:
        """Whether it was written; False if somebody else came between."""
        done.requests += 1
        try:
            self._dynamodb.transact_write_items(TransactItems=actions)
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])}
            if reasons - {"None"} <= CONTENDED:
                return False
            raise
        return True

    def _read(self, ids: list[str], done: Counts) -> dict[str, Item]:
        found: dict[str, Item] = {}
        asked: Any = {
            self._table: {
                "Keys": [typed({"id": identity}) for identity in ids],
                "ConsistentRead": True,
                "ProjectionExpression": "id, fingerprint, first_seen, last_seen",
            }
        }
        for attempt in range(ATTEMPTS):
            done.requests += 1
            answer = self._dynamodb.batch_get_item(RequestItems=asked)
            found.update({item["id"]["S"]: plain(item) for item in answer["Responses"].get(self._table, ())})
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return found
            self._sleep(0.05 * 2**attempt * self._chance())
        raise Contended("the table does not answer for all of the records that were asked for")


def _outcome(record: Record, capture: Capture, there: Item | None) -> str:
    if there is None:
        return INSERTED
    if there["fingerprint"] == record.fingerprint:
        return TOUCHED if there["last_seen"] < capture.capturedAt else UNCHANGED
    return UPDATED if there["last_seen"] <= capture.capturedAt else UNCHANGED


def _as_read(there: Item | None) -> dict[str, Any]:
    """The condition that the record still is as it was read.

    attribute_not_exists(id)       none was there: of two first writers one wins
    fingerprint and last_seen      the very state that was compared with
    """
    if there is None:
        return {"ConditionExpression": "attribute_not_exists(id)"}
    return {
        "ConditionExpression": "fingerprint = :fingerprint AND last_seen = :seen",
        "ExpressionAttributeValues": typed({":fingerprint": there["fingerprint"], ":seen": there["last_seen"]}),
    }


def counted(items: list[Item]) -> Iterator[tuple[str, str, int]]:
    """Day, source and number, as often as shards have some."""
    for item in items:
        for name, number in item.items():
            if name not in ("counted", "part"):
                day, _, source = name.partition("#")
                yield day, source, int(number)
