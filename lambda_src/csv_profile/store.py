"""Where profiles are kept: the JSON in the processed bucket, the item in the table.

The end state must be that of the newest object whatever order events come in, however often, and wherever a
function dies. So an event only says *that* a key changed; what is profiled is the object that is there now:

    1  read the item (and its revision)
    2  open the object as it is now; if item and profile are of this very object already: done
    3  write the profile
    4  write the item, on the condition that its revision is still that of step 1; if not, begin again

Two functions at once, for the objects x and, newer, N:

    x  1 2(x) ─────────────────────── 3(x) 4 ✗  1 2(N) 3(N) 4
    N         1 2(N) 3(N) 4                                        the profile of x lay over N's only for a moment

    x  1 2(x) ──────────── 3(x) 4
    N         1 2(N) 3(N) ─────── 4 ✗  1 2(N) 3(N) 4

Whoever has read an object that is no longer the newest has also read a revision that the newest one's function will
have passed, and so loses step 4 and begins again. A function that dies after step 3 is retried; step 2 compares the
profile's eTag with the one in the item, so a profile that was left lying over a newer one is noticed and replaced.
Sequencers are not needed for any of this, which is as well: emulators send constant ones, or none.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.items import marshal

_CHUNK = 1 << 20
_PART = 32 << 20
# So often in a row may reading break off without a byte before it is given up.
_MOST_BREAKS = 4
_LONGEST_KEY = 1024
_SECOND = len("2026-01-31T12:34:56")


@dataclass(frozen=True)
class Stored:
    """An object as it is in the bucket now, opened but not read."""

    etag: str
    version_id: str | None
    size: int
    uploaded: datetime
    metadata: Mapping[str, str]
    parts: "Parts"

    def chunks(self) -> Iterator[bytes]:
        return self.parts.chunks(self.etag, self.size)

    def close(self) -> None:
        self.parts.close()


class Parts:
    """An object's content, asked for in parts, and from where it broke off when a connection breaks.

    One answer for all of a large object would have to last as long as the profiling does: servers end answers that
    take minutes, and emulators hold the whole of them in memory.
    """

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self._s3, self._object = s3, {"Bucket": bucket, "Key": key}
        self._body: Any = None

    def open(self) -> Any:
        """The answer to the first request."""
        try:
            answer = self._s3.get_object(**self._object, Range=f"bytes=0-{_PART - 1}")
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "InvalidRange":
                raise
            answer = self._s3.get_object(**self._object)  # an empty object has no first byte
        self._body = answer["Body"]
        return answer

    def chunks(self, etag: str, size: int) -> Iterator[bytes]:
        """All of it. Raises if the object was overwritten since: its event is then retried, for the newer one."""
        from botocore.exceptions import BotoCoreError

        read, breaks = 0, 0
        while True:
            before = read
            try:
                for chunk in self._body.iter_chunks(_CHUNK):
                    read += len(chunk)
                    yield chunk
            except BotoCoreError:
                breaks = breaks + 1 if read == before else 1
                if breaks == _MOST_BREAKS:
                    raise
            if read >= size:
                return
            self._body.close()
            part = f"bytes={read}-{min(read + _PART, size) - 1}"
            self._body = self._s3.get_object(**self._object, Range=part, IfMatch=f'"{etag}"')["Body"]

    def close(self) -> None:
        self._body.close()


@dataclass(frozen=True)
class Known:
    """What the table says of a file."""

    revision: int = 0
    etag: str | None = None
    version_id: str | None = None
    profile_etag: str | None = None
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


class Store:
    def __init__(self, s3: Any, dynamodb: Any, processed: str, table: str) -> None:
        self._s3, self._dynamodb = s3, dynamodb
        self._processed, self._table = processed, table

    def open(self, bucket: str, key: str) -> Stored | None:
        """The object as it is now, or None if there is none any more."""
        parts = Parts(self._s3, bucket, key)
        try:
            found = parts.open()
        except self._s3.exceptions.NoSuchKey:
            return None
        return Stored(
            etag=found["ETag"].strip('"'),
            version_id=_version(found),
            size=int(found.get("ContentRange", f"/{found['ContentLength']}").rpartition("/")[2]),
            uploaded=found["LastModified"],
            metadata=found.get("Metadata", {}),
            parts=parts,
        )

    def known(self, key: str) -> Known:
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key={"file_name": marshal(key)},
            ConsistentRead=True,
            ProjectionExpression="revision, etag, version_id, profile_etag, upload_timestamp",
        )
        attributes = answer.get("Item")
        if not attributes:
            return Known()
        return Known(
            revision=int(attributes.get("revision", {}).get("N", 0)),
            etag=attributes.get("etag", {}).get("S"),
            version_id=attributes.get("version_id", {}).get("S"),
            profile_etag=attributes.get("profile_etag", {}).get("S"),
            uploaded=attributes.get("upload_timestamp", {}).get("S", ""),
        )

    def profile_etag(self, key: str) -> str | None:
        """The eTag of the profile that lies in the bucket now."""
        try:
            found = self._s3.head_object(Bucket=self._processed, Key=profile_key(key))
        except self._s3.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return str(found["ETag"]).strip('"')

    def put_profile(self, key: str, content: bytes) -> str:
        answer = self._s3.put_object(
            Bucket=self._processed, Key=profile_key(key), Body=content, ContentType="application/json"
        )
        return str(answer["ETag"]).strip('"')

    def where(self, key: str) -> str:
        return f"s3://{self._processed}/{profile_key(key)}"

    def put_item(self, attributes: Mapping[str, Any], after: Known) -> bool:
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
                Item=marshal({**attributes, "revision": after.revision + 1})["M"],
                **condition,
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def profile_key(key: str) -> str:
    """profiles/<key>.json; where that would be longer than S3 allows, the key's end gives way to a hash of it."""
    name = f"profiles/{key}.json"
    if len(name.encode()) <= _LONGEST_KEY:
        return name
    end = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    room = _LONGEST_KEY - len("profiles/") - len(end)
    return "profiles/" + key.encode()[:room].decode(errors="ignore") + end


def _version(found: Mapping[str, Any]) -> str | None:
    version = found.get("VersionId")
    return version if version and version != "null" else None
