"""A file up and its profile down again: S3 and DynamoDB by moto, and the real function, called when an object lands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from barback.errors import Problem
from barback.flows.csv_profile.upload import key_for, profile_by_upload
from barback.paths import STACK
from barback.stack.load import load
from barback.stack.model import Stack
from barback.stack.names import Names
from common.events import Upload
from common.logs import Log
from csv_profile.handler import process
from csv_profile.options import DEFAULTS
from csv_profile.store import Store

REGION = "us-east-1"


@dataclass
class Bench:
    """A target as far as an upload can tell."""

    stack: Stack
    names: Names
    clients: dict[str, Any]
    endpoint: str | None = "http://127.0.0.1:4566"

    @property
    def is_aws(self) -> bool:
        return self.endpoint is None

    def client(self, service: str) -> Any:
        return self.clients[service]

    def upload(self, file: Path, **stated: str) -> tuple[dict[str, Any], list[str]]:
        content, links = profile_by_upload(self, file, stated, StringIO())  # type: ignore[arg-type]
        return json.loads(content), links


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    names = Names.local("barback", REGION)
    with mock_aws():
        clients = {service: boto3.client(service, region_name=REGION) for service in ("s3", "dynamodb")}
        s3, dynamodb = clients["s3"], clients["dynamodb"]
        for bucket in ("raw", "processed"):
            s3.create_bucket(Bucket=names.bucket(bucket))
            s3.put_bucket_versioning(Bucket=names.bucket(bucket), VersioningConfiguration={"Status": "Enabled"})
        dynamodb.create_table(
            TableName=names.table("file_metadata"),
            KeySchema=[{"AttributeName": "file_name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "file_name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        store = Store(s3, dynamodb, names.bucket("processed"), names.table("file_metadata"))

        waiting: list[str] = []

        def remember(params: dict[str, Any], **_: Any) -> None:
            if params["Bucket"] == names.bucket("raw"):
                waiting.append(params["Key"])

        def run_function(**_: Any) -> None:
            while waiting:
                upload = Upload(names.bucket("raw"), waiting.pop(), "", 0, None, None, "2026-01-01T00:00:00.000Z")
                process(upload, store, DEFAULTS, Log())

        for call in ("PutObject", "CompleteMultipartUpload"):
            s3.meta.events.register(f"provide-client-params.s3.{call}", remember)
            s3.meta.events.register(f"after-call.s3.{call}", run_function)
        yield Bench(load(STACK), names, clients)


def test_the_profile_is_that_of_the_uploaded_file(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "menu + prices, 100%.csv"
    file.write_text("dish,price\nsoup,4.5\n")
    document, links = bench.upload(file)
    assert (document["status"], document["file"]["rows"]) == ("success", 1)
    assert links == [
        "s3://barback-processed/profiles/uploads/menu + prices, 100%.csv.json",
        "http://127.0.0.1:4566/barback-processed/profiles/uploads/menu%20%2B%20prices%2C%20100%25.csv.json",
    ]


def test_on_aws_there_is_no_address_of_an_engine(bench: Bench, tmp_path: Path) -> None:
    bench.endpoint = None
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    assert bench.upload(file)[1] == ["s3://barback-processed/profiles/uploads/a.csv.json"]


def test_uploading_the_same_file_again_waits_for_its_own_profile(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text("a\n1\n")
    first, second = bench.upload(file)[0], bench.upload(file)[0]
    assert first["file"]["version_id"] != second["file"]["version_id"]
    assert first["file"]["etag"] == second["file"]["etag"]


def test_what_is_stated_travels_with_the_object(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("1|2;3\n4|5;6\n")
    document, _ = bench.upload(file, **{"csv-delimiter": "pipe", "csv-header": "false"})
    assert (document["file"]["delimiter"], document["file"]["rows"]) == ("|", 2)


def test_a_large_file_goes_up_in_parts(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"text\n" + (b"x" * 9_999 + b"\n") * 900)
    document, _ = bench.upload(file)
    assert document["file"]["rows"] == 900
    assert document["file"]["etag"].endswith("-2")


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz"])
def test_a_file_that_some_trigger_waits_for_has_a_key(name: str) -> None:
    assert key_for(load(STACK), name) == f"uploads/{name}"


def test_a_file_that_would_start_no_function_is_refused() -> None:
    with pytest.raises(
        Problem, match=r"notes\.txt would not start a function\n.*end in one of \.csv, \.tsv, \.csv\.gz"
    ):
        key_for(load(STACK), "notes.txt")


def test_an_engine_that_is_not_there_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    bench.client("s3").delete_bucket(Bucket=bench.names.bucket("raw"))
    with pytest.raises(Problem, match=r"a\.csv cannot be profiled by the engine at .*\n  → start it: make up"):
        bench.upload(file)
