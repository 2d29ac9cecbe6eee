"""What the API's tests stand on: the tables that it reads, in memory, and requests as Lambda gets them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from moto import mock_aws

from api import tables
from api.app import make_app
from api.asgi import answer, loop
from barback.paths import STACK
from barback.provision.resource import Context
from barback.provision.storage import Table
from barback.stack.load import compile_stack, load
from barback.stack.names import Names
from common.aws import client
from common.items import typed
from common.objects import stamp
from common.settings import settings
from records.messages import Capture, moment
from records.process import Record
from records.store import RecordTable

NAMES = Names.local("test", "us-east-1")
APP = make_app()
CONTEXT = SimpleNamespace(aws_request_id="the-request")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def event(method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """As a function URL sends it: the path still encoded."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": dict(headers or {}),
        "requestContext": {
            "domainName": "abc.lambda-url.us-east-1.on.aws",
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
        },
        "isBase64Encoded": False,
    }


def ask(path: str, method: str = "GET", headers: Mapping[str, str] | None = None, **params: Any) -> Answer:
    told = answer(APP, event(method, quote(path), urlencode(params, doseq=True), headers), CONTEXT)
    return Answer(told["statusCode"], told["headers"], told["body"])


@pytest.fixture(scope="session", autouse=True)
def loop_of_the_application() -> Iterator[None]:
    yield
    loop().close()


@pytest.fixture(scope="module")
def account() -> Iterator[Any]:
    """One for the tests of a module; what they write does not disturb each other."""
    patch = pytest.MonkeyPatch()
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    for short in ("records", "record_counts", "file_metadata", "cocktails"):
        environment[f"TABLE_{short.upper()}"] = NAMES.table(short)
    environment["BUCKET_PROCESSED"] = NAMES.bucket("processed")
    for name, value in environment.items():
        patch.setenv(name, value)
    with mock_aws():
        forget()
        stack = json.loads(compile_stack(load(STACK)))
        context = Context(stack, NAMES, client, b"", "python3.13", "arm64", {})
        for name in stack["tables"]:
            Table(context, name).apply(None)
        client("s3").create_bucket(Bucket=NAMES.bucket("processed"))
        versioned = {"Status": "Enabled"}
        client("s3").put_bucket_versioning(Bucket=NAMES.bucket("processed"), VersioningConfiguration=versioned)
        yield client
    patch.undo()
    forget()


def forget() -> None:
    for cached in (client, settings, tables.records, tables.profiles, tables.cocktails):
        cached.cache_clear()


def store_records(numbers: range, source: str = "jsonplaceholder", at: datetime | None = None) -> None:
    table = RecordTable(client("dynamodb"), NAMES.table("records"), NAMES.table("record_counts"))
    captured = moment(at or datetime.now(UTC))
    content = {"title": "Title", "body": "Text", "details": {"user_id": "1"}}
    records = [Record(f"{source}-{n:03d}", source, "posts", f"f{n}", content) for n in numbers]
    table.store(records, Capture(source, "posts", "raw", "raw/x.json", captured, "0", len(records)), captured)


def store_profile(file_name: str, status: str = "success", **fields: Any) -> None:
    item = {
        "file_name": file_name,
        "status": status,
        "row_count": 3,
        "schema": {"a": "int"},
        "statistics": {},
        "processed_timestamp": stamp(datetime.now(UTC)),
        **fields,
    }
    client("dynamodb").put_item(TableName=NAMES.table("file_metadata"), Item=typed(item))
