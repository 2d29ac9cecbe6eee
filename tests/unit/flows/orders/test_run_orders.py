"""What a person sees of batches of orders, and what `barback run-orders` says when it cannot do its work."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from barback.cli import main
from barback.config import Config
from barback.flows.orders import batches
from barback.flows.orders.batches import heads, rejections, summary
from barback.paths import STACK
from barback.stack.load import load
from barback.targets import Target
from orders.store import SUFFIXES
from tests.unit.orders.outputs import lines, order, run

BUCKET, FOLDER = "barback-processed", "orders/shop/"


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        s3.create_bucket(Bucket=BUCKET)
        monkeypatch.setattr(Target, "client", lambda *_, **__: s3)
        yield Target(Config(), "http://127.0.0.1:1")


def batch(target: Target, content: str) -> dict[str, Any]:
    """The item of a batch that lies in the bucket."""
    out = run(content)
    for name, data in out.files.items():
        target.client("s3").put_object(Bucket=BUCKET, Key=FOLDER + name, Body=data)
    files = {name: {"size": len(data), "version_id": None} for name, data in out.files.items()}
    return {
        "file_name": "orders/shop.json",
        "status": out.manifest["status"],
        "error_message": (out.manifest["error"] or {}).get("message"),
        "counts": out.manifest["counts"],
        "rejected": out.manifest["rejected"],
        "issues": {issue["code"]: issue["count"] for issue in out.manifest["issues"]},
        "batch": f"s3://{BUCKET}/{FOLDER}",
        "files": files,
    }


def test_the_heads_of_the_tables_and_the_rejected_are_shown(target: Target) -> None:
    item = batch(
        target, lines(order(note="a\x1b[2J\nb"), order(order_id="O-2", total=None), *[order(order_id=n) for n in "xyz"])
    )
    shown = heads(target, item, most=2)
    assert "orders.csv, 4 rows" in shown
    assert "O-1" in shown
    assert "a·[2J⏎b" in shown
    assert shown.count("2026-01-31T11:34:56Z") == 2
    assert "$[1].total" in rejections(target, item, most=5)
    assert "invalid" in summary([item])


def test_of_a_large_table_only_the_beginning_is_read(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "HEAD_BYTES", 400)
    item = batch(target, lines(*(order(order_id=f"O-{n}", note="long " * 9) for n in range(50))))
    shown = heads(target, item, most=40)
    rows = list(csv.reader(io.StringIO(run(lines(order())).files["orders.csv"].decode())))
    assert rows[0][0] in shown
    assert "O-0" in shown
    assert "O-40" not in shown


def test_a_batch_without_orders_says_so(target: Target) -> None:
    item = batch(target, "no orders")
    assert "orders.csv, 0 rows" in heads(target, item, most=3)
    assert rejections(target, item, most=3) == "no order was rejected"
    assert "not JSON" in summary([item])


@pytest.mark.parametrize(
    ("name", "told"), [("missing.json", "there is no file"), ("orders.txt", "would not start a function")]
)
def test_a_file_that_is_none_of_orders_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    if name == "orders.txt":
        (tmp_path / name).write_text("[]")
    assert main(["run-orders", "--file", str(tmp_path / name)]) == 1
    assert told in capsys.readouterr().err


def test_endings_are_those_that_the_stack_waits_for() -> None:
    triggers = load(STACK).functions["orders"].triggers
    assert tuple(trigger.suffix for trigger in triggers) == SUFFIXES  # type: ignore[union-attr]
