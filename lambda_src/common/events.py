"""Events as AWS and its emulators send them, turned into small values that flows work with."""

from collections.abc import Mapping
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


@dataclass(frozen=True)
class Message:
    """One message of a queue."""

    id: str
    receipt: str  # what this handing out of it is known by to its queue
    body: str
    receives: int  # how often it was handed out, this time included
    attributes: Mapping[str, Any]


def records_of(event: Mapping[str, Any], source: str) -> list[Any]:
    """The records of an event of this source. The test event that S3 sends for a new notification holds none."""
    if not isinstance(event, Mapping):
        raise UnknownEvent(f"an event is an object, not a {type(event).__name__}")
    if event.get("Event") == "s3:TestEvent":
        return []
    records = event.get("Records")
    if not isinstance(records, list):
        raise UnknownEvent(f"no records of {source} in an event with the fields {sorted(event)}")
    return records


def upload_of(record: Any) -> Upload | None:
    """The upload that a record tells of; `None` where it tells of something else, such as a removal."""
    version = str(_field(record, "eventVersion", default="")).split(".")[0]
    if _field(record, "eventSource", default=None) != "aws:s3" or version != "2":
        raise UnknownEvent(
            f"event source {_field(record, 'eventSource', default=None)!r}, version "
            f"{_field(record, 'eventVersion', default=None)!r}; expected aws:s3, version 2.x"
        )
    if not str(record.get("eventName", "")).startswith("ObjectCreated:"):
        return None
    entry = _field(record, "s3", "object")
    version_id = entry.get("versionId") if isinstance(entry, Mapping) else None
    try:
        return Upload(
            bucket=str(_field(record, "s3", "bucket", "name")),
            key=unquote_plus(_field(entry, "key")),
            etag=str(entry.get("eTag", "")).strip('"'),
            size=int(entry.get("size", 0)),
            version_id=version_id if version_id and version_id != "null" else None,
            sequencer=entry.get("sequencer") or None,
            event_time=str(record.get("eventTime", "")),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise UnknownEvent(f"a record of S3's that cannot be read: {type(error).__name__}") from None


def message_of(record: Any) -> Message:
    attributes = record.get("attributes") if isinstance(record.get("attributes"), Mapping) else {}
    receives = str(attributes.get("ApproximateReceiveCount", "1"))
    return Message(
        id=str(_field(record, "messageId")),
        receipt=str(record.get("receiptHandle", "")),
        body=str(_field(record, "body")),
        receives=int(receives) if receives.isdigit() else 1,
        attributes=record.get("messageAttributes") or {},
    )


_NOTHING = object()


def _field(record: Any, *path: str, default: Any = _NOTHING) -> Any:
    """A field of a record, however deep; one that is missing is told by its name."""
    found = record
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            if default is not _NOTHING:
                return default
            raise UnknownEvent(f"a record without {'.'.join(path)}")
        found = found[step]
    return found
