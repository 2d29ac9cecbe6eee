"""The records flow on a real engine: from the schedule's payload to the table, and what comes of bad messages.

Every test has records of its own: their ids carry the run, and their day is one that nobody else counts on.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from barback.diagnosis import queue_length
from barback.failed_events import redrive
from barback.flows.records.ingest import DEAD, INGEST, PROCESS, ingest, queries
from common.items import plain, typed
from records.messages import Capture
from records.process import record_id
from records.sources import Post, User
from records.store import COUNTS
from tests.integration.flows import Flows

Post_ = dict[str, Any]


class Records:
    """One test's records, on a day long before there was anything to capture."""

    def __init__(self, flows: Flows, test: str) -> None:
        self.flows, self.names = flows, flows.target.names
        self.mark = f"{flows.run}-{hashlib.sha256(test.encode()).hexdigest()[:6]}"
        chosen = random.Random(self.mark)
        self.day = f"{chosen.randint(1900, 1999)}-{chosen.randint(1, 12):02d}-{chosen.randint(1, 28):02d}"

    def post(self, number: int, **changes: Any) -> Post_:
        return {"id": f"{self.mark}-{number}", "userId": 1, "title": f"Title {number}", "body": "Text", **changes}

    def capture(self, *posts: Any, hour: int = 6) -> Capture:
        """A raw object as ingest would have left it."""
        body, key = json.dumps(posts).encode(), f"raw/source=jsonplaceholder/date={self.day}/{self.flows.run}"
        digest = hashlib.sha256(body).hexdigest()
        bucket = self.names.bucket("raw")
        self.flows.target.client("s3").put_object(Bucket=bucket, Key=f"{key}/{self.mark}-{digest}.json", Body=body)
        at = f"{self.day}T{hour:02d}:00:00.000Z"
        return Capture("jsonplaceholder", "posts", bucket, f"{key}/{self.mark}-{digest}.json", at, digest, len(posts))

    def send(self, *bodies: str) -> None:
        sqs = self.flows.target.client("sqs")
        url = sqs.get_queue_url(QueueName=self.names.queue("records"))["QueueUrl"]
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
            sqs.send_message_batch(QueueUrl=url, Entries=entries)

    def item(self, number: int) -> dict[str, Any] | None:
        return queries(self.flows.target).get(record_id(Post, f"{self.mark}-{number}"))

    def counted(self) -> int:
        analytics = queries(self.flows.target).analytics(datetime.now(UTC).date())
        return int(analytics["by_date"].get(self.day, 0))

    def wait_for(self, *numbers: int, **fields: Any) -> list[dict[str, Any]]:
        def stored() -> list[dict[str, Any]] | None:
            found = [item for number in numbers if (item := self.item(number))]
            right = [item for item in found if fields.items() <= item.items()]
            return right if len(right) == len(numbers) else None

        return self.flows.eventually(stored, f"the records {numbers} of {self.mark}", PROCESS)

    def dead(self, word: str) -> list[str]:
        """The messages in the dead-letter queue that hold the word; none, while there is none."""
        found = redrive.dead_letters(self.flows.target, DEAD).look(redrive.LOOK_AT_MOST)
        return [message.body for message in found if word in message.body]

    def wait_for_dead(self, word: str) -> list[str]:
        def arrived() -> list[str] | None:
            return self.dead(word) or None

        return self.flows.eventually(arrived, f"the dead letter with {word}", PROCESS, self.flows.retry_patience)

    def forget(self) -> None:
        """Takes the day's counts back; the suite removes objects and items of its runs itself."""
        dynamodb, table = self.flows.target.client("dynamodb"), self.names.table("record_counts")
        found = dynamodb.query(
            TableName=table,
            KeyConditionExpression="counted = :records AND begins_with(part, :month)",
            ExpressionAttributeValues=typed({":records": COUNTS, ":month": self.day[:7]}),
        )
        for item in map(plain, found["Items"]):
            dynamodb.delete_item(TableName=table, Key=typed({"counted": COUNTS, "part": item["part"]}))
        dead = redrive.dead_letters(self.flows.target, DEAD)
        with dead.taking(30) as batches:
            for batch in batches:
                dead.delete([message for message in batch if self.mark in message.body])


@pytest.fixture
def records(flows: Flows, request: pytest.FixtureRequest) -> Iterator[Records]:
    made = Records(flows, request.node.name)
    yield made
    made.forget()


@pytest.mark.local_only(reason="on AWS the sources are the real ones, and what they send stays")
def test_both_sources_come_through(flows: Flows) -> None:
    payload = {"limit": 7, "seed": f"suite {flows.run}"}
    came = {source["source"]: source for source in ingest(flows.target, payload)["sources"]}
    assert {name: source["records"] for name, source in came.items()} == {"jsonplaceholder": 7, "randomuser": 7}
    people = json.loads(flows.read("raw", came["randomuser"]["key"]))["results"]
    identities = [record_id(User, person["login"]["uuid"]) for person in people]

    def stored() -> list[dict[str, Any]] | None:
        found = [queries(flows.target).get(identity) for identity in identities]
        return [record for record in found if record] if all(found) else None

    found = flows.eventually(stored, "the people", PROCESS)
    assert {record["raw_s3_key"] for record in found} == {came["randomuser"]["key"]}
    everything = json.dumps(found, default=str)
    assert not any(person["login"]["sha256"] in everything or person["email"] in everything for person in people)
    again = ingest(flows.target, payload)["sources"]
    assert {source["status"] for source in again} == {"unchanged"}


def test_a_record_is_stored_and_counted_once_however_often_it_is_sent(records: Records) -> None:
    told = records.capture(*map(records.post, range(20)))
    records.send(*[told.body()] * 50)
    records.wait_for(*range(20))
    marker = records.capture(records.post(20))
    records.send(*[told.body()] * 10, marker.body())
    records.wait_for(20)
    records.flows.eventually(partial(_is_empty, records.flows), "the end of the queue", PROCESS)
    assert records.counted() == 21
    assert records.dead(records.mark) == []


def test_a_changed_record_is_updated_and_an_older_capture_is_not(records: Records) -> None:
    records.send(records.capture(records.post(1), hour=2).body())
    [first] = records.wait_for(1)
    records.send(records.capture(records.post(1, title="New"), hour=3).body())
    [changed] = records.wait_for(1, title="New")
    assert (changed["first_seen"], changed["id"]) == (first["first_seen"], first["id"])
    records.send(records.capture(records.post(1, title="Old"), records.post(2), hour=1).body())
    records.wait_for(2)
    assert (records.item(1) or {})["title"] == "New"
    assert records.counted() == 2


def test_a_poison_message_alone_reaches_the_dead_letters(records: Records) -> None:
    good = [records.capture(records.post(n)) for n in range(9)]
    poison = f"no message of {records.mark}"
    records.send(*[told.body() for told in good[:4]], poison, *[told.body() for told in good[4:]])
    records.wait_for(*range(9))
    assert records.wait_for_dead(records.mark) == [poison]
    assert records.counted() == 9


def test_a_dead_letter_that_can_be_processed_now_is_after_a_redrive(records: Records) -> None:
    told = records.capture(records.post(1))
    bucket = records.names.bucket("raw")
    s3 = records.flows.target.client("s3")
    body = s3.get_object(Bucket=bucket, Key=told.key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=told.key)
    records.send(told.body())
    assert len(records.wait_for_dead(told.hash)) == 1
    s3.put_object(Bucket=bucket, Key=told.key, Body=body)
    mine = [m for m in redrive.dead_letters(records.flows.target, DEAD).look(1000) if told.hash in m.body]
    assert [outcome.sent for outcome in redrive.move(records.flows.target, "records", mine)] == [True]
    records.wait_for(1)
    assert records.counted() == 1


def test_a_bad_record_is_set_aside_and_the_rest_of_its_message_goes_on(records: Records) -> None:
    told = records.capture(records.post(1), {"id": None}, records.post(2))
    records.send(told.body())
    records.wait_for(1, 2)
    key = "rejected/records/" + told.key.removeprefix("raw/").replace(".json", ".ndjson")
    [line] = records.flows.read("processed", key).splitlines()
    assert json.loads(line)["position"] == 1


def test_a_payload_that_cannot_be_meant_is_told(flows: Flows) -> None:
    told = flows.invoke(INGEST, {"sources": ["nobody"]})
    assert told["status"] == "error"
    assert "jsonplaceholder, randomuser" in told["message"]


def _is_empty(flows: Flows) -> bool | None:
    return queue_length(flows.target, "records") == 0 or None
