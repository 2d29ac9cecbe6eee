"""Files into the raw bucket, and what the flows made of them out of the tables."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from barback.paths import SAMPLES
from barback.stack.model import Stack, UploadTrigger
from barback.targets import Target


def samples(stack: Stack) -> Iterator[tuple[Path, str]]:
    """The sample files that some flow waits for, each with its key: samples/ mirrors the raw bucket."""
    triggers = [t for f in stack.functions.values() for t in f.triggers if isinstance(t, UploadTrigger)]
    for path in sorted(path for path in SAMPLES.rglob("*") if path.is_file()):
        key = path.relative_to(SAMPLES).as_posix()
        if any(key.startswith(t.prefix) and key.endswith(t.suffix) for t in triggers):
            yield path, key


def drop(target: Target, path: Path, key: str) -> str:
    """Puts a file into the raw bucket; its eTag."""
    bucket = target.names.bucket("raw")
    answer = target.client("s3").put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    etag: str = answer["ETag"].strip('"')
    return etag


def metadata(target: Target, key: str) -> dict[str, Any] | None:
    """What the profile flow recorded of a file."""
    table = target.names.table("file_metadata")
    found = target.client("dynamodb").get_item(TableName=table, Key={"file_name": {"S": key}}, ConsistentRead=True)
    item = found.get("Item")
    return plain(item) if item else None


def metadata_of(target: Target, key: str, etag: str) -> dict[str, Any] | None:
    """The same of exactly this upload, not of an earlier one at the same key."""
    item = metadata(target, key)
    return item if item and item.get("etag") == etag else None


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a table without DynamoDB's types around its values."""
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}
