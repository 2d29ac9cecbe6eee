"""Process end to end, in memory: messages in; records, counts and rejections out, exactly once whatever happens."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from botocore.exceptions import ClientError
from hypothesis import strategies as st

from common.errors import Contended
from records import ingest_handler, process_handler
from records.messages import Capture
from records.process import LARGEST_RECORD, Batch, Record, process
from records.store import Counts, RecordTable
from tests.events import sqs_event
from tests.unit.records.conftest import COUNTS, PROCESSED, RAW, TABLE, Aws, counts, items, keys
from upstream.server import Upstream

CONTEXT = SimpleNamespace(aws_request_id="r", function_name="f", get_remaining_time_in_millis=lambda: 60_000)
FIRST, SECOND, THIRD = (f"2026-11-2{day}T06:00:00.000Z" for day in (0, 1, 2))


def post(identity: int, **changes: Any) -> dict[str, Any]:
    return {"userId": 1, "id": identity, "title": f"Title {identity}", "body": "Text", **changes}


def capture(aws: Aws, entries: Any, at: str = FIRST, source: str = "jsonplaceholder") -> Capture:
    """A raw object as ingest would have left it."""
    import hashlib

    body = json.dumps(entries).encode()
    digest = hashlib.sha256(body).hexdigest()
    key = f"raw/source={source}/date={at[:10]}/{at.replace(':', '')}-{digest[:16]}.json"
    aws("s3").put_object(Bucket=RAW, Key=key, Body=body)
    type_ = {"jsonplaceholder": "posts", "randomuser": "users"}[source]
    return Capture(source, type_, RAW, key, at, digest, 1)


def handle(*bodies: str) -> list[str]:
    """The messages that are given back, by their number in the batch."""
    answer = process_handler.handle(sqs_event(*bodies), CONTEXT)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """No message of these tests is really in the queue: how long each that failed is to be hidden, in order."""
    hidden: list[int] = []
    monkeypatch.setattr(process_handler, "_hand_out_in", lambda seconds, message: hidden.append(seconds))
    return hidden


def table(aws: Aws) -> RecordTable:
    return RecordTable(aws("dynamodb"), TABLE, COUNTS, sleep=lambda seconds: None)


def test_a_record_has_the_form_that_is_documented(aws: Aws) -> None:
    told = capture(aws, [post(1)])
    assert handle(told.body()) == []
    [item] = items(aws)
    assert {name: value["S"] for name, value in item.items() if "S" in value and name != "processed_at"} == {
        "id": item["id"]["S"],
        "source": "jsonplaceholder",
        "type": "posts",
        "captured_at": FIRST,
        "first_seen": FIRST,
        "last_seen": FIRST,
        "fingerprint": item["fingerprint"]["S"],
        "raw_s3_key": told.key,
        "title": "Title 1",
        "body": "Text",
    }
    assert item["id"]["S"].startswith("jsonplaceholder-1-")
    assert item["details"] == {"M": {"user_id": {"S": "1"}}}
    assert item["processed_at"]["S"].endswith("Z")
    assert counts(aws) == {"2026-11-20#jsonplaceholder": 1}


def test_from_the_sources_to_the_table(aws: Aws, upstream: Upstream, at_rest: list[int]) -> None:
    ingest_handler.handle({}, CONTEXT)
    url = aws("sqs").get_queue_url(QueueName="records")["QueueUrl"]
    got = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    for _ in range(3):
        assert handle(*[message["Body"] for message in got]) == []
    assert len(items(aws)) == 150
    assert sorted(counts(aws).values()) == [50, 100]


def test_personal_fields_are_in_no_table_file_or_log(
    aws: Aws, upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    people = json.loads(upstream.answer("/randomuser/api/", {"results": "20", "seed": "x"})[0].body)
    people["results"][3]["login"]["uuid"] = None
    people["results"][4]["name"] = {"first": {"secret": "s3cret"}, "last": "x"}
    assert handle(capture(aws, people, source="randomuser").body()) == []
    [rejected] = keys(aws, PROCESSED)
    everything = json.dumps(items(aws)) + capsys.readouterr().out
    everything += aws("s3").get_object(Bucket=PROCESSED, Key=rejected)["Body"].read().decode()
    assert len(items(aws)) == 18
    for person in people["results"]:
        login = person["login"]
        personal = [login[name] for name in ("password", "salt", "md5", "sha1", "sha256", "username")]
        personal += [person["dob"]["date"], person["email"], person["phone"], person["cell"], person["id"]["value"]]
        personal += [person["location"]["street"]["name"], person["location"]["coordinates"]["latitude"], "s3cret"]
        assert [text for text in personal if text and str(text) in everything] == []


class TestMessages:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"bucket": "another-bucket"}, "another bucket"),
            ({"key": "raw/source=jsonplaceholder/gone.json"}, "gone"),
            ({"key": "uploads/sales.csv"}, "none of its source's"),
            ({"key": 7}, "none of its source's"),
            ({"source": "nobody"}, "no source"),
            ({"source": ["jsonplaceholder"]}, "no source"),
            ({"type": "users"}, "no source"),
            ({"hash": "0" * 64}, "its hash differs"),
            ({"hash": None}, "not a SHA-256"),
            ({"capturedAt": "yesterday"}, "not a UTC time"),
            ({"capturedAt": 7}, "not a UTC time"),
        ],
    )
    def test_one_that_cannot_be_worked_on_goes_back_alone_and_at_once(
        self, aws: Aws, at_rest: list[int], capsys: pytest.CaptureFixture[str], changes: dict[str, Any], reason: str
    ) -> None:
        good = [capture(aws, [post(n)]) for n in range(9)]
        poison = json.dumps({**json.loads(good[0].body()), **changes})
        bodies = [told.body() for told in good]
        assert handle(*bodies[:4], poison, *bodies[4:]) == ["m4"]
        assert len(items(aws)) == sum(counts(aws).values()) == 9
        assert at_rest == [0]
        assert reason in capsys.readouterr().out

    @pytest.mark.parametrize("body", ["", "{", "[]", "7", "null", "{}", '{"source": "randomuser"}', "[" * 100_000])
    def test_one_that_is_no_message_at_all(self, aws: Aws, at_rest: list[int], body: str) -> None:
        good = capture(aws, [post(1)])
        assert handle(body, good.body()) == ["m0"]
        assert len(items(aws)) == 1

    @pytest.mark.parametrize("answer", [{"data": []}, None, 7, {"results": []}])
    def test_an_object_of_the_wrong_form(self, aws: Aws, at_rest: list[int], answer: Any) -> None:
        assert handle(capture(aws, answer).body()) == ["m0"]

    def test_one_that_fails_for_now_waits_a_little_longer_each_time(
        self, aws: Aws, at_rest: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = capture(aws, [post(1)]).body()
        throttled = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "TransactWriteItems")
        with monkeypatch.context() as patch:
            patch.setattr(aws("dynamodb"), "transact_write_items", _raiser(throttled))
            for receives in (1, 2, 3):
                answer = process_handler.handle(sqs_event(body, receives=receives), CONTEXT)
                assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
        assert at_rest == [10, 60, 60]
        assert (items(aws), counts(aws)) == ([], {})
        assert handle(body) == []
        assert counts(aws) == {"2026-11-20#jsonplaceholder": 1}

    def test_a_failed_one_is_really_handed_out_again(self, aws: Aws) -> None:
        sqs, url = aws("sqs"), aws("sqs").get_queue_url(QueueName="records")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="poison")
        [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=300)["Messages"]
        event = sqs_event("poison")
        event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]
        assert process_handler.handle(event, CONTEXT)["batchItemFailures"]
        assert sqs.receive_message(QueueUrl=url)["Messages"]


class TestRecords:
    @pytest.mark.parametrize(
        ("entry", "reason"),
        [
            (None, "the record"),
            ("text", "the record"),
            ({}, "id: field required"),
            (post(1, id=None), "id"),
            (post(1, id="a/b"), "id"),
            (post(1, id="x" * 65), "id"),
            (post(1, title=""), "title"),
            (post(1, title=["a"]), "title"),
            (post(1, body="\ud800"), "body"),
            (post(1, body="x" * 50_001), "body"),
        ],
    )
    def test_a_bad_one_is_set_aside_with_its_reason_and_the_rest_goes_on(
        self, aws: Aws, entry: Any, reason: str
    ) -> None:
        told = capture(aws, [post(1), entry, post(2)])
        assert handle(told.body()) == []
        assert len(items(aws)) == 2
        [key] = keys(aws, PROCESSED)
        assert key == "rejected/records/" + told.key.removeprefix("raw/").replace(".json", ".ndjson")
        line = json.loads(aws("s3").get_object(Bucket=PROCESSED, Key=key)["Body"].read())
        assert (line["raw_s3_key"], line["position"]) == (told.key, 1)
        assert reason in line["reason"].casefold()

    def test_one_too_large_for_a_transaction(self) -> None:
        batch = process(json.dumps([post(1, body="😀" * 30_000), post(2)]).encode(), "jsonplaceholder")
        assert f"at most {LARGEST_RECORD:,}" in batch.rejections[0]["reason"]
        assert len(batch.records) == 1

    def test_renamed_fields_reject_every_record(self, aws: Aws, upstream: Upstream) -> None:
        people = json.loads(upstream.answer("/randomuser/api/", {"results": "5", "_fault": "changed_schema"})[0].body)
        batch = process(json.dumps(people).encode(), "randomuser")
        assert (batch.entries, len(batch.rejections)) == (5, 5)

    def test_the_same_id_twice_is_one_record(self) -> None:
        batch = process(json.dumps([post(1), post(1, title="Other")]).encode(), "jsonplaceholder")
        assert (batch.entries, batch.repeats, [r.content["title"] for r in batch.records]) == (2, 1, ["Other"])


class TestStore:
    def records(self, aws: Aws, *entries: dict[str, Any], at: str = FIRST) -> tuple[list[Record], Capture]:
        told = capture(aws, list(entries), at)
        return process(json.dumps(entries).encode(), "jsonplaceholder").records, told

    def store(self, aws: Aws, *entries: dict[str, Any], at: str = FIRST) -> tuple[int, int, int]:
        done = table(aws).store(*self.records(aws, *entries, at=at), at)
        return done.inserted, done.updated, done.unchanged

    def test_a_changed_record_updates_keeps_first_seen_and_counts_once(self, aws: Aws) -> None:
        assert self.store(aws, post(1)) == (1, 0, 0)
        assert self.store(aws, post(1, title="New"), at=SECOND) == (0, 1, 0)
        [item] = items(aws)
        assert (item["title"]["S"], item["first_seen"]["S"], item["captured_at"]["S"]) == ("New", FIRST, SECOND)
        assert counts(aws) == {"2026-11-20#jsonplaceholder": 1}

    def test_an_older_capture_that_comes_late_changes_nothing(self, aws: Aws) -> None:
        self.store(aws, post(1, title="New"), at=SECOND)
        assert self.store(aws, post(1), at=FIRST) == (0, 0, 1)
        assert items(aws)[0]["title"]["S"] == "New"

    def test_also_when_the_newest_capture_had_found_it_unchanged(self, aws: Aws) -> None:
        self.store(aws, post(1), at=FIRST)
        assert self.store(aws, post(1), at=THIRD) == (0, 0, 1)
        assert self.store(aws, post(1, title="Between"), at=SECOND) == (0, 0, 1)
        [item] = items(aws)
        assert (item["title"]["S"], item["captured_at"]["S"], item["last_seen"]["S"]) == ("Title 1", FIRST, THIRD)

    def test_a_replay_writes_nothing(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store(aws, post(1), post(2))
        monkeypatch.setattr(aws("dynamodb"), "transact_write_items", _raiser(AssertionError("a write")))
        assert self.store(aws, post(1), post(2)) == (0, 0, 2)

    def test_two_requests_for_25_new_records(self, aws: Aws) -> None:
        records, told = self.records(aws, *map(post, range(100)))
        assert table(aws).store(records, told, FIRST) == Counts(inserted=100, requests=8)

    def test_somebody_else_who_comes_between_is_noticed(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between our reading and our writing, another delivery of the same message stores everything."""
        records, told = self.records(aws, *map(post, range(30)))
        real, came = aws("dynamodb").transact_write_items, []

        def write(**arguments: Any) -> Any:
            if not came:
                came.append(True)
                table(aws).store(records, told, FIRST)
            return real(**arguments)

        monkeypatch.setattr(aws("dynamodb"), "transact_write_items", write)
        done = table(aws).store(records, told, FIRST)
        assert (done.inserted, done.unchanged) == (0, 30)
        assert len(items(aws)) == sum(counts(aws).values()) == 30

    def test_who_is_always_overtaken_gives_up_for_now(self, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
        conflict = aws("dynamodb").exceptions.TransactionCanceledException(
            {"Error": {"Code": "x"}, "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}, "T"
        )
        monkeypatch.setattr(aws("dynamodb"), "transact_write_items", _raiser(conflict))
        with pytest.raises(Contended):
            self.store(aws, post(1))

    def test_a_transaction_cancelled_for_another_reason_is_an_error(
        self, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cancelled = aws("dynamodb").exceptions.TransactionCanceledException(
            {"Error": {"Code": "x"}, "CancellationReasons": [{"Code": "ThrottlingError"}]}, "T"
        )
        monkeypatch.setattr(aws("dynamodb"), "transact_write_items", _raiser(cancelled))
        with pytest.raises(aws("dynamodb").exceptions.TransactionCanceledException):
            self.store(aws, post(1))


def test_the_same_message_fifty_times_at_once(aws: Aws, at_rest: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the embedded engine has it, calls take turns; what each thread does between two of them is interleaved."""
    lock = threading.Lock()
    for method in ("transact_write_items", "batch_get_item"):
        monkeypatch.setattr(aws("dynamodb"), method, _in_turn(lock, getattr(aws("dynamodb"), method)))
    body = capture(aws, [post(n) for n in range(30)]).body()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: handle(body), range(50)))
    # Whoever was overtaken too often is given back, and finds everything done.
    assert all(handle(body) == [] for given_back in answers if given_back)
    assert len(items(aws)) == sum(counts(aws).values()) == 30


@hypothesis.settings(max_examples=25, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(data=st.data())
def test_in_is_inserted_and_updated_and_unchanged_and_rejected(aws: Aws, data: st.DataObject) -> None:
    """Any answers, in any order, any of them again: the sum is right, and so is what is counted and what is stored."""
    for name in (TABLE, COUNTS):
        _empty(aws, name)
    entry = st.one_of(
        st.builds(post, st.integers(1, 12), title=st.sampled_from(["", "A", "B"])), st.sampled_from([None, 7, {}])
    )
    answers = data.draw(st.lists(st.lists(entry, max_size=10), min_size=1, max_size=5))
    captures = [(process(json.dumps(a).encode(), "jsonplaceholder"), _at(n)) for n, a in enumerate(answers)]
    order = data.draw(st.lists(st.sampled_from(range(len(captures))), max_size=10)) + list(range(len(captures)))
    random.Random(0).shuffle(order)
    inserted = 0
    for n in order:
        batch, told = captures[n]
        done = table(aws).store(batch.records, told, FIRST)
        told_of = done.inserted + done.updated + done.unchanged + batch.repeats + len(batch.rejections)
        assert told_of == batch.entries
        inserted += done.inserted
    newest: dict[str, str] = {}
    for batch, _ in captures:
        newest |= {record.id: record.fingerprint for record in batch.records}
    assert {item["id"]["S"]: item["fingerprint"]["S"] for item in items(aws)} == newest
    assert sum(counts(aws).values()) == inserted == len(newest)


def _at(n: int) -> Capture:
    return replace(
        Capture("jsonplaceholder", "posts", RAW, "raw/x", "", "0", 1), capturedAt=f"2026-11-2{n}T00:00:00.000Z"
    )


def _empty(aws: Aws, name: str) -> None:
    key = ("id",) if name == TABLE else ("counted", "part")
    for item in items(aws, name):
        aws("dynamodb").delete_item(TableName=name, Key={part: item[part] for part in key})


def _raiser(error: Exception) -> Any:
    def call(**arguments: Any) -> Any:
        raise error

    return call


def _in_turn(lock: Any, call: Any) -> Any:
    def take_turn(**arguments: Any) -> Any:
        with lock:
            return call(**arguments)

    return take_turn


def test_an_empty_answer_is_nothing_to_do() -> None:
    assert process(b"[]", "jsonplaceholder") == Batch()
