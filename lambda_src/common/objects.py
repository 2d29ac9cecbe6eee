"""Objects in a bucket as they are now: opened with what is known of them, read in parts, past broken connections, and
ahead of who works on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.ahead import Ahead

_CHUNK = 1 << 20
_AHEAD = 4  # chunks that wait to be worked on
_PART = 32 << 20
# So often in a row may reading break off without a byte before it is given up.
_MOST_BREAKS = 4


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
        self._ahead: Ahead | None = None

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
        """All of it; what is more than a chunk is read ahead."""
        chunks = self._read(etag, size)
        if size <= _CHUNK:
            return chunks
        self._ahead = Ahead(chunks, _AHEAD)
        return self._ahead

    def _read(self, etag: str, size: int) -> Iterator[bytes]:
        """Raises if the object was overwritten since: its event is then retried, for the newer one."""
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
        if self._ahead:
            self._ahead.close()
        self._body.close()


def is_missing(error: Any) -> bool:
    """Whether a call failed because there is no such object. The code says so in two ways: a HEAD has no body to name
    it in, and neither has the answer to a key with control characters, which XML cannot hold."""
    return error.response["Error"]["Code"] in ("404", "NoSuchKey")


def open_object(s3: Any, bucket: str, key: str) -> Stored | None:
    """The object as it is now, or None if there is none any more."""
    parts = Parts(s3, bucket, key)
    try:
        found = parts.open()
    except s3.exceptions.ClientError as error:
        if is_missing(error):
            return None
        raise
    return Stored(
        etag=found["ETag"].strip('"'),
        version_id=_version(found),
        size=int(found.get("ContentRange", f"/{found['ContentLength']}").rpartition("/")[2]),
        uploaded=found["LastModified"],
        metadata=found.get("Metadata", {}),
        parts=parts,
    )


def etag_of(s3: Any, bucket: str, key: str) -> str | None:
    """The eTag of what lies there now."""
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if is_missing(error):
            return None
        raise
    return str(found["ETag"]).strip('"')


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _version(found: Mapping[str, Any]) -> str | None:
    version = found.get("VersionId")
    return version if version and version != "null" else None
