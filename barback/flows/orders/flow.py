"""What the orders flow brings: sample files and what became of them, and a check after a deployment."""

import json
import time
import uuid
from collections.abc import Iterable
from typing import Any

from barback.console import Step, say
from barback.errors import Problem
from barback.flows.flow import Flow as Base
from barback.flows.flow import Progress, Shell, Work
from barback.flows.objects import remove
from barback.flows.orders.batches import rejections, summary, wait_for_batch
from barback.targets import Target
from orders.store import FILES, MANIFEST, PARQUET, PREFIX, place_of

SAMPLE = {
    "order_id": "smoke",
    "placed_at": "2026-01-31T12:00:00Z",
    "currency": "EUR",
    "customer": {"customer_id": "smoke"},
    "items": [{"sku": "smoke", "quantity": 2, "unit_price": "1.50"}],
    "total": "3.00",
}
MOST_REJECTED = 6


class Flow(Base):
    def work_of(self, function: str) -> Work:
        return Work(cpu_seconds_per_mb=0.15)

    def demo(self, target: Target) -> None:
        with Step("dropping orders into the bucket") as step:
            dropped = {sample.key: sample.drop(target) for sample in self.samples()}
            step.note(f"{len(dropped)} files in s3://{target.names.bucket('raw')}/{PREFIX}")
        items: list[dict[str, Any]] = []
        with Step("waiting for their tables") as step:
            for key, etag in dropped.items():
                items.append(wait_for_batch(target, key, etag))
                step.detail(f"{len(items)} of {len(dropped)}")
            step.note(f"s3://{target.names.bucket('processed')}/{PREFIX}")
        say()
        say(summary(items))
        if messy := max(items, key=lambda item: int(item["counts"]["rejected"]), default=None):
            say(f"\n{messy['file_name']}: {rejections(target, messy, MOST_REJECTED)}")

    def hints(self, shell: Shell) -> list[str]:
        processed = shell.target.names.bucket("processed")
        return [
            'make run-orders ARGS="--count 10000 --mess 0.1"',
            f"{shell.aws} s3 ls s3://{processed}/{PREFIX}messy/",
            f"{shell.aws} s3 cp s3://{processed}/{PREFIX}messy/manifest.json -",
        ]

    def smoke(self, target: Target, progress: Progress) -> str:
        """Uploads an order, waits for its tables, and removes all of it."""
        key = f"{PREFIX}smoke-{uuid.uuid4().hex}.json"
        raw, processed = target.names.bucket("raw"), target.names.bucket("processed")
        try:
            started = time.monotonic()
            put = target.client("s3").put_object(Bucket=raw, Key=key, Body=json.dumps(SAMPLE).encode())
            progress(f"waiting for the tables of {key}")
            item = wait_for_batch(target, key, put["ETag"].strip('"'))
            if item["status"] != "success" or item["counts"]["orders"] != 1:
                raise Problem(
                    f"the sample order came out as {item['status']}: {item['error_message'] or item['rejected']}",
                    "the stack is deployed, but its code is wrong: run the local tests (make test)",
                )
            return f"an order was in its tables {time.monotonic() - started:.1f} s after its upload"
        finally:
            progress("removing the sample")
            remove(target, raw, key)
            for name in (*FILES, *PARQUET, MANIFEST):
                remove(target, processed, place_of(key, name))
            batches = target.names.table("order_batches")
            target.client("dynamodb").delete_item(TableName=batches, Key={"file_name": {"S": key}})

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        there = target.client("dynamodb").describe_table(TableName=target.names.table("order_batches"))
        yield "batches of orders", there["Table"]["ItemCount"]
