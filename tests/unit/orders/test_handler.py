"""Events as they really come, and functions that die: in the end the batch is that of the newest object, and whole.

Whenever there is a manifest, the files beside it are its own.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from moto import mock_aws

from common.errors import Contended
from common.items import plain
from common.settings import Settings
from orders import batch, handler, store
from orders.manifest import ManifestModel
from orders.store import FILES, MANIFEST, PARQUET, Store, batch_of, folder_of, place_of
from tests.events import recorded
from tests.unit.orders.outputs import lines, order

RAW, PROCESSED, TABLE = "barback-raw", "barback-processed", "barback-order_batches"
KEY = "orders/shop.json"
CONTEXT = SimpleNamespace(aws_request_id="request-1", function_name="orders")


class Died(BaseException):
    """The function's process ended here."""


@cache
def made_once(service: str, _whose: str = "the function's") -> Any:
    """A client. Making one takes longer than a test."""
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")


class World:
    """The buckets, the table and the function."""

    def __init__(self) -> None:
        self.s3, self.dynamodb = made_once("s3"), made_once("dynamodb")
        self.outside = made_once("s3", "somebody else's")
        for bucket in (RAW, PROCESSED):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "file_name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "file_name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        # What happens before a call of the function's: its number among those that change something, and its name.
        self.before: Callable[[int, str], None] = lambda number, name: None
        self.changes = 0
        for client in (self.s3, self.dynamodb):
            client.meta.events.register("before-call", self._called)

    def _called(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name not in ("GetObject", "HeadObject", "GetItem") and f"/{RAW}" not in params["url"]:
            self.changes += 1
            self.before(self.changes, model.name)

    def upload(self, content: str | bytes, key: str = KEY) -> dict[str, Any]:
        """Puts an object; returns the event that S3 would send."""
        body = content.encode() if isinstance(content, str) else content
        put = self.outside.put_object(Bucket=RAW, Key=key, Body=body)
        event = recorded("s3_put.json")
        entry = event["Records"][0]["s3"]["object"]
        entry |= {"key": quote_plus(key), "size": len(body), "eTag": put["ETag"].strip('"')}
        entry["versionId"] = put.get("VersionId")
        return event

    def item(self, key: str = KEY) -> dict[str, Any] | None:
        item = self.dynamodb.get_item(TableName=TABLE, Key={"file_name": {"S": key}}).get("Item")
        return plain(item) if item else None

    def read(self, name: str, key: str = KEY) -> bytes | None:
        try:
            body = self.s3.get_object(Bucket=PROCESSED, Key=folder_of(key) + name)["Body"]
        except self.s3.exceptions.NoSuchKey:
            return None
        content: bytes = body.read()
        return content

    def manifest(self, key: str = KEY) -> dict[str, Any] | None:
        """The manifest, if there is one, after a look whether all it says is so."""
        told = self.read(MANIFEST, key)
        if told is None:
            return None
        found: dict[str, Any] = json.loads(told)
        ManifestModel.model_validate(found)
        assert [file["name"] for file in found["files"]] == list(FILES)
        for file in found["files"]:
            content = self.read(file["name"], key)
            assert content is not None
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"]), file["name"]
        return found

    def is_of(self, event: dict[str, Any], orders: int) -> None:
        entry = event["Records"][0]["s3"]["object"]
        item, manifest = self.item(), self.manifest()
        assert item
        assert manifest
        assert item["etag"] == entry["eTag"] == manifest["source"]["etag"]
        assert item["version_id"] == entry["versionId"] == manifest["source"]["version_id"]
        assert item["counts"]["orders"] == orders == manifest["counts"]["orders"]

    def written(self) -> int:
        return len(self.s3.list_object_versions(Bucket=PROCESSED, Prefix=folder_of(KEY)).get("Versions", []))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with mock_aws():
        made = World()
        made_store = Store(made.s3, made.dynamodb, PROCESSED, TABLE)
        monkeypatch.setattr(handler, "_store", lambda: made_store)
        yield made
        for used in (made.s3, made.dynamodb):
            used.meta.events.unregister("before-call", made._called)


def some(count: int) -> str:
    return lines(*(order(order_id=f"O-{number}") for number in range(count)))


def test_a_file_becomes_a_batch(world: World) -> None:
    event = world.upload(some(3) + lines({"order_id": "bad"}))
    assert handler.handle(event, CONTEXT) == {"success": 1}
    world.is_of(event, 3)
    item = world.item()
    assert item
    assert item["rejected"] == {"invalid": 1}
    assert item["batch"] == f"s3://{PROCESSED}/orders/shop/"
    for name in (*FILES, MANIFEST):
        there = world.s3.head_object(Bucket=PROCESSED, Key=f"orders/shop/{name}")
        told = item["files"][name]
        assert (told["etag"], told["version_id"]) == (there["ETag"].strip('"'), there["VersionId"])


def test_a_file_that_is_no_orders_is_recorded_and_not_retried(world: World) -> None:
    assert handler.handle(world.upload("id;total\n1;2\n"), CONTEXT) == {"error": 1}
    item, manifest = world.item(), world.manifest()
    assert item
    assert manifest
    assert (item["status"], manifest["error"]["code"]) == ("error", "not-json")
    assert "not JSON" in item["error_message"]


def test_a_file_that_is_gone_leaves_no_tables_of_an_earlier_one(world: World) -> None:
    handler.handle(world.upload(some(2)), CONTEXT)
    event = world.upload(some(3))
    for version in world.s3.list_object_versions(Bucket=RAW)["Versions"]:
        world.s3.delete_object(Bucket=RAW, Key=KEY, VersionId=version["VersionId"])
    event["Records"][0]["eventTime"] = "2999-01-01T00:00:00.000Z"
    assert handler.handle(event, CONTEXT) == {"error": 1}
    manifest = world.manifest()
    assert manifest
    assert (manifest["error"]["code"], manifest["counts"]["orders"]) == ("source-gone", 0)
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}


def test_the_same_event_again_writes_nothing(world: World) -> None:
    event = world.upload(some(2))
    handler.handle(event, CONTEXT)
    before = world.written()
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}
    assert world.written() == before


def test_a_late_event_of_an_older_object_leaves_the_newest(world: World) -> None:
    older, newer = world.upload(some(1)), world.upload(some(2))
    for event in (newer, older, newer):
        handler.handle(event, CONTEXT)
    world.is_of(newer, 2)


def test_a_file_that_somebody_spoiled_is_written_again(world: World) -> None:
    event = world.upload(some(2))
    handler.handle(event, CONTEXT)
    world.s3.put_object(Bucket=PROCESSED, Key="orders/shop/items.csv", Body=b"spoiled")
    assert handler.handle(event, CONTEXT) == {"success": 1}
    world.is_of(event, 2)


CHANGES = 8  # of a batch that replaces another: manifest away, five files, manifest, item


@pytest.mark.parametrize("dies_before", range(1, CHANGES + 1))
def test_wherever_a_function_dies_no_half_batch_is_taken_for_a_whole_and_the_retry_mends_it(
    world: World, dies_before: int
) -> None:
    handler.handle(world.upload(some(1)), CONTEXT)
    event = world.upload(some(2))
    world.changes = 0

    def die(number: int, name: str) -> None:
        manifest = world.manifest()  # whole, if it is there at all
        assert manifest is None or manifest["counts"]["orders"] in (1, 2)
        if number == dies_before:
            raise Died

    world.before = die
    with pytest.raises(Died):
        handler.handle(event, CONTEXT)
    world.before = lambda number, name: None
    world.manifest()
    assert handler.handle(event, CONTEXT) == {"success": 1}
    world.is_of(event, 2)
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}


def test_a_batch_that_replaces_another_is_so_many_changes(world: World) -> None:
    handler.handle(world.upload(some(1)), CONTEXT)
    world.changes = 0
    handler.handle(world.upload(some(2)), CONTEXT)
    assert world.changes == CHANGES


@pytest.mark.parametrize("meets_before", range(1, CHANGES + 1))
def test_two_functions_at_once_end_in_the_newest_object(world: World, meets_before: int) -> None:
    older = world.upload(some(1))
    newest: list[dict[str, Any]] = []

    def other(number: int, name: str) -> None:
        if number == meets_before and not newest:
            newest.append(world.upload(some(2)))
            handler.handle(newest[0], CONTEXT)

    world.before = other
    handler.handle(older, CONTEXT)
    if not newest:  # a first batch has a change less
        newest.append(world.upload(some(2)))
        handler.handle(newest[0], CONTEXT)
    world.is_of(newest[0], 2)


def test_a_function_that_lost_before_it_published_publishes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = world.upload(some(1))
    newest: list[dict[str, Any]] = []

    def slow(*arguments: Any, **options: Any) -> dict[str, Any]:
        manifest = batch.tabulate(*arguments, **options)
        if not newest:
            newest.append(world.upload(some(2)))
            handler.handle(newest[0], CONTEXT)
        return manifest

    monkeypatch.setattr(handler, "tabulate", slow)
    handler.handle(older, CONTEXT)
    world.is_of(newest[0], 2)
    assert world.written() == len(FILES) + 1


def test_who_never_gets_to_write_is_retried(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "put_item", lambda *_, **__: False)
    with pytest.raises(Contended):
        handler.handle(world.upload(some(1)), CONTEXT)


def test_large_files_go_up_in_parts(world: World) -> None:
    content = lines(*(order(order_id=f"O-{number}", note="x" * 90_000) for number in range(200)))
    names: list[str] = []
    world.before = lambda number, name: names.append(name)
    event = world.upload(content)
    handler.handle(event, CONTEXT)
    world.is_of(event, 200)
    assert (names.count("CreateMultipartUpload"), names.count("UploadPart")) == (1, 3)
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}


@pytest.fixture
def with_parquet(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    made = Store(world.s3, world.dynamodb, PROCESSED, TABLE, parquet=True)
    monkeypatch.setattr(handler, "_store", lambda: made)
    return world


def test_parquet_lies_in_partitions_beside_the_batch(with_parquet: World) -> None:
    key = "orders/2026/shop a.json"
    event = with_parquet.upload(some(3), key)
    assert handler.handle(event, CONTEXT) == {"success": 1}
    listed = with_parquet.s3.list_objects_v2(Bucket=PROCESSED, Prefix="tables/")["Contents"]
    assert [entry["Key"] for entry in listed] == [
        f"tables/{table}/batch=2026%2Fshop%20a/{table}.parquet" for table in ("customers", "items", "orders")
    ]
    item = with_parquet.item(key)
    assert item
    assert set(item["files"]) == {*FILES, *PARQUET, MANIFEST}
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}


def test_turning_parquet_on_makes_it_for_a_batch_that_is_there(world: World, request: pytest.FixtureRequest) -> None:
    event = world.upload(some(3))
    handler.handle(event, CONTEXT)
    request.getfixturevalue("with_parquet")
    assert handler.handle(event, CONTEXT) == {"success": 1}
    assert world.s3.list_objects_v2(Bucket=PROCESSED, Prefix="tables/")["KeyCount"] == 3


@pytest.mark.parametrize(("value", "on"), [("yes", True), ("True", True), ("no", False), (None, False)])
def test_the_option_is_one_of_the_stack(monkeypatch: pytest.MonkeyPatch, value: str | None, on: bool) -> None:
    given = {"BUCKET_PROCESSED": PROCESSED, "TABLE_ORDER_BATCHES": TABLE} | ({"PARQUET": value} if value else {})
    monkeypatch.setattr(handler, "settings", lambda: Settings(given))
    monkeypatch.setattr(handler, "client", lambda service: None)
    assert handler._store.__wrapped__().parquet is on


def test_a_failure_lets_the_other_uploads_of_the_event_have_their_turn(world: World) -> None:
    event = world.upload(some(1))
    missing = json.loads(json.dumps(event["Records"][0]).replace("orders%2Fshop.json", "orders%2Fother.json"))
    missing["s3"]["bucket"]["name"] = "no-such-bucket"
    event["Records"].insert(0, missing)
    with pytest.raises(world.s3.exceptions.ClientError):
        handler.handle(event, CONTEXT)
    world.is_of({"Records": event["Records"][1:]}, 1)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("orders/a.json", "a"),
        ("orders/2026/11/a.json", "2026/11/a"),
        ("orders/a.json.gz", "a.json.gz"),
        ("orders/a.ndjson", "a.ndjson"),
        ("orders/a.json.gz.json", "a.json.gz.json"),
        ("orders/a.json.json", "a.json.json"),
        ("orders/.json", ""),
    ],
)
def test_no_two_files_share_a_batch(key: str, name: str) -> None:
    assert batch_of(key) == name


def test_a_key_as_long_as_s3_takes_has_a_batch(world: World) -> None:
    key = f"orders/{'é' * 500}/1.json"
    assert len(key.encode()) <= 1024
    handler.handle(world.upload(some(1), key), CONTEXT)
    assert world.manifest(key)
    assert folder_of(key) != folder_of(key.replace("1.json", "2.json"))
    names = (*FILES, *PARQUET, MANIFEST)
    assert max(len(place_of(key, name).encode()) for name in names) <= store._LONGEST_KEY


@pytest.mark.parametrize(
    ("content", "rejected"), [(some(2), 0), (some(2) + "{}\n", 1), ("no orders", 1), (some(2)[:-9], 2)]
)
def test_whatever_is_rejected_is_counted_for_the_alarm(
    world: World, capsys: pytest.CaptureFixture[str], content: str, rejected: int
) -> None:
    handler.handle(world.upload(content), CONTEXT)
    [metrics] = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line]
    assert metrics["rejected"] == rejected


def test_logs_name_the_key_and_nothing_of_the_orders(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    handler.handle(world.upload(lines(order(note="secret-note"), order(total="secret-total"))), CONTEXT)
    out = capsys.readouterr().out
    assert all(json.loads(line)["request_id"] == "request-1" for line in out.splitlines())
    assert KEY in out
    assert "secret" not in out
