"""Measures the records flow and the HTTP API and prints Markdown: `python -m benchmarks.records`.

Requests to DynamoDB are counted on moto's tables. Answers of the API are timed on tables that are lists in memory and
page as DynamoDB does, 1 MB at most: what is measured is what our code does and how much it asks for; a real table adds
its few milliseconds to each request. Cold starts are fresh interpreters on the package as it is deployed.
"""

import argparse
import bisect
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from barback.package import Build, build_package
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load

sys.path.insert(0, str(LAMBDA_SRC))

from api import tables
from api.app import make_app
from api.asgi import answer
from common.items import plain, typed
from records.messages import Capture
from records.process import process
from records.queries import RecordQueries
from records.store import COUNTS, SHARDS, RecordTable

PAGE_BYTES = 1_000_000
ROUNDS = 200
COLD_ROUNDS = 5
RECORDS = 500  # moto copies its tables for each transaction
ITEM_BYTES = 600  # of a record as it is stored


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,10000,200000", help="numbers of records (%(default)s)")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",") if size]
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| through the queue | |\n| --- | ---: |")
    for what, value in _storing():
        print(f"| {what} | {value} |")
    print("\n| records | question | ours, p50 ms | p99 | requests | textbook, p50 ms | p99 | requests |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        for row in _answering(size):
            print(f"| {size:,} | {row} |")
    print("\n| cold start: a fresh interpreter until the handler is there | CPU ms |\n| --- | ---: |")
    for what, ms in _cold():
        print(f"| {what} | {ms:.0f} |")


def _storing() -> Iterator[tuple[str, str]]:
    import boto3
    from moto import mock_aws

    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1")
    posts = [{"id": n, "userId": 1, "title": f"Title {n}", "body": "Text " * 40} for n in range(RECORDS)]
    body = json.dumps(posts).encode()
    started = time.process_time()
    batch = process(body, "jsonplaceholder")
    yield (
        "records a CPU second, read, checked and fingerprinted",
        f"{len(posts) / (time.process_time() - started):,.0f}",
    )
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        for name, keys in (("records", ("id",)), ("counts", ("counted", "part"))):
            dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": k, "KeyType": t} for k, t in zip(keys, ("HASH", "RANGE"), strict=False)],
                AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
            )
        table = RecordTable(dynamodb, "records", "counts")
        for what, at in (("new", 1), ("the same message again", 1), ("unchanged in a later capture", 2)):
            capture = Capture("jsonplaceholder", "posts", "raw", "raw/x", f"2026-11-2{at}T00:00:00.000Z", "0", RECORDS)
            done = table.store(batch.records, capture, capture.capturedAt)
            yield f"requests to DynamoDB for a record, {what}", f"{done.requests / len(posts):.2f}"


class Lists:
    """Tables as sorted lists, behind the calls of a DynamoDB client that the API makes."""

    def __init__(self, size: int) -> None:
        self.requests = 0
        now = datetime(2026, 11, 21, tzinfo=UTC)
        self.items = []
        for n in range(size):
            at = (now - timedelta(minutes=n % 500_000)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            record = {"id": f"jsonplaceholder-{n:08d}", "source": "jsonplaceholder", "type": "posts", "captured_at": at}
            record |= {"first_seen": at, "last_seen": at, "fingerprint": "f" * 64, "raw_s3_key": "raw/x", "title": "T"}
            self.items.append(typed({**record, "body": "Text " * 40, "details": {}, "processed_at": at}))
        self.by_id = {item["id"]["S"]: n for n, item in enumerate(self.items)}
        self.newest = sorted(self.items, key=lambda item: (item["captured_at"]["S"], item["id"]["S"]), reverse=True)
        self.places = [(item["captured_at"]["S"], item["id"]["S"]) for item in reversed(self.newest)]
        days = {item["captured_at"]["S"][:10] for item in self.items}
        self.counts = [
            typed(
                {"counted": COUNTS, "part": f"{month}#{shard}"}
                | {f"{d}#jsonplaceholder": 1 for d in days if d[:7] == month}
            )
            for month in sorted({day[:7] for day in days})
            for shard in range(SHARDS)
        ]

    def scan(self, *, Limit: int | None = None, ExclusiveStartKey: Any = None, **_: Any) -> dict[str, Any]:  # noqa: N803
        start = self.by_id[ExclusiveStartKey["id"]["S"]] + 1 if ExclusiveStartKey else 0
        return self._page(self.items, start, Limit)

    def query(self, *, Limit: int, ExclusiveStartKey: Any = None, **_: Any) -> dict[str, Any]:  # noqa: N803
        start = 0
        if key := ExclusiveStartKey:
            start = len(self.places) - bisect.bisect_left(self.places, (key["captured_at"]["S"], key["id"]["S"]))
        return self._page(self.newest, start, Limit)

    def get_item(self, *, Key: Any, **_: Any) -> dict[str, Any]:  # noqa: N803
        self.requests += 1
        return {"Item": self.items[self.by_id[Key["id"]["S"]]]}

    def get_paginator(self, _: str) -> "Lists":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        self.requests += 1
        return [{"Items": self.counts}]

    def _page(self, items: list[Any], start: int, limit: int | None) -> dict[str, Any]:
        self.requests += 1
        end = min(len(items), start + min(limit or len(items), PAGE_BYTES // ITEM_BYTES))
        return {"Items": items[start:end]} | ({"LastEvaluatedKey": items[end - 1]} if end < len(items) else {})


def textbook(lists: Lists, path: str, params: dict[str, str]) -> str:
    """The handler of many a tutorial: read the table, then pick."""
    found: list[Any] = []
    start = None
    while True:
        page = lists.scan(ExclusiveStartKey=start) if start else lists.scan()
        found += [plain(item) for item in page["Items"]]
        start = page.get("LastEvaluatedKey")
        if start is None:
            break
    if path == "/analytics":
        by_date: dict[str, int] = {}
        for item in found:
            by_date[item["captured_at"][:10]] = by_date.get(item["captured_at"][:10], 0) + 1
        return json.dumps({"total": len(found), "by_date": by_date})
    found.sort(key=lambda item: item["captured_at"], reverse=True)
    return json.dumps(found[: int(params["limit"])])


def _answering(size: int) -> Iterator[str]:
    lists = Lists(size)
    queries = RecordQueries(lists, "records", "counts")
    tables.records = lambda: queries  # type: ignore[assignment]
    app = make_app()
    questions = (("/analytics", {}), ("/records", {"limit": "20", "source": "jsonplaceholder"}))
    for path, params in questions:
        query = "&".join(f"{name}={value}" for name, value in params.items())
        request = {"domainName": "x", "http": {"method": "GET", "path": path, "sourceIp": ""}}
        event = {"version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {}, "requestContext": request}

        def ours(event: dict[str, Any] = event) -> None:
            assert answer(app, event, None)["statusCode"] == 200

        def theirs(path: str = path, params: dict[str, str] = params) -> None:
            textbook(lists, path, params)

        with Path(os.devnull).open("w") as nowhere:
            kept, sys.stdout = sys.stdout, nowhere
            try:
                measured = [*_times(ours, ROUNDS, lists), *_times(theirs, 3 if size > 1000 else ROUNDS, lists)]
            finally:
                sys.stdout = kept
        cells = [f"{value:,.1f}" if n % 3 < 2 else f"{value:,.0f}" for n, value in enumerate(measured)]
        yield f"`{path}{'?' + query if query else ''}` | " + " | ".join(cells)


def _times(action: Callable[[], None], rounds: int, lists: Lists) -> list[float]:
    action()
    lists.requests, times = 0, []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return [statistics.median(times), times[min(rounds - 1, int(rounds * 0.99))], lists.requests / rounds]


def _cold() -> Iterator[tuple[str, float]]:
    package = build_package(load(STACK, LAMBDA_SRC), Build.for_here())
    client = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package.path) as archive:
            archive.extractall(folder)
        for what, code in (
            ("Python alone", "pass"),
            ("a bare handler: json and a DynamoDB client", f"import json; {client}"),
            ("the API: FastAPI, its routes and a DynamoDB client", f"import api.handler; {client}"),
        ):
            yield what, _fresh(code, Path(folder))


def _fresh(code: str, folder: Path) -> float:
    times = []
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    for _ in range(COLD_ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return statistics.median(times)


if __name__ == "__main__":
    main()
