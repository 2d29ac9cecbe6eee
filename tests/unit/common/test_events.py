"""Events as they come, and batches in which something is wrong with some: the others have their turn all the same."""

import json
from typing import Any

import pytest

from common.batch import for_each_message, for_each_upload
from common.events import Message, UnknownEvent, Upload, message_of, records_of, upload_of
from common.logs import Log
from tests.events import recorded, s3_event, sqs_event


def uploads(event: dict[str, Any]) -> list[Upload]:
    return for_each_upload(event, Log(), lambda upload, log: upload)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("s3_put.json", ["uploads/people.csv"]),
        ("s3_put_key_encoded.json", ["uploads/café + 100% 🍸.csv"]),
        ("s3_put_emulator.json", ["uploads/two words.csv"]),
        ("s3_two_records.json", ["uploads/one.csv", "uploads/two.csv"]),
        ("s3_removed.json", []),
        ("s3_test_event.json", []),
    ],
)
def test_events_as_they_come(name: str, keys: list[str]) -> None:
    assert [upload.key for upload in uploads(recorded(name))] == keys


@pytest.mark.parametrize("event", [{}, {"Records": "none"}, {"detail-type": "Scheduled Event"}, None, []])
def test_an_event_of_something_else_is_a_mistake_in_the_stack(event: Any) -> None:
    with pytest.raises(UnknownEvent):
        records_of(event, "aws:s3")


BROKEN: list[Any] = [
    None,
    "text",
    {},
    {"eventSource": "aws:s3"},
    {"eventSource": "aws:s3", "eventVersion": "3.0", "eventName": "ObjectCreated:Put"},
    {"eventSource": "aws:s3", "eventVersion": "2.1", "eventName": "ObjectCreated:Put"},
    {"eventSource": "aws:s3", "eventVersion": "2.1", "eventName": "ObjectCreated:Put", "s3": None},
    {"eventSource": "aws:s3", "eventVersion": "2.1", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": 7}}},
    {
        "eventSource": "aws:s3",
        "eventVersion": "2.1",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "b"}, "object": {"key": "k", "size": "large"}},
    },
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_record_that_cannot_be_read_does_not_stop_the_others(broken: Any) -> None:
    [whole] = s3_event("raw", "uploads/a.csv", etag="x")["Records"]
    seen: list[str] = []
    with pytest.raises(UnknownEvent):
        for_each_upload({"Records": [broken, whole]}, Log(), lambda upload, log: seen.append(upload.key))
    assert seen == ["uploads/a.csv"]


def test_all_failures_of_an_event_are_raised_together() -> None:
    records = [s3_event("raw", key, etag="x")["Records"][0] for key in ("a", "b", "c")]

    def act(upload: Upload, log: Log) -> None:
        if upload.key != "b":
            raise ValueError(upload.key)

    with pytest.raises(ExceptionGroup, match="2 of 3 uploads failed") as raised:
        for_each_upload({"Records": records}, Log(), act)
    assert [str(error) for error in raised.value.exceptions] == ["a", "c"]


def test_a_version_that_is_none_is_none() -> None:
    event = s3_event("raw", "a", etag="x", versionId="null")
    upload = upload_of(event["Records"][0])
    assert upload is not None
    assert (upload.version_id, upload.extra_args) == (None, {})


def test_only_the_messages_that_failed_are_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    def act(message: Message, log: Log) -> None:
        if message.body == "secret":
            raise ValueError(message.body)

    answer = for_each_message(sqs_event("good", "secret", "good"), Log(request_id="r"), act)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["error"], line["message"]) == ("ERROR", "ValueError", "failed")
    assert "in act" in line["traceback"]
    assert "secret" not in json.dumps(line)


def test_a_message_knows_how_often_it_was_received() -> None:
    message = message_of(sqs_event("x", receives=3)["Records"][0])
    assert (message.id, message.body, message.receives) == ("m0", "x", 3)
