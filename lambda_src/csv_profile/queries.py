"""Questions to the table `file_metadata` and to the profiles in the processed bucket."""

import json
from dataclasses import dataclass
from typing import Any

from common.items import Item, plain, typed

# What makes an item large: a list leaves it out, the item itself and the profile have it.
DETAILED = ("schema", "statistics", "quality_issues", "columns")
# Reads of up to 1 MB that one page takes. Where fewer items match within these, it is short and says where to go on.
MOST_READS = 5
LONGEST_KEY = 1024  # bytes, of any key in S3
LARGEST = 5_000_000  # bytes of a profile; an answer of Lambda takes 6 MB

Position = dict[str, str]


@dataclass(frozen=True)
class Page:
    profiles: list[Item]
    end: Position | None  # none on the last page


class TooLarge(Exception):
    """The profile does not fit an answer. The message says where it is."""


class ProfileQueries:
    def __init__(self, dynamodb: Any, s3: Any, table: str, bucket: str) -> None:
        self._dynamodb, self._s3, self._table, self._bucket = dynamodb, s3, table, bucket

    def page(
        self, limit: int, status: str | None = None, search: str | None = None, after: Position | None = None
    ) -> Page:
        """Files in no order that means anything, each without its details."""
        found: list[Item] = []
        asked: dict[str, Any] = {"TableName": self._table, **_filter(status, search)}
        if not (status or search):
            asked["Limit"] = limit + 1  # one more tells whether there is a next page
        for _ in range(MOST_READS):
            if after:
                asked["ExclusiveStartKey"] = typed(after)
            answer = self._dynamodb.scan(**asked)
            found += [plain(item) for item in answer["Items"]]
            after = plain(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else None
            if len(found) > limit:
                found = found[:limit]
                after = {"file_name": found[-1]["file_name"]}
            if after is None or len(found) == limit:
                break
        return Page([_brief(item) for item in found], after)

    def get(self, file_name: str) -> Item | None:
        if not 0 < len(file_name.encode("utf-8", "replace")) <= LONGEST_KEY:
            return None
        found = self._dynamodb.get_item(TableName=self._table, Key=typed({"file_name": file_name})).get("Item")
        return plain(found) if found else None

    def full(self, item: Item) -> Any:
        """The whole profile that an item stands for; nothing where there is none."""
        place = str(item.get("profile") or "")
        key = place.removeprefix(f"s3://{self._bucket}/")
        if not place or key == place:
            return None
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None
        if found["ContentLength"] > LARGEST:
            raise TooLarge(f"the profile is {found['ContentLength']:,} bytes; read it at {place}")
        return json.loads(found["Body"].read())


def _brief(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in DETAILED}


def _filter(status: str | None, search: str | None) -> dict[str, Any]:
    wanted, names, values = [], {}, {}
    if status:
        wanted.append("#status = :status")
        names["#status"], values[":status"] = "status", status
    if search:
        wanted.append("contains(file_name, :search)")
        values[":search"] = search
    asked = {"FilterExpression": " AND ".join(wanted)} if wanted else {}
    return (
        asked
        | ({"ExpressionAttributeNames": names} if names else {})
        | ({"ExpressionAttributeValues": typed(values)} if values else {})
    )
