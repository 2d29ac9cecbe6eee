"""What the record tests stand on: buckets, queues and tables in memory, and running stand-ins of the two services."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws

from common.aws import client
from common.settings import settings
from upstream.server import Upstream

RAW, PROCESSED, TABLE, COUNTS = "test-raw", "test-processed", "test-records", "test-record-counts"
Aws = Callable[[str], Any]


@pytest.fixture(scope="module")
def fresh_clients() -> Iterator[None]:
    """Clients cost a tenth of a second each to make, so they are shared, but not with other flows' tests."""
    client.cache_clear()
    yield
    client.cache_clear()


@pytest.fixture
def aws(fresh_clients: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """The clients' factory; the stack's buckets, queue and tables are there, and told to the functions."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "BUCKET_RAW": RAW,
        "BUCKET_PROCESSED": PROCESSED,
        "TABLE_RECORDS": TABLE,
        "TABLE_RECORD_COUNTS": COUNTS,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        for bucket in (RAW, PROCESSED):
            client("s3").create_bucket(Bucket=bucket)
        monkeypatch.setenv("QUEUE_RECORDS", client("sqs").create_queue(QueueName="records")["QueueUrl"])
        create_tables(client("dynamodb"))
        settings.cache_clear()
        yield client
    settings.cache_clear()


def create_tables(dynamodb: Any) -> None:
    names = ("id", "source", "captured_at")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "SourceIndex",
                "KeySchema": [
                    {"AttributeName": "source", "KeyType": "HASH"},
                    {"AttributeName": "captured_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    dynamodb.create_table(
        TableName=COUNTS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "counted", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("counted", "part")],
    )


@pytest.fixture(scope="session")
def server() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
def upstream(server: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    server.reset()
    for variable, url in server.base_urls().items():
        monkeypatch.setenv(variable, url)
    settings.cache_clear()
    return server


def keys(aws: Aws, bucket: str, prefix: str = "") -> list[str]:
    listed = aws("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [found["Key"] for found in listed.get("Contents", [])]


def items(aws: Aws, table: str = TABLE) -> list[dict[str, Any]]:
    pages = aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def counts(aws: Aws) -> dict[str, int]:
    """What is counted for each day and source, all shards together."""
    found: dict[str, int] = {}
    for item in items(aws, COUNTS):
        for name, value in item.items():
            if "N" in value:
                found[name] = found.get(name, 0) + int(value["N"])
    return found
