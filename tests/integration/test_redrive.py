"""Redrive on a real engine: an event from the dead-letter queue reaches its function, and leaves the queue."""

import json
from typing import Any

from barback.failed_events import redrive
from tests.integration.flows import Flows


def test_a_failed_event_is_sent_again_and_leaves_the_queue(flows: Flows) -> None:
    dropped = flows.drop("redriven.csv", "a\n1\n")
    flows.metadata_of(dropped)
    table = flows.target.names.table("file_metadata")
    flows.target.client("dynamodb").delete_item(TableName=table, Key={"file_name": {"S": dropped.key}})
    _fail(flows, flows.upload_event(dropped))

    letters = _letters(flows, dropped.key)
    assert [letter.event.error for letter in letters] == ["StoreFailed: the table was away"]
    assert all(outcome.sent for outcome in redrive.send(flows.target, "failed_events", letters))

    assert flows.metadata_of(dropped)["status"] == "success"
    assert _letters(flows, dropped.key) == []


def test_looking_hides_nothing(flows: Flows) -> None:
    key = flows.key("looked-at.csv")
    _fail(flows, {"Records": [{"s3": {"object": {"key": key}}}]})
    first, second = _letters(flows, key), _letters(flows, key)
    assert [letter.message.id for letter in first] == [letter.message.id for letter in second]
    assert len(first) == 1
    queue = redrive.dead_letters(flows.target, "failed_events")
    with queue.taking(30) as messages:
        for message in messages:
            if message.id == first[0].message.id:
                queue.delete(message)


def _fail(flows: Flows, event: dict[str, Any]) -> None:
    """Puts what Lambda leaves of an event whose retries were used up."""
    record = {
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "requestContext": {
            "functionArn": flows.target.names.function_arn("csv_profile") + ":$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responsePayload": {"errorType": "StoreFailed", "errorMessage": "the table was away"},
    }
    url = redrive.queue_url(flows.target, "failed_events")
    flows.target.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(record))


def _letters(flows: Flows, key: str) -> list[redrive.Letter]:
    found = redrive.look(flows.target, "failed_events", "csv_profile", redrive.LOOK_AT_MOST)
    return [letter for letter in found.letters if letter.event.what == key]
