"""Questions to the table `file_metadata` and to the profiles in the processed bucket.

Lists are read from an index by status, which holds what lists show and is in the order of processing. A list of all
statuses is made of one list for each, newest first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from common.items import Item, plain, typed
from common.objects import is_missing, stamp
from csv_profile.counts import Counting, Counts
from csv_profile.drift import drift
from csv_profile.store import profile_key

INDEX = "StatusIndex"
STATUSES = ("success", "error", "processing")
# What makes an item large: a list leaves it out, the item itself and the profile have it.
DETAILED = ("schema", "statistics", "quality_issues", "columns")
# Reads of up to 1 MB that one answer takes, about 4,000 files each. A page with fewer entries says where to go on.
MOST_READS = 8
LONGEST_KEY = 1024  # bytes, of any key in S3
LARGEST = 5_000_000  # bytes of a profile; an answer of Lambda takes 6 MB
MOST_VERSIONS = 100
COUNTED = ("status", "file_name", "row_count", "size", "processed_timestamp")
AT = ("processed_timestamp", "file_name")
NO_VERSION = ("NoSuchVersion", "InvalidArgument")  # the second for an id that none can have

Position = dict[str, str]


@dataclass(frozen=True)
class Page:
    profiles: list[Item]
    end: Position | None  # none on the last page


@dataclass(frozen=True)
class Version:
    id: str
    profiled: str
    size: int
    current: bool


class NoVersion(Exception):
    """The message says so."""


class TooLarge(Exception):
    """The profile does not fit an answer. The message says where it is."""


class ProfileQueries:
    def __init__(self, dynamodb: Any, s3: Any, table: str, bucket: str) -> None:
        self._dynamodb, self._s3, self._table, self._bucket = dynamodb, s3, table, bucket
        self._counting = Counting(self._counted, STATUSES)

    def page(
        self, limit: int, status: str | None = None, search: str | None = None, after: Position | None = None
    ) -> Page:
        """Files, the one that was processed last first, each without its details."""
        wanted = (status,) if status else STATUSES
        # Without a filter, one more tells whether there is a next page; a filter may need whatever a read holds.
        at_once = None if search else limit + 1
        lists = [_List(name, self._reads(name, search, _start(name, after), at_once)) for name in wanted]
        shown = _newest_of(lists, limit)
        if not any(one.goes_on(shown) for one in lists):
            return Page([_brief(item) for item in shown], None)
        ends = {one.status: one.end(shown) or _start(one.status, after) for one in lists}
        end = {f"{status}.{name}": str(at[name]) for status, at in ends.items() if at for name in AT}
        return Page([_brief(item) for item in shown], end)

    def counts(self) -> Counts:
        """How much there is; a part of it, as long as not all has been read."""
        return self._counting.counts()

    def _reads(
        self, status: str, search: str | None, start: Item | None, at_once: int | None = None
    ) -> Iterator[tuple[list[Item], Item | None]]:
        """What each read of a status finds, newest first, and where the next one goes on."""
        asked = self._asked(status)
        if search:
            asked["FilterExpression"] = "contains(file_name, :search)"
            asked["ExpressionAttributeValues"] |= typed({":search": search})
        if at_once:
            asked["Limit"] = at_once
        return self._queried(asked, start)

    def _counted(self, status: str, start: Item | None, since: str | None) -> Iterator[tuple[list[Item], Item | None]]:
        """The same of what is counted."""
        asked = self._asked(status)
        asked["ProjectionExpression"] = ", ".join(f"#{name}" for name in COUNTED)
        asked["ExpressionAttributeNames"] |= {f"#{name}": name for name in COUNTED}
        if since:
            asked["KeyConditionExpression"] += " AND processed_timestamp >= :since"
            asked["ExpressionAttributeValues"] |= typed({":since": since})
        return self._queried(asked, start)

    def _asked(self, status: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": "#status = :status",
            "ScanIndexForward": False,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": typed({":status": status}),
        }

    def _queried(self, asked: dict[str, Any], start: Item | None) -> Iterator[tuple[list[Item], Item | None]]:
        while True:
            answer = self._dynamodb.query(**asked, **({"ExclusiveStartKey": typed(start)} if start else {}))
            start = plain(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else None
            yield [plain(item) for item in answer["Items"]], start
            if start is None:
                return

    def versions(self, file_name: str) -> list[Version]:
        """The profiles that there have been of a file, newest first; one for each content of it."""
        key = profile_key(file_name)
        found = self._s3.list_object_versions(Bucket=self._bucket, Prefix=key, MaxKeys=MOST_VERSIONS)
        # Keys that go on after this one come later, so none of its versions is pushed out by them.
        own = [entry for entry in found.get("Versions", ()) if entry["Key"] == key]
        told = [
            Version(entry["VersionId"], stamp(entry["LastModified"]), entry["Size"], entry["IsLatest"])
            for entry, newer in zip(own, [None, *own], strict=False)
            if newer is None or newer["ETag"] != entry["ETag"]
        ]
        return [] if told and not told[0].current else told

    def get(self, file_name: str) -> Item | None:
        if not 0 < len(file_name.encode("utf-8", "replace")) <= LONGEST_KEY:
            return None
        found = self._dynamodb.get_item(TableName=self._table, Key=typed({"file_name": file_name})).get("Item")
        return plain(found) if found else None

    def full(self, item: Item) -> Any:
        """The whole profile that an item stands for; nothing where there is none."""
        place = str(item.get("profile") or "")
        key = place.removeprefix(f"s3://{self._bucket}/")
        return self._profile(key) if place and key != place else None

    def version(self, file_name: str, version: str) -> Any:
        """A profile that there has been of a file; nothing where there is none of this version."""
        return self._profile(profile_key(file_name), version)

    def drift(self, file_name: str, version: str | None, against: str) -> Any:
        """What changed from one version to another, or to the current one; nothing where they cannot be compared."""
        before = self.version(file_name, against)
        now = self.version(file_name, version) if version else self._profile(profile_key(file_name))
        if before is None or now is None:
            raise NoVersion("there is no version of this profile with this id")
        return drift(before, now)

    def _profile(self, key: str, version: str | None = None) -> Any:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key, **({"VersionId": version} if version else {}))
        except self._s3.exceptions.ClientError as error:
            if is_missing(error) or error.response["Error"]["Code"] in NO_VERSION:
                return None
            raise
        if found["ContentLength"] > LARGEST:
            place = f"s3://{self._bucket}/{key}" + (f" (version {version})" if version else "")
            raise TooLarge(f"the profile is {found['ContentLength']:,} bytes; read it at {place}")
        return json.loads(found["Body"].read())


class _List:
    """The files of a status, as far as they have been read."""

    def __init__(self, status: str, reads: Iterator[tuple[list[Item], Item | None]]) -> None:
        self.status = status
        self.found: list[Item] = []
        self.rest: Item | None = None  # where the next read goes on
        self._reads = reads
        self.read()

    def read(self) -> None:
        items, self.rest = next(self._reads)
        self.found += items

    @property
    def known_to(self) -> str:
        """Everything that was processed at this time or later has been read."""
        return _time(self.rest) if self.rest else ""

    def goes_on(self, shown: list[Item]) -> bool:
        return self.rest is not None or len(self._own(shown)) < len(self.found)

    def end(self, shown: list[Item]) -> Item | None:
        """Where the next page goes on; nothing, where it begins as this one did."""
        own = self._own(shown)
        if len(own) == len(self.found) and self.rest:
            return self.rest
        return own[-1] if own else None

    def _own(self, shown: list[Item]) -> list[Item]:
        return [item for item in shown if item["status"] == self.status]


def _newest_of(lists: list[_List], limit: int) -> list[Item]:
    """The first items of all lists together, down to where some list has not been read any further."""
    for left in reversed(range(MOST_READS)):
        known_to = max(one.known_to for one in lists)
        merged = merge(*(one.found for one in lists), key=_time, reverse=True)
        shown = list(islice((item for item in merged if _time(item) >= known_to), limit))
        if len(shown) == limit or not known_to or not left:
            break
        max(lists, key=lambda one: one.known_to).read()
    return shown


def _time(item: Item) -> str:
    return str(item["processed_timestamp"])


def _start(status: str, after: Position | None) -> Item | None:
    if not after or f"{status}.{AT[0]}" not in after:
        return None
    return {"status": status} | {name: after[f"{status}.{name}"] for name in AT}


def _brief(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in DETAILED}
