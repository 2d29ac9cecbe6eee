"""Redrive against real SQS semantics (moto), and a Lambda that takes or refuses what it is sent."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from barback.commands import redrive as command
from barback.config import Config
from barback.errors import Problem
from barback.failed_events import redrive
from barback.failed_events.queue import LOOK_SECONDS, DeadLetters, FailedEvent, Unreadable, describe, read
from barback.paths import STACK
from barback.stack.load import load
from barback.stack.model import Queue, QueueTrigger, Stack
from barback.stack.names import Names

REGION = "us-east-1"
S3_EVENT = {"Records": [{"s3": {"object": {"key": "uploads/menu+%2B+prices.csv"}}}]}


@dataclass
class Functions:
    """Lambda as redrive sees it: remembers what it was sent, and refuses what it is told to."""

    accepted: list[tuple[str, Any]] = field(default_factory=list)
    refusing: bool = False
    status: int = 202

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert InvocationType == "Event"
        if self.refusing:
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "slow down"}}, "Invoke")
        self.accepted.append((FunctionName, json.loads(Payload)))
        return {"StatusCode": self.status}


class Broken:
    """SQS that fails at one call and passes every other on."""

    def __init__(self, sqs: Any, call: str, code: str = "ServiceUnavailable") -> None:
        self._sqs, self._call, self._code = sqs, call, code

    def __getattr__(self, name: str) -> Any:
        if name == self._call:
            return self._fail
        return getattr(self._sqs, name)

    def _fail(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": "gone"}}, self._call)


@dataclass
class MoveTasks:
    """SQS with move tasks, which moto has not: one that ends as told, after being asked a second time."""

    sqs: Any
    end: dict[str, Any]
    started: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sqs, name)

    def start_message_move_task(self, **task: str) -> None:
        self.started.append(task)

    def list_message_move_tasks(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        return {"Results": [self.end if self.asked > 1 else {"Status": "RUNNING"}]}


@dataclass
class Bench:
    """A target with a real queue of failed events, as far as redrive can tell."""

    stack: Stack
    names: Names
    sqs: Any
    functions: Functions
    is_aws: bool = False

    def client(self, service: str) -> Any:
        return {"sqs": self.sqs, "lambda": self.functions}[service]

    def put(self, body: str, queue: str = "failed_events", **options: Any) -> None:
        self.sqs.send_message(QueueUrl=redrive.queue_url(self, queue), MessageBody=body, **options)  # type: ignore[arg-type]

    def waiting(self, queue: str = "failed_events") -> list[str]:
        """What anyone who asks now would get: hidden messages are not among it."""
        url = redrive.queue_url(self, queue)  # type: ignore[arg-type]
        got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return sorted(message["Body"] for message in got.get("Messages", []))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    stack = load(STACK)
    plain = Queue(visibility_timeout=30, retention_days=4, max_receives=None, dead_letters=None)
    jobs = plain.model_copy(update={"max_receives": 3, "dead_letters": "jobs_dead"})
    worker = stack.functions["csv_profile"].model_copy(update={"triggers": [QueueTrigger(queue="jobs", batch=1)]})
    stack = stack.model_copy(
        update={
            "queues": {"failed_events": plain, "jobs": jobs, "jobs_dead": plain},
            "functions": {"csv_profile": stack.functions["csv_profile"], "worker": worker},
        }
    )
    monkeypatch.setattr("barback.failed_events.queue.WAIT_SECONDS", 0)
    with mock_aws():
        sqs = boto3.client("sqs", region_name=REGION)
        bench = Bench(stack, Names.local("barback", REGION), sqs, Functions())
        for queue in stack.queues:
            sqs.create_queue(QueueName=bench.names.queue(queue))
        monkeypatch.setattr(command, "current_config", lambda: Config())
        monkeypatch.setattr(command, "target_of", lambda config: bench)
        yield bench


def record(key: str = "uploads/a.csv", function: str = "barback-csv_profile", **changes: Any) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": "2026-11-21T07:00:00.000Z",
            "requestContext": {
                "requestId": "8f0e2c",
                "functionArn": f"arn:aws:lambda:{REGION}:000000000000:function:{function}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": {"Records": [{"s3": {"object": {"key": key}}}]},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": "the table is gone", "errorType": "StoreFailed"},
            **changes,
        }
    )


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser)
    return command.run(parser.parse_args(arguments))


def test_a_record_tells_function_key_error_and_attempts() -> None:
    event = read(record(requestPayload=S3_EVENT))
    assert (event.function, event.what, event.attempts) == ("barback-csv_profile", "uploads/menu + prices.csv", 3)
    assert event.error == "StoreFailed: the table is gone"
    assert event.payload == S3_EVENT
    assert event.failed is not None
    assert event.failed.isoformat() == "2026-11-21T07:00:00+00:00"


def test_an_event_that_waited_too_long_has_no_answer_of_its_function() -> None:
    context = {"functionArn": "arn:aws:lambda:x:0:function:f", "condition": "EventAgeExceeded"}
    event = read(json.dumps({"requestContext": context, "requestPayload": {}}))
    assert event == FailedEvent("f", {}, "an empty event", "it waited too long", 0, None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("hello", "not JSON"),
        ("[1]", "no requestContext"),
        ('{"requestContext": {"functionArn": "arn:aws:lambda:x:0:function:f"}}', "no requestPayload"),
        ('{"requestContext": {"functionArn": "arn:aws:sqs:x:0:q"}, "requestPayload": {}}', "names no function"),
    ],
)
def test_what_is_no_record_of_a_failed_event_says_why(body: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)


def test_fields_of_an_odd_kind_are_left_out() -> None:
    context = {"functionArn": "arn:aws:lambda:x:0:function:f", "approximateInvokeCount": "many"}
    event = read(json.dumps({"requestContext": context, "requestPayload": None, "timestamp": 7, "responsePayload": []}))
    assert event == FailedEvent("f", None, "null", "", 0, None)


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (S3_EVENT, "uploads/menu + prices.csv"),
        ({"Records": [{"body": "x"}, {"body": "y"}]}, "2 records"),
        ({"Records": [{"s3": {"object": {"key": 5}}}]}, "1 record"),
        ({"source": "aws.events", "detail": {}}, "its schedule"),
        ({"letter": "a"}, "fields letter"),
        (["x"], '["x"]'),
    ],
)
def test_an_event_is_described_in_a_few_words(payload: Any, what: str) -> None:
    assert describe(payload) == what


def test_looking_shows_every_message_and_hides_none(bench: Bench) -> None:
    bodies = [record(f"uploads/{number}.csv") for number in range(23)]
    for body in bodies:
        bench.put(body)
    found = redrive.look(bench, "failed_events", None, 1000)  # type: ignore[arg-type]
    assert sorted(letter.event.what for letter in found.letters) == sorted(f"uploads/{n}.csv" for n in range(23))
    url = redrive.queue_url(bench, "failed_events")  # type: ignore[arg-type]
    hidden = bench.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    assert hidden["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_messages_come_back_also_when_looking_is_broken_off(bench: Bench) -> None:
    bench.put(record())
    letters = DeadLetters(bench.sqs, redrive.queue_url(bench, "failed_events"))  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt), letters.taking(LOOK_SECONDS) as batches:
        next(batches)
        assert bench.waiting() == []
        raise KeyboardInterrupt
    assert bench.waiting() == [record()]


def test_every_failed_event_goes_to_its_function_as_it_was_and_leaves_the_queue(bench: Bench) -> None:
    bench.put(record("uploads/a.csv"))
    bench.put(record("uploads/é.csv", "barback-worker"))
    assert run("--yes") == 0
    assert sorted(bench.functions.accepted, key=str) == [
        ("barback-csv_profile", json.loads(record("uploads/a.csv"))["requestPayload"]),
        ("barback-worker", json.loads(record("uploads/é.csv"))["requestPayload"]),
    ]
    assert bench.waiting() == []


def test_nothing_is_sent_without_a_yes(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put(record())
    assert run() == 0
    out = capsys.readouterr().out
    assert "uploads/a.csv" in out
    assert "StoreFailed: the table is gone" in out
    assert "nothing was sent" in out
    assert bench.functions.accepted == []
    assert bench.waiting() == [record()]


def test_list_only_shows(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put(record())
    assert run("--list", "--yes") == 0
    assert "uploads/a.csv" in capsys.readouterr().out
    assert bench.waiting() == [record()]


def test_an_event_its_function_does_not_take_stays(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put(record())
    bench.functions.refusing = True
    assert run("--yes") == 1
    assert "slow down" in capsys.readouterr().out
    assert bench.waiting() == [record()]


def test_an_answer_other_than_accepted_keeps_the_event(bench: Bench) -> None:
    bench.put(record())
    bench.functions.status = 200
    assert run("--yes") == 1
    assert bench.waiting() == [record()]


def test_sent_but_not_deleted_means_twice_never_lost(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put(record())
    whole, bench.sqs = bench.sqs, Broken(bench.sqs, "delete_message_batch")
    assert run("--yes") == 0
    assert "sends it twice" in capsys.readouterr().out
    bench.sqs = whole
    assert bench.waiting() == [record()]
    assert run("--yes") == 0
    assert len(bench.functions.accepted) == 2
    assert bench.waiting() == []


def test_what_cannot_be_understood_stays_and_is_told(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    stays = [record(function="other-function"), "hello"]
    for body in (*stays, record()):
        bench.put(body)
    assert run("--yes") == 0
    out = capsys.readouterr().out
    assert "it is not JSON" in out
    assert "other-function, which this stack does not have" in out
    assert bench.waiting() == sorted(stays)
    assert len(bench.functions.accepted) == 1


def test_only_what_was_shown_is_sent(bench: Bench) -> None:
    bench.put(record("uploads/shown.csv"))
    found = redrive.look(bench, "failed_events", None, 10)  # type: ignore[arg-type]
    bench.put(record("uploads/later.csv"))
    outcomes = list(redrive.send(bench, "failed_events", found.letters))  # type: ignore[arg-type]
    assert [outcome.what for outcome in outcomes] == ["uploads/shown.csv"]
    assert bench.waiting() == [record("uploads/later.csv")]


def test_an_event_that_someone_else_took_is_told(bench: Bench) -> None:
    bench.put(record())
    found = redrive.look(bench, "failed_events", None, 10)  # type: ignore[arg-type]
    bench.sqs.purge_queue(QueueUrl=redrive.queue_url(bench, "failed_events"))  # type: ignore[arg-type]
    (outcome,) = redrive.send(bench, "failed_events", found.letters)  # type: ignore[arg-type]
    assert not outcome.sent
    assert "no longer there" in outcome.problem


def test_more_than_can_be_looked_at_are_all_sent_and_each_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(redrive, "LOOK_AT_MOST", 20)
    keys = [f"uploads/{number}.csv" for number in range(63)]
    for key in keys:
        bench.put(record(key))
    bench.put("hello")
    bench.put(record(function="other-function"))
    assert run("--yes") == 0
    sent = [payload["Records"][0]["s3"]["object"]["key"] for _, payload in bench.functions.accepted]
    assert sorted(sent) == sorted(keys)
    assert bench.waiting() == sorted(["hello", record(function="other-function")])
    out = capsys.readouterr().out
    assert "about 65 failed events" in out
    assert "63 sent" in out


def test_of_many_only_those_of_the_function_are_sent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrive, "LOOK_AT_MOST", 10)
    for number in range(30):
        bench.put(record(f"uploads/{number}.csv", "barback-worker" if number % 3 else "barback-csv_profile"))
    assert run("--yes", "--function", "csv_profile") == 0
    assert [name for name, _ in bench.functions.accepted] == ["barback-csv_profile"] * 10
    url = redrive.queue_url(bench, "failed_events")  # type: ignore[arg-type]
    assert DeadLetters(bench.sqs, url).count() == 20


def test_what_fails_again_meanwhile_is_not_sent_in_a_circle(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrive, "LOOK_AT_MOST", 2)
    for number in range(12):
        bench.put(record(f"uploads/{number}.csv"))
    moment = datetime.now(UTC)
    accept = bench.functions.invoke

    def fail_again(**call: Any) -> dict[str, Any]:
        monkeypatch.setattr("time.time", lambda: moment.timestamp() + 60)  # when SQS says that it came
        bench.put(record("uploads/again.csv"))
        return accept(**call)

    monkeypatch.setattr(bench.functions, "invoke", fail_again)
    choice = redrive.all_of(bench, None, moment)  # type: ignore[arg-type]
    outcomes = list(redrive.send(bench, "failed_events", [], choice))  # type: ignore[arg-type]
    assert len(outcomes) == len(bench.functions.accepted) == 12


def test_a_message_that_could_not_be_deleted_is_told_by_its_name(bench: Bench) -> None:
    for name in ("kept", "gone"):
        bench.put(record(f"uploads/{name}.csv"))
    found = redrive.look(bench, "failed_events", None, 10)  # type: ignore[arg-type]
    kept = next(n for n, letter in enumerate(found.letters) if "kept" in letter.event.what)
    whole = bench.sqs

    class HalfBroken:
        def __getattr__(self, name: str) -> Any:
            return getattr(whole, name)

        def delete_message_batch(self, **call: Any) -> dict[str, Any]:
            entries = call["Entries"]
            index = next(n for n, m in enumerate(self.order) if m == found.letters[kept].message.id)
            whole.delete_message_batch(**call | {"Entries": [e for n, e in enumerate(entries) if n != index]})
            return {"Failed": [{"Id": entries[index]["Id"], "Code": "InternalError", "SenderFault": False}]}

        def receive_message(self, **call: Any) -> Any:
            answer = whole.receive_message(**call)
            if answer.get("Messages"):
                self.order = [message["MessageId"] for message in answer["Messages"]]
            return answer

    bench.sqs = HalfBroken()
    outcomes = {o.what: o.problem for o in redrive.send(bench, "failed_events", found.letters)}  # type: ignore[arg-type]
    bench.sqs = whole
    assert outcomes["uploads/gone.csv"] == ""
    assert "sends it twice: InternalError" in outcomes["uploads/kept.csv"]
    assert bench.waiting() == [record("uploads/kept.csv")]


def test_function_and_limit_narrow_what_is_sent(bench: Bench) -> None:
    for number in range(3):
        bench.put(record(f"uploads/{number}.csv"))
    bench.put(record("uploads/w.csv", "barback-worker"))
    assert run("--yes", "--function", "csv_profile", "--limit", "2") == 0
    assert [name for name, _ in bench.functions.accepted] == ["barback-csv_profile"] * 2
    assert len(bench.waiting()) == 2
    assert record("uploads/w.csv", "barback-worker") in bench.waiting()


def test_dead_letters_of_a_queue_go_back_into_it_by_hand_where_there_are_no_move_tasks(bench: Bench) -> None:
    color = {"color": {"DataType": "String", "StringValue": "blue"}}
    bench.put("job 1", "jobs_dead", MessageAttributes=color)
    bench.put("job 2", "jobs_dead")
    bench.sqs = Broken(bench.sqs, "start_message_move_task", "InvalidAction")
    assert run("--yes") == 0
    assert bench.waiting("jobs") == ["job 1", "job 2"]
    assert bench.waiting("jobs_dead") == []
    got = bench.sqs.receive_message(
        QueueUrl=redrive.queue_url(bench, "jobs"),  # type: ignore[arg-type]
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
    )
    assert sorted(
        message.get("MessageAttributes", {}).get("color", {}).get("StringValue", "") for message in got["Messages"]
    ) == ["", "blue"]


def test_an_engine_in_trouble_is_not_one_without_move_tasks(bench: Bench) -> None:
    bench.put("job 1", "jobs_dead")
    bench.sqs = Broken(bench.sqs, "start_message_move_task")
    with pytest.raises(Problem, match="cannot be reached"):
        run("--yes")
    assert bench.waiting("jobs_dead") == ["job 1"]


def test_a_move_task_moves_all_dead_letters_of_a_queue(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put("job 1", "jobs_dead")
    bench.sqs = MoveTasks(bench.sqs, {"Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 1})
    assert run("--yes") == 0
    arns = {"SourceArn": bench.names.queue_arn("jobs_dead"), "DestinationArn": bench.names.queue_arn("jobs")}
    assert bench.sqs.started == [arns]
    assert "back to jobs, which feeds worker" in capsys.readouterr().out


def test_a_move_task_that_stops_half_way_is_told(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.put("job 1", "jobs_dead")
    bench.sqs = MoveTasks(bench.sqs, {"Status": "FAILED", "FailureReason": "AccessDenied"})
    assert run("--yes") == 1
    assert "then SQS stopped moving: AccessDenied" in capsys.readouterr().out


def test_with_a_limit_messages_are_moved_one_by_one(bench: Bench) -> None:
    for number in range(3):
        bench.put(f"job {number}", "jobs_dead")
    assert run("--yes", "--limit", "2") == 0
    assert len(bench.waiting("jobs")) == 2
    assert len(bench.waiting("jobs_dead")) == 1


def test_nothing_in_an_event_reaches_the_terminal_as_a_command(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.put(record("uploads/\x1b[2J.csv", responsePayload={"errorMessage": "\x1b]0;name\x07"}))
    assert run("--yes") == 0
    assert "\x1b" not in capsys.readouterr().out


def test_no_dead_letters(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "no failed events" in capsys.readouterr().out
