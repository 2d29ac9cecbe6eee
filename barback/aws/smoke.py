"""Puts a sample through the deployed stack and takes away every trace of it, also when it fails."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from barback.diagnosis import explain
from barback.errors import Problem
from barback.polling import wait_for
from barback.targets import Target

SAMPLE = b"name,age,joined\nAda,36,2024-01-31\nGrace,,2024-02-29\nEdsger,72,2024-03-01\n"
FLOW = "csv_profile"
PATIENCE = 120.0


def smoke_test(target: Target, progress: Callable[[str], None]) -> float:
    """How many seconds the sample took from upload to result."""
    key = f"uploads/smoke-{uuid.uuid4().hex}.csv"
    result = f"profiles/{key}.json"
    raw, processed = target.names.bucket("raw"), target.names.bucket("processed")
    s3 = target.client("s3")
    try:
        started = time.monotonic()
        s3.put_object(Bucket=raw, Key=key, Body=SAMPLE)
        progress(f"waiting for the profile of {key}")
        item = wait_for(
            lambda: _item(target, key), f"the profile of {key}", seconds=PATIENCE, explain=lambda: explain(target, FLOW)
        )
        if item["status"]["S"] != "success":
            raise Problem(
                f"the sample came out as {item['status']['S']}: {item.get('error_message', {}).get('S', 'no message')}",
                "the stack is deployed, but its code is not right: run the local tests (make test)",
            )
        wait_for(lambda: _exists(s3, processed, result), f"s3://{processed}/{result}", seconds=PATIENCE)
        return time.monotonic() - started
    finally:
        progress("taking the sample away")
        _remove(s3, raw, key)
        _remove(s3, processed, result)
        table = target.names.table("file_metadata")
        target.client("dynamodb").delete_item(TableName=table, Key={"file_name": {"S": key}})


def _item(target: Target, key: str) -> dict[str, Any] | None:
    found = target.client("dynamodb").get_item(
        TableName=target.names.table("file_metadata"), Key={"file_name": {"S": key}}, ConsistentRead=True
    )
    item: dict[str, Any] | None = found.get("Item")
    return item


def _exists(s3: Any, bucket: str, key: str) -> bool | None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return None
    return True


def _remove(s3: Any, bucket: str, key: str) -> None:
    """Every version and marker of one key."""
    there = s3.list_object_versions(Bucket=bucket, Prefix=key)
    for entry in [*there.get("Versions", []), *there.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
