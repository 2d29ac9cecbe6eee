"""Orders on a real engine: a file lands in orders/, three tables that join and a manifest come out."""

import csv
import gzip
import hashlib
import io
import json
from functools import partial
from typing import Any

import pytest

from barback.flows.orders.batches import batch_of_upload
from barback.generate.orders import Orders
from barback.generate.recipe import Recipe
from barback.generate.write import write
from tests.integration.flows import Dropped, Flows


def generated(**recipe: Any) -> tuple[bytes, dict[str, Any]]:
    out = io.BytesIO()
    truth = write(Orders(), Recipe(**recipe), out)
    return out.getvalue(), truth


def batch_of(flows: Flows, dropped: Dropped) -> dict[str, Any]:
    """The item of exactly this upload."""
    check = partial(batch_of_upload, flows.target, dropped.key, dropped.etag)
    return flows.eventually(check, f"the batch of {dropped.key}", "orders")


def read(flows: Flows, item: dict[str, Any], name: str) -> bytes:
    bucket, _, folder = item["batch"].removeprefix("s3://").partition("/")
    body = flows.target.client("s3").get_object(Bucket=bucket, Key=folder + name)["Body"]
    content: bytes = body.read()
    return content


def manifest_of(flows: Flows, item: dict[str, Any]) -> dict[str, Any]:
    """The manifest, after a look whether the files are those it tells of."""
    found: dict[str, Any] = json.loads(read(flows, item, "manifest.json"))
    for file in found["files"]:
        content = read(flows, item, file["name"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    return found


@pytest.mark.parametrize(
    ("name", "form"),
    [("shop.json", "array"), ("shop.ndjson", "ndjson"), ("shop.json.gz", "pretty"), ("a + b%.json", "ndjson")],
)
def test_a_file_becomes_tables_as_the_truth_tells(flows: Flows, name: str, form: str) -> None:
    content, truth = generated(count=300, seed=7, mess=0.2, form=form)
    body = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
    item = batch_of(flows, flows.drop(name, body, prefix="orders"))
    manifest = manifest_of(flows, item)
    assert (item["status"], manifest["status"]) == ("success", "success")
    counts = manifest["counts"]
    assert (counts["orders"], counts["rejected"]) == (truth["accepted"], truth["rejected"])
    tables = {
        table: list(csv.DictReader(io.StringIO(read(flows, item, f"{table}.csv").decode(), newline="")))
        for table in ("orders", "customers", "items")
    }
    assert {row["order_id"] for row in tables["items"]} == {row["order_id"] for row in tables["orders"]}
    assert {row["customer_id"] for row in tables["orders"]} == {row["customer_id"] for row in tables["customers"]}
    assert (len(tables["customers"]), len(tables["items"])) == (truth["customers"], truth["items"])


def test_a_file_that_is_no_json_is_recorded_and_not_retried(flows: Flows) -> None:
    item = batch_of(flows, flows.drop("table.json", "order_id,total\n1,2\n", prefix="orders"))
    assert (item["status"], item["counts"]["orders"]) == ("error", 0)
    assert "not JSON" in item["error_message"]
    assert flows.failed_events("orders") == []


def test_the_newest_object_wins_and_the_same_event_again_changes_nothing(flows: Flows) -> None:
    older = flows.drop("again.json", generated(count=5)[0], prefix="orders")
    batch_of(flows, older)
    newer = flows.drop("again.json", generated(count=9, seed=2)[0], prefix="orders")
    item = batch_of(flows, newer)
    for dropped in (older, newer):
        assert flows.invoke("orders", flows.upload_event(dropped)) == {"duplicate": 1}
    assert batch_of(flows, newer) == item
    assert manifest_of(flows, item)["counts"]["orders"] == 9


def test_files_larger_than_a_part_are_sent_in_parts(flows: Flows) -> None:
    content, truth = generated(count=1)
    order = json.loads(content)
    body = "".join(json.dumps(order | {"order_id": str(n), "note": f"{n} " + "x" * 90_000}) + "\n" for n in range(120))
    item = batch_of(flows, flows.drop("large.json", body, prefix="orders"))
    assert item["files"]["orders.csv"]["size"] > 10_000_000
    assert manifest_of(flows, item)["counts"]["orders"] == 120
    assert truth["accepted"] == 1
