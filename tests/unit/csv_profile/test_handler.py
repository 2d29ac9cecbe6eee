"""Events as they really come: duplicated, reordered, late, about objects that changed, cut short half way.

What must hold at the end of each: profile and item are those of the newest object, and agree.
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from botocore.exceptions import ClientError, ResponseStreamingError
from jsonschema import Draft202012Validator
from moto import mock_aws

from common import objects
from common.errors import Contended
from common.events import UnknownEvent, Upload, upload_of
from common.logs import Log
from csv_profile import handler
from csv_profile.options import DEFAULTS
from csv_profile.rulebook import Rulebook
from csv_profile.store import Store, profile_key
from tests.events import recorded

RAW, PROCESSED, TABLE = "barback-raw", "barback-processed", "barback-file_metadata"
KEY = "uploads/people.csv"
SCHEMA = Draft202012Validator(json.loads((Path(__file__).parents[3] / "docs" / "csv-profile.schema.json").read_text()))
CONTEXT = SimpleNamespace(aws_request_id="request-1", function_name="csv_profile")


class Died(BaseException):
    """The function's process ended here."""


class World:
    """The bucket, the table and the function."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3", region_name="us-east-1")
        self.dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        for bucket in (RAW, PROCESSED):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "file_name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "file_name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.uploaded = 0

    def upload(self, content: bytes, key: str = KEY, **extra: Any) -> dict[str, Any]:
        """Puts an object; returns the event that S3 would send, with a sequencer that rises."""
        self.uploaded += 1
        put = self.s3.put_object(Bucket=RAW, Key=key, Body=content, **extra)
        event = recorded("s3_put.json")
        entry = event["Records"][0]["s3"]["object"]
        entry |= {"key": key, "size": len(content), "eTag": put["ETag"].strip('"'), "versionId": put.get("VersionId")}
        entry["sequencer"] = f"{self.uploaded:018X}"
        return event

    def item(self, key: str = KEY) -> dict[str, Any] | None:
        item = self.dynamodb.get_item(TableName=TABLE, Key={"file_name": {"S": key}}).get("Item")
        return {name: plain(value) for name, value in item.items()} if item else None

    def profile(self, key: str = KEY) -> dict[str, Any]:
        body = self.s3.get_object(Bucket=PROCESSED, Key=profile_key(key))["Body"]
        return dict(json.load(body))

    def profiles_written(self, key: str = KEY) -> int:
        return len(self.s3.list_object_versions(Bucket=PROCESSED, Prefix=profile_key(key)).get("Versions", []))

    def is_of(self, event: dict[str, Any], rows: int) -> None:
        entry = event["Records"][0]["s3"]["object"]
        item, profile = self.item(), self.profile()
        assert item is not None
        assert item["etag"] == entry["eTag"] == profile["file"]["etag"]
        assert item["version_id"] == entry["versionId"] == profile["file"]["version_id"]
        assert item["row_count"] == rows == profile["file"]["rows"]


def plain(value: dict[str, Any]) -> Any:
    [(kind, content)] = value.items()
    if kind == "M":
        return {key: plain(entry) for key, entry in content.items()}
    if kind == "L":
        return [plain(entry) for entry in content]
    if kind == "N":
        return float(content) if "." in content or "E" in content else int(content)
    return None if kind == "NULL" else content


def rows(count: int) -> bytes:
    return b"id,name\n" + b"".join(b"%d,n%d\n" % (i, i) for i in range(count))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in (("BUCKET_PROCESSED", PROCESSED), ("TABLE_FILE_METADATA", TABLE)):
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = World()
        made_store = Store(made.s3, made.dynamodb, PROCESSED, TABLE)
        monkeypatch.setattr(handler, "_store", lambda: made_store)
        monkeypatch.setattr(handler, "_rulebook", lambda: Rulebook(made.s3, {}))
        monkeypatch.setattr(handler, "_said", True)
        yield made


def test_item_holds_what_the_documentation_shows(world: World) -> None:
    content = "name,age,salary,join_date\n" + "".join(
        f"p{i},{25 + i % 41},{'' if i in (3, 7) else f'{i}.5'},2024-01-{1 + i % 28:02}\n" for i in range(100)
    )
    assert handler.handle(world.upload(content.encode()), CONTEXT) == {"success": 1}
    item = world.item()
    assert item is not None
    assert item["schema"] == {"name": "string", "age": "int", "salary": "float", "join_date": "date"}
    assert item["statistics"]["age"] == {"min": 25, "max": 65, "avg": 42.93, "count": 100}
    assert item["quality_issues"] == {
        "total_rows": 100,
        "has_issues": True,
        "missing_values": {"salary": {"count": 2, "percentage": 2}},
        "invalid_values": {},
        "issues": [],
    }
    assert (item["status"], item["row_count"], item["error_message"]) == ("success", 100, None)
    assert item["upload_timestamp"] <= item["processed_timestamp"]
    assert item["profile"] == f"s3://{PROCESSED}/profiles/{KEY}.json"


@pytest.mark.parametrize("name", ["a\x1bb.csv", "c\x01d.csv", "e\nf.csv", "g\u202eh.csv"])
def test_control_characters_in_a_key(world: World, name: str) -> None:
    """XML cannot hold most of them, so that S3's answers cannot name such a key."""
    event = world.upload(rows(3), key := f"uploads/{name}")
    event["Records"][0]["s3"]["object"]["key"] = quote_plus(key)
    assert handler.handle(event, CONTEXT) == {"success": 1}
    item = world.item(key)
    assert item is not None
    assert (item["file_name"], item["row_count"]) == (key, 3)


def test_same_event_20_times(world: World) -> None:
    event = world.upload(rows(3))
    outcomes = [handler.handle(event, CONTEXT) for _ in range(20)]
    assert outcomes == [{"success": 1}, *[{"duplicate": 1}] * 19]
    world.is_of(event, 3)
    assert world.profiles_written() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize("sequencer", ["rising", "constant", "absent"])
def test_events_of_overwrites_in_any_order(world: World, order: tuple[int, ...], sequencer: str) -> None:
    events = [world.upload(rows(count)) for count in (1, 2, 3)]
    for event in events:
        entry = event["Records"][0]["s3"]["object"]
        if sequencer != "rising":
            entry["sequencer"] = "0055AED6DCD90281E5"
        if sequencer == "absent":
            del entry["sequencer"]
    for index in order:
        handler.handle(events[index], CONTEXT)
    world.is_of(events[2], 3)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_overwritten_between_events(world: World, order: tuple[int, ...]) -> None:
    first = world.upload(rows(1))
    handler.handle(first, CONTEXT)
    events = [first, world.upload(rows(2)), world.upload(rows(3))]
    for index in order:
        handler.handle(events[index], CONTEXT)
    world.is_of(events[2], 3)


def intercept(monkeypatch: pytest.MonkeyPatch, client: Any, operation: str, before: Callable[[], None]) -> None:
    """Runs something once, just before the function's next call of an operation."""
    real = getattr(client, operation)
    waiting = [before]

    def call(**parameters: Any) -> Any:
        if waiting:
            waiting.pop()()
        return real(**parameters)

    monkeypatch.setattr(client, operation, call)


@pytest.mark.parametrize("operation", ["get_item", "get_object", "put_object", "put_item"])
def test_overwritten_while_the_old_one_is_worked_on(
    world: World, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    old = world.upload(rows(1))
    new: dict[str, Any] = {}

    def overwrite() -> None:
        new.update(world.upload(rows(2)))
        handler.handle(new, CONTEXT)

    client = world.dynamodb if operation.endswith("item") else world.s3
    intercept(monkeypatch, client, operation, overwrite)
    handler.handle(old, CONTEXT)
    world.is_of(new, 2)


def test_slow_profile_of_the_new_one_is_laid_under_that_of_the_old(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """new: reads, writes its profile; old, read before, writes profile and item; new: writes its item."""
    old = world.upload(rows(1))
    stale = world.s3.get_object(Bucket=RAW, Key=KEY)
    new = world.upload(rows(2))

    def old_one_runs() -> None:
        intercept_answer(monkeypatch, world.s3, "get_object", stale)
        handler.handle(old, CONTEXT)

    intercept(monkeypatch, world.dynamodb, "put_item", old_one_runs)
    handler.handle(new, CONTEXT)
    world.is_of(new, 2)


def intercept_answer(monkeypatch: pytest.MonkeyPatch, client: Any, operation: str, answer: Any) -> None:
    real = getattr(client, operation)
    answers = [answer]
    monkeypatch.setattr(client, operation, lambda **parameters: answers.pop() if answers else real(**parameters))


def die() -> None:
    raise Died


def test_crash_between_the_two_writes_heals_on_retry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    event = world.upload(rows(3))
    intercept(monkeypatch, world.dynamodb, "put_item", die)
    with pytest.raises(Died):
        handler.handle(event, CONTEXT)
    assert world.item() is None
    handler.handle(event, CONTEXT)
    world.is_of(event, 3)


def test_crash_that_left_an_old_profile_over_a_new_one_heals_on_retry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.upload(rows(1))
    new: dict[str, Any] = {}

    def overwrite() -> None:
        new.update(world.upload(rows(2)))
        handler.handle(new, CONTEXT)
        intercept(monkeypatch, world.dynamodb, "put_item", die)

    intercept(monkeypatch, world.s3, "put_object", overwrite)
    with pytest.raises(Died):
        handler.handle(old, CONTEXT)
    assert world.profile()["file"]["rows"] == 1
    handler.handle(old, CONTEXT)
    world.is_of(new, 2)


def test_same_bytes_give_the_same_profile_but_for_the_version(world: World) -> None:
    handler.handle(world.upload(rows(3)), CONTEXT)
    first = world.profile()
    handler.handle(world.upload(rows(3)), CONTEXT)
    second = world.profile()
    del first["file"]["version_id"], second["file"]["version_id"]
    assert first["drift"] is None
    assert second["drift"]["summary"] == "no change"
    del first["drift"], second["drift"]
    assert first == second


def test_what_changed_since_the_last_file_is_in_profile_and_item(world: World) -> None:
    first = world.upload(b"id,name\n1,a\n2,b\n")
    handler.handle(first, CONTEXT)
    item = world.item()
    assert item is not None
    assert item["drift"] is None
    handler.handle(world.upload(b"id,name,town\nx,a,M\ny,b,M\n"), CONTEXT)
    drift, item = world.profile()["drift"], world.item()
    assert item is not None
    assert (drift["added"], [c["what"] for c in drift["changed"]]) == (["town"], ["type"])
    assert drift["against"]["etag"] == first["Records"][0]["s3"]["object"]["eTag"]
    assert item["drift"] == drift["summary"] == "id is string (was int); added: town"
    SCHEMA.validate(world.profile())


def test_a_second_attempt_at_a_file_is_not_compared_with_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler.handle(world.upload(b"id,name\n1,a\n2,b\n"), CONTEXT)
    event = world.upload(b"id,town\n1,a\n2,b\n3,c\n")

    def die() -> None:
        raise Died

    intercept(monkeypatch, world.dynamodb, "put_item", die)
    with pytest.raises(Died):
        handler.handle(event, CONTEXT)
    handler.handle(event, CONTEXT)
    assert world.profile()["drift"]["renamed"] == [{"before": "name", "now": "town"}]


def test_a_file_after_one_that_could_not_be_read_is_compared_with_nothing(world: World) -> None:
    for content in (rows(3), b"%PDF-1.7\n", rows(3)):
        handler.handle(world.upload(content), CONTEXT)
    assert world.profile()["drift"] is None


RULES = """
rows: {min: 3}
columns:
  id: {type: int, unique: true}
  name: {severity: issue, length: {max: 1}}
"""


def test_a_file_that_breaks_the_rules_beside_it_is_an_error_with_its_whole_profile(world: World) -> None:
    world.upload(RULES.encode(), "uploads/schema.yaml")
    assert handler.handle(world.upload(b"id,name\n1,Ann\n1,B\n"), CONTEXT) == {"error": 1}
    item, profile = world.item(), world.profile()
    assert item is not None
    assert (item["status"], item["row_count"]) == ("error", 2)
    assert item["error_message"] == (
        "2 rules are broken (uploads/schema.yaml): the file has 2 rows, at least 3 are expected; "
        "id is not unique: 1 of 2 cells repeat another"
    )
    assert [(i["code"], i["columns"]) for i in item["quality_issues"]["issues"]] == [
        ("constraint-error", []),
        ("constraint-error", ["id"]),
        ("constraint-error", ["name"]),
    ]
    assert profile["columns"][0]["numeric"]["max"] == 1
    SCHEMA.validate(profile)
    assert [b["severity"] for b in profile["expectations"]["broken"]] == ["error", "error", "issue"]
    assert handler.handle(world.upload(b"id,name\n1,A\n2,B\n3,C\n"), CONTEXT) == {"success": 1}
    assert world.profile()["expectations"] == {"rules": "uploads/schema.yaml", "broken": [], "unproven": []}
    assert world.profile()["drift"]["rows"] == {"before": 2, "now": 3}


def test_rules_that_cannot_be_read_are_said_with_their_line_and_not_retried(world: World) -> None:
    world.upload(b"rows: {min: 1}\ncolumns:\n  id: {typ: int}\n", "uploads/schema.yaml")
    assert handler.handle(world.upload(rows(3)), CONTEXT) == {"error": 1}
    item = world.item()
    assert item is not None
    assert "uploads/schema.yaml: line 3: columns.id.typ is not one of type," in item["error_message"]
    assert item["row_count"] == 3


def test_the_longest_prefix_of_the_stack_counts_and_a_file_beside_before_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = {"uploads/": {"rows": {"max": 1}}, "uploads/a/": {"rows": {"max": 5}}}
    monkeypatch.setattr(handler, "_rulebook", lambda: Rulebook(world.s3, {RAW: stated}))
    outcomes = [handler.handle(world.upload(rows(3), key), CONTEXT) for key in ("uploads/x.csv", "uploads/a/x.csv")]
    assert outcomes == [{"error": 1}, {"success": 1}]
    assert world.profile("uploads/x.csv")["expectations"]["rules"] == "the stack, uploads/"
    world.upload(b"rows: {min: 9, max: 9}", "uploads/a/schema.yaml")
    assert handler.handle(world.upload(rows(4), "uploads/a/x.csv"), CONTEXT) == {"error": 1}


def test_same_bytes_that_came_again_where_no_versions_are_kept(world: World) -> None:
    """A person who saw a wrong profile uploads the file again, and now states how it is to be read."""
    world.s3.put_bucket_versioning(Bucket=RAW, VersioningConfiguration={"Status": "Suspended"})
    again = world.upload(rows(3), Metadata={"csv-header": "false"})
    assert handler.handle(again, CONTEXT) == {"success": 1}
    item = world.item()
    assert item is not None
    assert (item["row_count"], item["version_id"]) == (4, None)
    assert handler.handle(again, CONTEXT) == {"duplicate": 1}
    earlier = {":earlier": {"S": "2020-01-31T12:00:00.000Z"}}
    world.dynamodb.update_item(
        TableName=TABLE,
        Key={"file_name": {"S": KEY}},
        UpdateExpression="SET upload_timestamp = :earlier",
        ExpressionAttributeValues=earlier,
    )
    assert handler.handle(again, CONTEXT) == {"success": 1}
    item = world.item()
    assert item is not None
    assert item["upload_timestamp"] > "2020-01-31T12:00:00.000Z"


def test_object_gone_before_it_was_read_is_recorded(world: World) -> None:
    event = world.upload(rows(3))
    world.s3.delete_object(Bucket=RAW, Key=KEY)
    assert handler.handle(event, CONTEXT) == {"error": 1}
    item = world.item()
    assert item is not None
    assert item["status"] == "error"
    assert "deleted before it could be read" in item["error_message"]
    assert handler.handle(event, CONTEXT) == {"duplicate": 1}
    again = world.upload(rows(4))
    handler.handle(again, CONTEXT)
    world.is_of(again, 4)


def test_late_event_about_a_file_deleted_since_changes_nothing(world: World) -> None:
    old, new = world.upload(rows(1)), world.upload(rows(3))
    handler.handle(new, CONTEXT)
    world.s3.delete_object(Bucket=RAW, Key=KEY)
    assert handler.handle(new, CONTEXT) == {"duplicate": 1}
    assert handler.handle(old, CONTEXT) == {"duplicate": 1}
    world.is_of(new, 3)


def test_file_that_is_no_csv_is_recorded_and_not_retried(world: World) -> None:
    assert handler.handle(world.upload(b"%PDF-1.7\n"), CONTEXT) == {"error": 1}
    item = world.item()
    assert item is not None
    assert (item["status"], item["row_count"]) == ("error", 0)
    assert "PDF" in item["error_message"]


def test_metadata_states_the_dialect(world: World) -> None:
    content = "a;b\n1,5;Zoë\n".encode("cp1252")
    stated = {"csv-encoding": "cp1252", "csv-delimiter": "semicolon", "csv-header": "false", "csv-nulls": "a,b"}
    handler.handle(world.upload(content, Metadata=stated), CONTEXT)
    file = world.profile()["file"]
    assert (file["encoding"], file["delimiter"], file["header"], file["rows"]) == ("windows-1252", ";", False, 2)
    assert world.profile()["columns"][0]["missing"]["count"] == 1


@pytest.mark.parametrize(
    "metadata",
    [{"csv-encoding": "klingon"}, {"csv-delimiter": "ab"}, {"csv-header": "maybe"}, {"csv-encoding": "base64"}],
)
def test_metadata_that_makes_no_sense_is_recorded(world: World, metadata: dict[str, str]) -> None:
    assert handler.handle(world.upload(rows(1), Metadata=metadata), CONTEXT) == {"error": 1}
    item = world.item()
    assert item is not None
    assert next(iter(metadata)) in item["error_message"]


def test_other_uploads_have_their_turn_before_a_failure_is_raised(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = world.upload(rows(1), "uploads/one.csv"), world.upload(rows(2), "uploads/two.csv")
    failure = ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    def fail() -> None:
        raise failure

    intercept(monkeypatch, world.s3, "get_object", fail)
    with pytest.raises(ClientError):
        handler.handle({"Records": one["Records"] + two["Records"]}, CONTEXT)
    assert world.item("uploads/one.csv") is None
    assert world.item("uploads/two.csv") is not None
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["outcome"] for line in lines if "outcome" in line] == ["failed", "success"]
    assert all(line["request_id"] == "request-1" for line in lines)


def test_logs_and_metrics_tell_of_the_file_but_not_what_is_in_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.handle(world.upload(b'name,secret\nAnn,hush\nBob,oh "no\n'), CONTEXT)
    out = capsys.readouterr().out
    done, metrics = map(json.loads, out.splitlines())
    assert (done["key"], done["rows"], done["bytes"], done["outcome"]) == (KEY, 2, 32, "success")
    assert {m["Name"] for m in metrics["_aws"]["CloudWatchMetrics"][0]["Metrics"]} >= {"rows", "bytes", "duration"}
    assert not any(word in out for word in ("hush", "Ann", "secret"))


def test_profile_of_thousands_of_columns_holds_what_fits(world: World) -> None:
    header = ",".join(f"a_rather_long_name_of_a_column_{i}" for i in range(2600))
    content = f"{header}\n" + "1," * 2599 + "\n"
    handler.handle(world.upload(content.encode()), CONTEXT)
    item = world.item()
    assert item is not None
    held = item["truncated"]["columns_held"]
    assert 1000 < held == len(item["schema"]) < 2600
    assert item["truncated"]["rest"] == f"s3://{PROCESSED}/profiles/{KEY}.json"
    assert len(world.profile()["columns"]) == 2600


def test_numbers_that_dynamodb_cannot_hold(world: World) -> None:
    content = f"x,y\n{10**200},1e-200\n-{10**200},1e300\n{'9' * 50},0.1\n"
    handler.handle(world.upload(content.encode()), CONTEXT)
    item = world.item()
    assert item is not None
    assert item["statistics"]["x"]["max"] == str(10**200)
    assert item["statistics"]["y"]["max"] == "1e+300"


@pytest.mark.parametrize(
    "key",
    ["uploads/two words.csv", "uploads/a+b%20c.csv", "uploads/café 🍸.csv", "uploads/" + "é" * 506 + ".csv"],
)
def test_keys_of_every_kind(world: World, key: str) -> None:
    handler.handle(world.upload(rows(2), key) | given_key(key), CONTEXT)
    item = world.item(key)
    assert item is not None
    assert item["row_count"] == 2
    assert world.profile(key)["file"]["key"] == key


def given_key(key: str) -> dict[str, Any]:
    event = recorded("s3_put.json")
    event["Records"][0]["s3"]["object"]["key"] = quote_plus(key)
    return event


def test_longest_keys_have_profiles_of_their_own() -> None:
    keys = ["uploads/" + "x" * 1010 + end for end in ("1.csv", "2.csv")]
    names = {profile_key(key) for key in keys}
    assert len(names) == 2
    assert all(len(name.encode()) <= 1024 for name in names)


def test_event_of_something_else_is_a_mistake_in_the_stack(world: World) -> None:
    with pytest.raises(UnknownEvent):
        handler.handle({"detail-type": "Scheduled Event"}, CONTEXT)


def test_contention_without_end_is_raised(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = upload_of(world.upload(rows(1))["Records"][0])
    assert isinstance(upload, Upload)
    store = Store(world.s3, world.dynamodb, PROCESSED, TABLE)
    monkeypatch.setattr(store, "put_item", lambda *_, **__: False)
    with pytest.raises(Contended, match="people"):
        handler.process(upload, store, DEFAULTS, Log())


class Breaking:
    """A body whose connection breaks after so many bytes."""

    def __init__(self, body: Any, after: int) -> None:
        self._body, self._after = body, after

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        if self._after:
            yield self._body.read(self._after)
        raise ResponseStreamingError(error="the server has ended the answer")

    def close(self) -> None:
        self._body.close()


def breaking(world: World, monkeypatch: pytest.MonkeyPatch, after: int, times: int) -> list[str]:
    """Lets the first answers break off; returns the ranges that are asked for."""
    get, asked = world.s3.get_object, []

    def get_object(**options: Any) -> Any:
        answer = get(**options)
        if options["Bucket"] == RAW:
            asked.append(options.get("Range", ""))
            if len(asked) <= times:
                answer["Body"] = Breaking(answer["Body"], after)
        return answer

    monkeypatch.setattr(world.s3, "get_object", get_object)
    return asked


@pytest.fixture(params=[1 << 20, 150], ids=["as it is asked for", "ahead"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An object that is larger than a chunk is read in a thread: with the same outcome, and no thread left."""
    monkeypatch.setattr(objects, "_CHUNK", request.param)
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


@pytest.mark.usefixtures("reading")
def test_a_large_object_is_read_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_PART", 1000)
    event = world.upload(rows(500))
    asked = breaking(world, monkeypatch, 0, 0)
    assert handler.handle(event, CONTEXT) == {"success": 1}
    world.is_of(event, 500)
    assert asked[:2] == ["bytes=0-999", "bytes=1000-1999"]
    assert asked[-1] == f"bytes={len(rows(500)) // 1000 * 1000}-{len(rows(500)) - 1}"


@pytest.mark.usefixtures("reading")
def test_reading_goes_on_where_the_connection_broke(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    event = world.upload(rows(500))
    asked = breaking(world, monkeypatch, 100, 5)
    assert handler.handle(event, CONTEXT) == {"success": 1}
    world.is_of(event, 500)
    assert [one.partition("-")[0] for one in asked] == [f"bytes={i * 100}" for i in range(6)]


@pytest.mark.usefixtures("reading")
def test_a_connection_that_breaks_for_ever_is_raised(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    event = world.upload(rows(500))
    breaking(world, monkeypatch, 0, 1000)
    with pytest.raises(ResponseStreamingError):
        handler.handle(event, CONTEXT)
    assert world.item() is None


@pytest.mark.usefixtures("reading")
def test_an_object_overwritten_between_two_parts_is_left_to_its_own_event(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_PART", 1000)
    older = world.upload(rows(500))
    get = world.s3.get_object
    newer: list[dict[str, Any]] = []

    def get_object(**options: Any) -> Any:
        if options["Bucket"] == RAW and options.get("Range", "").startswith("bytes=1000") and not newer:
            newer.append(world.upload(rows(7)))
        return get(**options)

    monkeypatch.setattr(world.s3, "get_object", get_object)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        handler.handle(older, CONTEXT)
    assert handler.handle(older, CONTEXT) == {"success": 1}  # Lambda's retry
    world.is_of(newer[0], 7)


@pytest.mark.usefixtures("reading")
def test_what_nothing_can_be_made_of_is_not_read_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_PART", 100_000)
    monkeypatch.setattr("csv_profile.source._PIECE", 1000)
    event = world.upload(b"\x1f\x8b\x08" + b"not gzip" * 100_000, "uploads/broken.csv.gz")
    asked = breaking(world, monkeypatch, 0, 0)
    assert handler.handle(event, CONTEXT) == {"error": 1}
    assert len(asked) < 8, "not all of its parts"
    item = world.item("uploads/broken.csv.gz")
    assert item is not None
    assert "the gzip data is damaged" in item["error_message"]


@pytest.mark.parametrize(("stated", "masked"), [("on", True), ("", True), ("off", False), ("False", False)])
def test_masking_is_turned_off_for_all_files(
    stated: str, masked: bool, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASK", stated)
    for cached in (handler.settings, handler._options):
        getattr(cached, "cache_clear", lambda: None)()
    handler.handle(world.upload(b"id,mail\n1,ann@example.com\n2,bo@example.org\n"), CONTEXT)
    handler._options.cache_clear()
    content = world.s3.get_object(Bucket=PROCESSED, Key=profile_key(KEY))["Body"].read()
    assert (b"ann@example.com" not in content) is masked


@pytest.mark.parametrize(("switch", "level"), [("off", "INFO"), ("on", "WARNING")])
def test_its_log_says_once_whether_the_kernel_does_the_work(
    switch: str, level: str, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a kernel that somebody could expect, as a warning; and each file's metrics count it."""
    monkeypatch.setattr(handler, "_said", False)
    monkeypatch.setenv("CSV_KERNEL", switch)
    monkeypatch.setenv("CSV_KERNEL_LIBRARY", "/nowhere/kernel.so")
    for content in (b"a,b\n1,2\n", b"a,b\n3,4\n"):
        handler.handle(world.upload(content), CONTEXT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    why = {"off": "reference: CSV_KERNEL=off", "on": "reference: there is no kernel.so"}[switch]
    assert [(line["level"], line["message"]) for line in lines if "reference" in line["message"]] == [(level, why)]
    assert [line["kernel"] for line in lines if "_aws" in line] == [0, 0]
