"""What a table keeps of each file of a bucket, written only by whoever has seen the last state: compare and swap.

Each item carries a revision. Who has read revision 4 may write revision 5, once; everybody else begins again and sees
what was written. csv_profile/store.py draws why that is enough for events that come twice, late or out of order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.items import marshal, typed
from common.objects import Stored, stamp

_SECOND = len("2026-01-31T12:34:56")


@dataclass(frozen=True)
class Known:
    """What the table says of a file. The result is what was made of it and put into a bucket."""

    revision: int = 0
    etag: str | None = None
    version_id: str | None = None
    result_etag: str | None = None
    uploaded: str = ""

    def is_of(self, stored: Stored | None) -> bool:
        """Where the bucket keeps no versions, the time tells the same bytes from those that came again.

        They may have come with other metadata, which states how they are to be read.
        """
        if self.revision == 0 or stored is None:
            return self.revision > 0 and self.etag is None
        known = (self.etag, self.version_id, self.uploaded)
        return known == (stored.etag, stored.version_id, stamp(stored.uploaded))

    def covers(self, etag: str, event_time: str) -> bool:
        """It is of the upload that an event tells of, or of a later one (S3 dates objects to the second)."""
        return self.revision > 0 and (self.etag == etag or event_time[:_SECOND] <= self.uploaded[:_SECOND])


class Ledger:
    """A table with the key `file_name`; `result` is the attribute that holds the result's eTag."""

    def __init__(self, dynamodb: Any, table: str, result: str) -> None:
        self._dynamodb, self._table, self._result = dynamodb, table, result

    def known(self, key: str) -> Known:
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key={"file_name": marshal(key)},
            ConsistentRead=True,
            ProjectionExpression=f"revision, etag, version_id, {self._result}, upload_timestamp",
        )
        attributes = answer.get("Item")
        if not attributes:
            return Known()
        return Known(
            revision=int(attributes.get("revision", {}).get("N", 0)),
            etag=attributes.get("etag", {}).get("S"),
            version_id=attributes.get("version_id", {}).get("S"),
            result_etag=attributes.get(self._result, {}).get("S"),
            uploaded=attributes.get("upload_timestamp", {}).get("S", ""),
        )

    def put(self, attributes: Mapping[str, Any], after: Known) -> bool:
        """Writes the item if nobody did since `after` was read."""
        if after.revision:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": marshal(after.revision)},
            }
        else:
            # An item without a revision is not one of ours: it is replaced.
            condition = {"ConditionExpression": "attribute_not_exists(revision)"}
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=typed({**attributes, "revision": after.revision + 1}),
                **condition,
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True
