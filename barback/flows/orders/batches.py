"""Batches of orders, for people: a file on its way in, what the table says of it, and the heads of its tables."""

import csv
import io
import json
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from barback.console import Step, table
from barback.diagnosis import explain
from barback.invocation import patience
from barback.polling import wait_for
from barback.targets import Target
from barback.terminal import clip, plain
from common.items import plain as plain_item
from orders.store import PREFIX

FUNCTION = "orders"
TABLES = ("orders", "customers", "items")
WIDEST_CELL, WIDEST_REASON = 24, 70
# Enough of a file for some rows of it: a table may be gigabytes.
HEAD_BYTES = 64 << 10


def batch_of_upload(target: Target, key: str, etag: str) -> dict[str, Any] | None:
    """What the flow recorded of exactly this upload, not of an earlier one at the same key."""
    found = target.client("dynamodb").get_item(
        TableName=target.names.table("order_batches"), Key={"file_name": {"S": key}}, ConsistentRead=True
    )
    item = plain_item(found["Item"]) if "Item" in found else None
    return item if item and item.get("etag") == etag else None


def wait_for_batch(target: Target, key: str, etag: str) -> dict[str, Any]:
    return wait_for(
        partial(batch_of_upload, target, key, etag),
        f"the batch of {key}",
        seconds=patience(target, FUNCTION),
        explain=lambda: explain(target, FUNCTION),
    )


def upload(target: Target, file: Path, name: str, output: TextIO | None = None) -> dict[str, Any]:
    """Uploads a file and waits for its batch; the item of it."""
    s3, bucket, key = target.client("s3"), target.names.bucket("raw"), PREFIX + name
    with Step(f"uploading {name}", output) as step:
        step.note(f"s3://{bucket}/{key}")
        s3.upload_file(str(file), bucket, key)
        etag = s3.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    with Step("waiting for its tables", output) as step:
        item = wait_for_batch(target, key, etag)
        step.note(item["batch"])
    return item


def summary(items: list[dict[str, Any]]) -> str:
    """A line for each batch."""
    head = ("file", "status", "orders", "customers", "items", "rejected", "issues", "what was found")
    rows = []
    for item in items:
        counts = item["counts"]
        found = item["error_message"] or ", ".join([*item["rejected"], *item["issues"]]) or "–"
        numbers = (f"{int(counts[name]):,}" for name in (*TABLES, "rejected", "issues"))
        rows.append((plain(item["file_name"].removeprefix(PREFIX)), item["status"], *numbers, clip(plain(found), 60)))
    return table(head, rows)


def heads(target: Target, item: dict[str, Any], most: int) -> str:
    """The first rows of each table."""
    shown = []
    for name in TABLES:
        text = _beginning(target, item, f"{name}.csv")
        rows = list(csv.reader(io.StringIO(text, newline="")))[: most + 1]
        cells = [[clip(plain(cell), WIDEST_CELL) for cell in row] for row in rows[1:]]
        shown.append(f"{name}.csv, {int(item['counts'][name]):,} rows\n{table(rows[0], cells)}")
    return "\n\n".join(shown)


def rejections(target: Target, item: dict[str, Any], most: int) -> str:
    """The first orders that were rejected: where they are and why."""
    count = int(item["counts"]["rejected"])
    if not count:
        return "no order was rejected"
    lines = _beginning(target, item, "rejected.ndjson").splitlines()[:most]
    entries = [json.loads(line) for line in lines]
    rows = [
        (f"{entry['line']:,}", plain(entry["path"]), entry["code"], clip(plain(entry["reason"]), WIDEST_REASON))
        for entry in entries
    ]
    return f"rejected.ndjson, {count:,} orders\n{table(('line', 'path', 'code', 'reason'), rows)}"


def _beginning(target: Target, item: dict[str, Any], name: str) -> str:
    """Whole lines from the beginning of a file of the batch: of the very version that the item names."""
    bucket, _, folder = item["batch"].removeprefix("s3://").partition("/")
    version = item["files"][name].get("version_id")
    which = {"VersionId": version} if version else {}
    size = int(item["files"][name]["size"])
    if not size:
        return ""
    found = target.client("s3").get_object(
        Bucket=bucket, Key=folder + name, Range=f"bytes=0-{min(size, HEAD_BYTES) - 1}", **which
    )
    content = found["Body"].read()
    if size > HEAD_BYTES:
        content = content[: content.rfind(b"\n") + 1]
    return str(content.decode("utf-8", "replace"))
