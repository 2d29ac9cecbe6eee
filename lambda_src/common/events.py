"""Events as AWS and its emulators send them, turned into small values that flows work with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True)
class Upload:
    """One object that landed in a bucket, as its event tells it."""

    bucket: str
    key: str
    etag: str
    size: int
    version_id: str | None
    sequencer: str | None
    event_time: str

    @property
    def extra_args(self) -> dict[str, str]:
        """Read exactly the object the event is about, where the bucket keeps versions."""
        return {"VersionId": self.version_id} if self.version_id else {}


class UnknownEvent(Exception):
    """The event is not one this function is wired to: a mistake in the stack, not in the data."""


def uploads(event: Mapping[str, Any]) -> list[Upload]:
    """The uploads in an S3 event. The test event that S3 sends when a notification is set up holds none."""
    if event.get("Event") == "s3:TestEvent":
        return []
    records = event.get("Records")
    if not isinstance(records, list):
        raise UnknownEvent(f"no S3 records in an event with the fields {sorted(event)}")
    return [upload for record in records for upload in _upload(record)]


def _upload(record: Mapping[str, Any]) -> Iterable[Upload]:
    if record.get("eventSource") != "aws:s3" or str(record.get("eventVersion", "")).split(".")[0] != "2":
        raise UnknownEvent(
            f"event source {record.get('eventSource')!r}, version {record.get('eventVersion')!r}; "
            "expected aws:s3, version 2.x"
        )
    if not str(record.get("eventName", "")).startswith("ObjectCreated:"):
        return
    s3 = record["s3"]
    entry = s3["object"]
    version = entry.get("versionId")
    yield Upload(
        bucket=s3["bucket"]["name"],
        key=unquote_plus(entry["key"]),
        etag=str(entry.get("eTag", "")).strip('"'),
        size=int(entry.get("size", 0)),
        version_id=version if version and version != "null" else None,
        sequencer=entry.get("sequencer") or None,
        event_time=str(record.get("eventTime", "")),
    )
