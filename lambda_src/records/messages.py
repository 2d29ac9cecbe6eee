"""The message that tells of one raw object: written by ingest, read by process."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from records.sources import SOURCES

HASH = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """The message cannot be worked on, now or later. It ends in the dead-letter queue."""


@dataclass(frozen=True)
class Capture:
    """One answer of a source, as it lies in the raw bucket."""

    source: str
    type: str
    bucket: str
    key: str
    capturedAt: str  # noqa: N815 - the field's name in the message
    hash: str
    recordCount: int  # noqa: N815

    @property
    def day(self) -> str:
        return self.capturedAt[:10]

    def body(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def read(cls, body: str, raw_bucket: str) -> Self:
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused("the message is not JSON") from None
        if not isinstance(fields, dict):
            raise Refused(f"the message is a {type(fields).__name__}, not an object")
        missing = sorted(cls.__dataclass_fields__.keys() - fields.keys())
        if missing:
            raise Refused(f"the message has no {', '.join(missing)}")
        capture = cls(**{name: fields[name] for name in cls.__dataclass_fields__})
        capture._check(raw_bucket)
        return capture

    def _check(self, raw_bucket: str) -> None:
        source = SOURCES.get(self.source) if isinstance(self.source, str) else None
        if source is None or self.type != source.type:
            raise Refused(f"there is no source {self.source!r} with the type {self.type!r}")
        if self.bucket != raw_bucket:
            raise Refused("the message names another bucket than the raw one")
        if not isinstance(self.key, str) or not self.key.startswith(f"raw/source={self.source}/"):
            raise Refused("the message names an object that is none of its source's")
        if not isinstance(self.hash, str) or not HASH.fullmatch(self.hash):
            raise Refused("the message's hash is not a SHA-256")
        if not _is_moment(self.capturedAt):
            raise Refused("the message's capturedAt is not a UTC time such as 2026-11-21T06:00:00.000Z")


def _is_moment(value: Any) -> bool:
    """Exactly one form, so that moments can be compared as texts."""
    try:
        return bool(moment(datetime.fromisoformat(value)) == value)
    except (TypeError, ValueError):
        return False


def moment(when: datetime) -> str:
    """A time in UTC, to the millisecond."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"
