"""What is asked of the tables: pages that are whole, and counts whose cost does not depend on the records."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from records.messages import Capture
from records.process import Record
from records.queries import RecordQueries
from records.store import RecordTable
from tests.unit.records.conftest import COUNTS, RAW, TABLE, Aws

CAPTURE = Capture("jsonplaceholder", "posts", RAW, "raw/x", "2026-11-20T06:00:00.000Z", "0", 1)


def fill(aws: Aws, source: str, numbers: range, at: str) -> None:
    told = replace(CAPTURE, source=source, capturedAt=at)
    content = {"title": "T", "body": "B", "details": {}}
    records = [Record(f"{source}-{n:03d}", source, "posts", f"f{n}", content) for n in numbers]
    RecordTable(aws("dynamodb"), TABLE, COUNTS).store(records, told, at)


@pytest.fixture
def queries(aws: Aws) -> RecordQueries:
    return RecordQueries(aws("dynamodb"), TABLE, COUNTS)


def walk(queries: RecordQueries, limit: int, source: str | None) -> list[list[str]]:
    pages, after = [], None
    while True:
        page = queries.page(limit, source, after)
        pages.append([record["id"] for record in page.records])
        after = page.end
        if after is None:
            return pages


@pytest.mark.parametrize("limit", [1, 7, 10, 30, 31])
@pytest.mark.parametrize("source", [None, "a"])
def test_pages_hold_every_record_once_and_none_is_empty(
    aws: Aws, queries: RecordQueries, limit: int, source: str | None
) -> None:
    fill(aws, "a", range(15), "2026-11-20T06:00:00.000Z")
    fill(aws, "a", range(15, 30), "2026-11-21T06:00:00.000Z")
    pages = walk(queries, limit, source)
    assert sorted(identity for page in pages for identity in page) == [f"a-{n:03d}" for n in range(30)]
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_a_source_is_told_newest_first_and_alone(aws: Aws, queries: RecordQueries) -> None:
    for n, day in enumerate((20, 22, 21)):
        fill(aws, "a", range(n, n + 1), f"2026-11-{day}T06:00:00.000Z")
    fill(aws, "b", range(3), "2026-11-23T06:00:00.000Z")
    assert walk(queries, 2, "a") == [["a-001", "a-002"], ["a-000"]]
    assert walk(queries, 2, "nobody") == [[]]


def test_analytics(aws: Aws, queries: RecordQueries, monkeypatch: pytest.MonkeyPatch) -> None:
    assert queries.analytics(date(2026, 11, 21))["total"] == 0
    fill(aws, "a", range(30), "2026-10-31T06:00:00.000Z")
    fill(aws, "a", range(30, 35), "2026-11-20T06:00:00.000Z")
    fill(aws, "b", range(7), "2026-11-20T06:00:00.000Z")
    monkeypatch.setattr(aws("dynamodb"), "scan", _never)
    found = queries.analytics(date(2026, 11, 21))
    assert found == {
        "total": 42,
        "by_source": {"a": 35, "b": 7},
        "by_date": {"2026-10-31": 30, "2026-11-20": 12},
        "last_7_days": {f"2026-11-{day}": 12 if day == 20 else 0 for day in range(15, 22)},
    }


def _never(**arguments: Any) -> Any:
    raise AssertionError("a scan")
