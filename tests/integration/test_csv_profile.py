"""The main flow on a real engine: a file lands in uploads/, its profile and its metadata come out."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.flows import Flows

EMPLOYEES = "name,age,salary,join_date\nAda,36,5100.50,2020-02-01\nBob,,4800,2021-03-01\nCem,51,,2019-07-15\n"


def test_upload_becomes_profile_and_metadata(flows: Flows) -> None:
    item = flows.metadata_of(flows.drop("employees.csv", EMPLOYEES))
    assert item["status"] == "success"
    assert item["row_count"] == 3
    assert item["schema"] == {"name": "string", "age": "int", "salary": "float", "join_date": "date"}
    assert item["statistics"]["age"]["min"] == 36
    assert item["quality_issues"]["missing_values"]["salary"]["count"] == 1
    profile = flows.profile(flows.key("employees.csv"))
    assert profile["file"]["rows"] == 3


@pytest.mark.parametrize(
    "name",
    ["with space.csv", "plus+sign.csv", "per%cent.csv", "é.csv", "🍸.csv", "deep/er/still.csv", "a" * 900 + ".csv"],
    ids=["space", "plus", "percent", "accent", "emoji", "folders", "long"],
)
def test_any_key_is_read_and_recorded_as_it_is(flows: Flows, name: str) -> None:
    item = flows.metadata_of(flows.drop(name, "a,b\n1,2\n"))
    assert (item["status"], item["row_count"]) == ("success", 1)
    assert flows.profile(flows.key(name))["file"]["rows"] == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("tabs.tsv", b"a\tb\n1\t2\n"),
        ("packed.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)),
        ("german.csv", b"a;b\n1,5;2\n"),
        ("utf16.csv", "a,b\n1,é\n".encode("utf-16")),
    ],
)
def test_each_kind_of_file_triggers_and_is_understood(flows: Flows, name: str, body: bytes) -> None:
    item = flows.metadata_of(flows.drop(name, body))
    assert (item["status"], item["row_count"]) == ("success", 1)


def test_a_file_that_is_no_csv_is_recorded_as_an_error_and_not_retried(flows: Flows) -> None:
    dropped = flows.drop("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    item = flows.metadata_of(dropped)
    assert item["status"] == "error"
    assert "PNG" in item["error_message"]
    assert [event for event in flows.failed_events("csv_profile") if dropped.key in str(event)] == []


def test_overwriting_a_file_replaces_its_profile(flows: Flows) -> None:
    flows.metadata_of(flows.drop("again.csv", "a\n1\n"))
    item = flows.metadata_of(flows.drop("again.csv", "a\n1\n2\n3\n"))
    assert item["row_count"] == 3
    assert flows.profile(flows.key("again.csv"))["file"]["rows"] == 3


def test_the_same_event_again_changes_nothing(flows: Flows) -> None:
    dropped = flows.drop("repeated.csv", EMPLOYEES)
    before = flows.metadata_of(dropped)
    for _ in range(5):
        flows.invoke("csv_profile", flows.upload_event(dropped))
    assert flows.metadata(dropped.key) == before


def test_a_late_event_of_an_older_version_does_not_win(flows: Flows) -> None:
    older = flows.drop("late.csv", "a\n1\n")
    flows.metadata_of(older)
    newer = flows.drop("late.csv", "a\n1\n2\n")
    flows.metadata_of(newer)
    flows.invoke("csv_profile", flows.upload_event(older))
    item = flows.metadata(newer.key)
    assert item is not None
    assert (item["etag"], item["row_count"]) == (newer.etag, 2)
    assert flows.profile(newer.key)["file"]["rows"] == 2


def test_a_file_elsewhere_starts_nothing(flows: Flows) -> None:
    elsewhere = flows.drop("ignored.csv", "a\n1\n", prefix="elsewhere")
    wrong_kind = flows.drop("ignored.txt", "a\n1\n")
    flows.metadata_of(flows.drop("after.csv", "a\n1\n"))  # came later and is through: the others were never started
    assert flows.metadata(elsewhere.key) is None
    assert flows.metadata(wrong_kind.key) is None


def test_many_at_once_all_come_through(flows: Flows) -> None:
    with ThreadPoolExecutor(8) as pool:
        dropped = list(pool.map(lambda i: flows.drop(f"burst/{i}.csv", "a\n" + "1\n" * i), range(1, 41)))
    counts = [flows.metadata_of(one)["row_count"] for one in dropped]
    assert counts == list(range(1, 41))


def test_an_event_that_cannot_be_handled_ends_among_the_failed_events(flows: Flows) -> None:
    event = {"Records": [{"eventSource": "aws:s3", "eventVersion": "99.0", "run": flows.run}]}
    flows.invoke("csv_profile", event, wait=False)

    def arrived() -> dict[str, object] | None:
        return next((e for e in flows.failed_events("csv_profile") if e["requestPayload"] == event), None)

    failed = flows.eventually(arrived, "the failed event", "csv_profile", seconds=flows.retry_patience)
    assert failed["requestContext"]["condition"] == "RetriesExhausted"  # type: ignore[index]
    assert failed["requestContext"]["approximateInvokeCount"] == 3  # type: ignore[index]


def test_logs_are_json_with_the_request_and_the_key_and_no_cell(flows: Flows) -> None:
    dropped = flows.drop("logged.csv", "word\nsecret-cell\n")
    flows.metadata_of(dropped)
    logs, group = flows.target.client("logs"), flows.target.names.log_group("csv_profile")

    def lines() -> list[str] | None:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        found = [e["message"] for page in pages for e in page["events"] if dropped.key in e["message"]]
        return found or None

    messages = flows.eventually(lines, "a log line that names the key", "csv_profile")
    assert all(json.loads(message)["request_id"] for message in messages)
    assert not any("secret-cell" in message for message in messages)
