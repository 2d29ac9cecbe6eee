"""What the table says of an uploaded file."""

from typing import Any

from barback.targets import Target
from common.items import plain


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
