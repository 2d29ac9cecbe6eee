"""Ingest end to end, in memory: what lands, what is queued, what a run says, and what the next run finds of a crash."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from common.errors import BadInput
from common.retry import Patience
from records import ingest_handler
from records.ingest import asks
from records.ingest_handler import IncompleteIngest
from records.landing import ABANDONED, Landing
from records.messages import Capture
from records.sources import Post
from tests.unit.records.conftest import RAW, Aws, keys
from upstream.faults import KINDS, Fault
from upstream.server import Upstream

CONTEXT = SimpleNamespace(aws_request_id="r", function_name="f", get_remaining_time_in_millis=lambda: 300_000)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def run(**payload: Any) -> dict[str, Any]:
    return ingest_handler.handle(payload, CONTEXT)


def messages(aws: Aws) -> list[dict[str, Any]]:
    """What lies in the queue, taken out of it."""
    url = aws("sqs").get_queue_url(QueueName="records")["QueueUrl"]
    found = []
    while got := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in got:
            found.append(json.loads(message["Body"]))
            aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found, key=lambda body: body["source"])


def landing(aws: Aws, now: datetime = NOON) -> Landing:
    url = aws("sqs").get_queue_url(QueueName="records")["QueueUrl"]
    return Landing(aws("s3"), aws("sqs"), RAW, url, now)


def test_both_sources_land_unchanged_with_a_message_each(aws: Aws, upstream: Upstream) -> None:
    summary = run()
    assert (summary["status"], [s["status"] for s in summary["sources"]]) == ("ok", ["landed", "landed"])
    posts, users = messages(aws)
    assert (posts["source"], posts["type"], posts["recordCount"]) == ("jsonplaceholder", "posts", 100)
    assert (users["source"], users["type"], users["recordCount"]) == ("randomuser", "users", 50)
    for message in (posts, users):
        body = aws("s3").get_object(Bucket=message["bucket"], Key=message["key"])["Body"].read()
        assert hashlib.sha256(body).hexdigest() == message["hash"]
        day = message["capturedAt"][:10]
        assert message["key"].startswith(f"raw/source={message['source']}/date={day}/")
        assert message["key"].endswith(f"-{message['hash'][:16]}.json")
    served = upstream.answer("/jsonplaceholder/posts", {})[0].body
    assert aws("s3").get_object(Bucket=RAW, Key=posts["key"])["Body"].read() == served
    assert keys(aws, RAW, "records_outbox/") == []


def test_an_unchanged_answer_is_neither_stored_nor_queued_again(aws: Aws, upstream: Upstream) -> None:
    run()
    messages(aws)
    before = keys(aws, RAW, "raw/")
    assert {source["status"] for source in run()["sources"]} == {"unchanged"}
    assert keys(aws, RAW, "raw/") == before
    assert messages(aws) == []


def test_a_run_by_hand_with_other_parameters_does_not_disturb_the_scheduled_one(aws: Aws, upstream: Upstream) -> None:
    run()
    assert {source["status"] for source in run(limit=3, seed="x")["sources"]} == {"landed"}
    assert {source["status"] for source in run()["sources"]} == {"unchanged"}


def test_each_run_is_recorded(aws: Aws, upstream: Upstream) -> None:
    summary = run(sources=["jsonplaceholder"])
    recorded = json.loads(aws("s3").get_object(Bucket=RAW, Key=summary["run"])["Body"].read())
    assert recorded["sources"] == summary["sources"]


# With other field names, or half as long, the answer still is a list: its records are for process to judge.
LISTS = ("changed_schema", "half")
LATE = {"slow": 60, "drip": 0.05}  # seconds
# One status of the service's own failures stands for all: tests/unit/common/test_http.py has each.
FAILURES = [kind for kind in KINDS if kind not in LISTS and (not kind.startswith("5") or kind == "503")]


@pytest.mark.parametrize("kind", FAILURES)
def test_a_source_that_fails_does_not_stop_the_other_and_the_run_says_which(
    aws: Aws, upstream: Upstream, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("common.retry.FIRST_WAIT", 0.0)
    if kind in LATE:
        monkeypatch.setenv("HTTP_TIMEOUT", "0.5")
        ingest_handler.settings.cache_clear()
    upstream.faults.add(Fault("/randomuser", kind, times=None, seconds=LATE.get(kind, 0)))
    with pytest.raises(IncompleteIngest, match=r"1 of 2 sources failed \(randomuser: "):
        run()
    assert [message["source"] for message in messages(aws)] == ["jsonplaceholder"]
    [record] = keys(aws, RAW, "records_runs/")
    recorded = json.loads(aws("s3").get_object(Bucket=RAW, Key=record)["Body"].read())
    assert (recorded["status"], recorded["sources"][1]["status"]) == ("partial", "failed")
    assert recorded["sources"][1]["reason"]

    upstream.faults.clear()
    monkeypatch.delenv("HTTP_TIMEOUT", raising=False)
    ingest_handler.settings.cache_clear()
    assert [source["status"] for source in run()["sources"]] == ["unchanged", "landed"]
    assert [message["source"] for message in messages(aws)] == ["randomuser"]


def test_retry_after_is_respected(aws: Aws, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(ingest_handler, "Patience", partial(Patience, sleep=slept.append))
    upstream.faults.add(Fault("/jsonplaceholder", "429", times=1, seconds=0.25))
    [outcome] = run(sources=["jsonplaceholder"])["sources"]
    assert (outcome["status"], outcome["tries"]) == ("landed", 2)
    assert slept[0] >= 0.25


class CutOff(Exception):
    pass


@pytest.mark.parametrize(
    "call", ["before the object", "before the message", "before the note", "before the outbox is cleared"]
)
def test_a_crash_after_any_step_is_repaired_by_the_next_run(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    first, second, third = b"[1]", b"[2]", b"[3]"
    landing(aws).land(Post, {}, first, 1)
    cut = {
        "before the object": ("s3", "put_object", 2),
        "before the message": ("sqs", "send_message", 1),
        "before the note": ("s3", "put_object", 3),
        "before the outbox is cleared": ("s3", "delete_object", 1),
    }[call]
    with monkeypatch.context() as patch:
        _cut_off(patch, aws(cut[0]), *cut[1:])
        with pytest.raises(CutOff):
            landing(aws, NOON + timedelta(minutes=5)).land(Post, {}, second, 1)
    # The source has changed meanwhile: what was captured before the crash is not lost for that.
    later = landing(aws, NOON + timedelta(minutes=10))
    later.repair()
    later.land(Post, {}, third, 1)
    queued = [message["hash"] for message in messages(aws)]
    wanted = [hashlib.sha256(body).hexdigest() for body in (first, second, third)]
    if call == "before the object":
        del wanted[1]  # it was never captured
    assert set(queued) == set(wanted)
    assert len(keys(aws, RAW, "raw/")) == len(wanted)
    last = landing(aws, NOON + ABANDONED * 3)
    assert last.repair() == 0
    assert not last.land(Post, {}, third, 1)[1]


def test_an_entry_whose_object_never_came_is_removed_when_no_run_can_be_at_it(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    with monkeypatch.context() as patch:
        _cut_off(patch, aws("s3"), "put_object", 2)
        with pytest.raises(CutOff):
            landing(aws, now).land(Post, {}, b"[1]", 1)
    landing(aws, now).repair()
    assert len(keys(aws, RAW, "records_outbox/")) == 1
    landing(aws, now + ABANDONED * 2).repair()
    assert keys(aws, RAW, "records_outbox/") == []


def _cut_off(patch: pytest.MonkeyPatch, client: Any, method: str, nth: int) -> None:
    """The client's nth call of the method never happens, as if the process had ended there."""
    real, calls = getattr(client, method), 0

    def call(**arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise CutOff
        return real(**arguments)

    patch.setattr(client, method, call)


@pytest.mark.parametrize(
    "payload",
    [
        {"source": "x"},
        {"sources": ["nobody"]},
        {"sources": []},
        {"sources": "randomuser"},
        {"limit": 0},
        {"limit": True},
        {"limit": 10**9},
        {"seed": ""},
        {"seed": 7},
    ],
)
def test_a_payload_that_cannot_be_meant_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        asks(payload, NOON.date())


def test_the_message_reads_back() -> None:
    capture = Capture("randomuser", "users", RAW, "raw/source=randomuser/x", "2026-11-21T06:00:00.000Z", "a" * 64, 3)
    assert Capture.read(capture.body(), RAW) == capture
