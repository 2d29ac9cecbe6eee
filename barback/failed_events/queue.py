"""What lies in a queue of failures: looking at it without keeping it from others, and reading the events in it.

Lambda leaves a record of an asynchronous invocation that failed for good; the event itself is its `requestPayload`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import unquote_plus

LOOK_SECONDS = 30  # how long a message is hidden from others while we look; given back as soon as we have
WAIT_SECONDS = 1  # asks all of a queue's servers; without a wait an answer may leave messages out
BATCH = 10  # the most that SQS gives or takes at once


class Unreadable(Exception):
    """A message that is no record of a failed event, or not of a function in this stack. It stays where it is."""


@dataclass(frozen=True)
class Message:
    id: str
    receipt: str
    body: str
    sent: datetime
    receives: int
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        system = raw["Attributes"]
        return cls(
            id=raw["MessageId"],
            receipt=raw["ReceiptHandle"],
            body=raw["Body"],
            sent=datetime.fromtimestamp(int(system["SentTimestamp"]) / 1000, UTC),
            receives=int(system["ApproximateReceiveCount"]),
            attributes=raw.get("MessageAttributes", {}),
        )


class DeadLetters:
    """One queue. Whatever is taken from it and not deleted is given back, however the taking ends."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url
        self._held: dict[str, Message] = {}

    def look(self, most: int) -> list[Message]:
        """Up to `most` messages, oldest first, all of them given back."""
        found: list[Message] = []
        with self.taking(LOOK_SECONDS) as batches:
            for batch in batches:
                found += batch
                if len(found) >= most:
                    break
        return sorted(found[:most], key=lambda message: message.sent)

    def count(self) -> int:
        """About how many messages there are, those that somebody holds just now included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return sum(map(int, answer["Attributes"].values()))

    @contextmanager
    def taking(self, hidden_seconds: int) -> Iterator[Iterator[list[Message]]]:
        """Every message once, in batches as SQS hands them out, until the queue gives no new one."""
        try:
            yield self._take(hidden_seconds)
        finally:
            self._give_back()

    def delete(self, messages: Sequence[Message]) -> dict[str, str]:
        """Deletes up to ten messages; what hindered it, by the number of the message that is still there."""
        if not messages:
            return {}
        entries = [{"Id": str(n), "ReceiptHandle": message.receipt} for n, message in enumerate(messages)]
        answer = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        problems = {messages[int(failed["Id"])].id: failed["Code"] for failed in answer.get("Failed", ())}
        for message in messages:
            if message.id not in problems:
                self._held.pop(message.id, None)
        return problems

    def _take(self, hidden_seconds: int) -> Iterator[list[Message]]:
        seen: set[str] = set()
        while new := [message for message in self._receive(hidden_seconds) if message.id not in seen]:
            seen.update(message.id for message in new)
            self._held.update({message.id: message for message in new})
            yield new

    def _receive(self, hidden_seconds: int) -> list[Message]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        return [Message.of(raw) for raw in answer.get("Messages", ())]

    def _give_back(self) -> None:
        """Makes what is held visible to others at once; failing that, it becomes so by itself a little later."""
        messages = list(self._held.values())
        self._held.clear()
        for start in range(0, len(messages), BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": 0}
                for number, message in enumerate(messages[start : start + BATCH])
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)


@dataclass(frozen=True)
class FailedEvent:
    """An event whose retries were used up."""

    function: str  # its real name, without version
    payload: Any
    what: str  # the keys or the like that it is about
    error: str
    attempts: int
    failed: datetime | None


def read(body: str) -> FailedEvent:
    """Reads a record that Lambda left in an on-failure destination."""
    try:
        record = json.loads(body)
    except ValueError:
        raise Unreadable("it is not JSON") from None
    if not isinstance(record, dict) or not isinstance(record.get("requestContext"), dict):
        raise Unreadable("it has no requestContext: it is no record of a failed invocation")
    if "requestPayload" not in record:
        raise Unreadable("it has no requestPayload: there is no event to send again")
    context = record["requestContext"]
    parts = str(context.get("functionArn", "")).split(":")
    if len(parts) < 7 or parts[5] != "function":
        raise Unreadable(f"its functionArn is {context.get('functionArn')!r}, which names no function")
    return FailedEvent(
        function=parts[6],
        payload=record["requestPayload"],
        what=describe(record["requestPayload"]),
        error=_error(record.get("responsePayload"), str(context.get("condition", ""))),
        attempts=attempts if isinstance(attempts := context.get("approximateInvokeCount"), int) else 0,
        failed=_moment(record.get("timestamp")),
    )


def describe(payload: Any) -> str:
    """What an event is about, in a few words: the keys of an S3 event, else the names of its fields."""
    if not isinstance(payload, dict):
        return json.dumps(payload)
    records = payload.get("Records")
    if isinstance(records, list) and records:
        try:
            return ", ".join(unquote_plus(record["s3"]["object"]["key"]) for record in records)
        except (KeyError, TypeError, AttributeError):
            return f"{len(records)} record{'s' * (len(records) != 1)}"
    if payload.get("source") == "aws.events":
        return "its schedule"
    return "fields " + ", ".join(sorted(payload)) if payload else "an empty event"


def _error(response: Any, condition: str) -> str:
    if isinstance(response, dict) and (response.get("errorMessage") or response.get("errorType")):
        return ": ".join(str(response[key]) for key in ("errorType", "errorMessage") if response.get(key))
    return {"EventAgeExceeded": "it waited too long", "RetriesExhausted": "retries used up"}.get(condition, condition)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
