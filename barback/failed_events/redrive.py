"""Sends again what failed: failed events to their functions, messages of a dead-letter queue to where they came from.

A message is deleted only after its function or queue has taken what it held. If the two are torn apart, the event is
sent twice, which every flow bears; it is never lost. Ten at a time are sent side by side and deleted in one call; a run
that is broken off leaves the rest where it is, for the next.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.failed_events.listed import listed
from barback.failed_events.queue import BATCH, DeadLetters, FailedEvent, Message, Unreadable, read
from barback.polling import wait_for
from barback.stack.model import QueueTrigger, Stack
from barback.targets import Target

LOOK_AT_MOST = 200  # messages of a queue that are looked at before all are sent
SEND_SECONDS = 60  # how long the ten messages that are sent again just now are hidden from others
GONE = "it is no longer there: someone else took it, or looks at it right now"
MOVE_SECONDS = 300
ACCEPTED = 202
# How engines say that they do not know a call; some only by the status 501.
UNKNOWN_CALL = ("InvalidAction", "UnknownOperationException", "NotImplemented")
NOT_IMPLEMENTED = 501


@dataclass(frozen=True)
class Letter:
    """A failed event that can be sent again."""

    message: Message
    function: str  # its name in the stack
    event: FailedEvent


@dataclass(frozen=True)
class Stuck:
    """A message that stays, and why."""

    message: Message
    why: str


@dataclass(frozen=True)
class Sent:
    what: str
    sent: bool
    problem: str = ""


@dataclass(frozen=True)
class Found:
    letters: list[Letter]
    stuck: list[Stuck]
    more: bool  # there may be more than was looked at


Choice = Callable[[Message], Letter | None]


def failure_queues(stack: Stack) -> list[str]:
    """The queues that keep the failed events of functions."""
    return list(dict.fromkeys(f.failed_events for f in stack.functions.values() if f.failed_events))


def message_queues(stack: Stack) -> dict[str, str]:
    """Queues whose messages end in another one after too many tries: the queue → its dead-letter queue."""
    return {name: queue.dead_letters for name, queue in stack.queues.items() if queue.dead_letters}


def consumer(stack: Stack, queue: str) -> str | None:
    """The function that a queue feeds."""
    for name, function in stack.functions.items():
        if any(isinstance(trigger, QueueTrigger) and trigger.queue == queue for trigger in function.triggers):
            return name
    return None


def dead_letters(target: Target, queue: str) -> DeadLetters:
    return DeadLetters(target.client("sqs"), queue_url(target, queue))


def queue_url(target: Target, queue: str) -> str:
    url: str = target.client("sqs").get_queue_url(QueueName=target.names.queue(queue))["QueueUrl"]
    return url


def look(target: Target, queue: str, function: str | None, limit: int) -> Found:
    """What in a queue of failed events can be sent again (of one function, if named), and what cannot."""
    most = max(LOOK_AT_MOST, limit)
    return _sorted_out(target, dead_letters(target, queue).look(most), function, limit, most)


def peek(target: Target, queue: str, limit: int) -> Found:
    """The same, without receiving the messages where the engine lists them."""
    return _sorted_out(target, peek_at_messages(target, queue, limit), None, limit, limit)


def peek_at_messages(target: Target, queue: str, limit: int) -> list[Message]:
    """The oldest messages of a queue, first of all the oldest; received only where they cannot be listed."""
    if target.endpoint is None:
        return dead_letters(target, queue).look(limit)
    messages = sorted(map(Message.of, listed(target.endpoint, queue_url(target, queue))), key=lambda each: each.sent)
    return messages[:limit]


def _sorted_out(target: Target, messages: list[Message], function: str | None, limit: int, most: int) -> Found:
    known = {target.names.function(name): name for name in target.stack.functions}
    letters: list[Letter] = []
    stuck: list[Stuck] = []
    for message in messages:
        try:
            letter = _letter(message, known)
        except Unreadable as reason:
            stuck.append(Stuck(message, str(reason)))
            continue
        if function in (None, letter.function):
            letters.append(letter)
    return Found(letters[:limit], stuck, more=len(messages) == most)


def _letter(message: Message, known: Mapping[str, str]) -> Letter:
    event = read(message.body)
    if event.function not in known:
        raise Unreadable(f"its function is {event.function}, which this stack does not have")
    return Letter(message, known[event.function], event)


def all_of(target: Target, function: str | None, until: datetime) -> Choice:
    """Chooses every failed event (of one function, if named) that was there at a moment: what is sent now and fails
    once more comes later, and is not sent in a circle."""
    known = {target.names.function(name): name for name in target.stack.functions}

    def choose(message: Message) -> Letter | None:
        try:
            letter = _letter(message, known)
        except Unreadable:
            return None
        return letter if function in (None, letter.function) and message.sent <= until else None

    return choose


def send(target: Target, queue: str, letters: Iterable[Letter], rest: Choice | None = None) -> Iterator[Sent]:
    """Sends exactly these again, and with `rest` what that chooses of all others."""
    waiting = {letter.message.id: letter for letter in letters}
    failed_events = dead_letters(target, queue)

    def invoke(letter: Letter) -> str:
        payload = json.dumps(letter.event.payload).encode()
        name = target.names.called(letter.function)
        try:
            answer = target.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as error:
            return f"{letter.function} did not take it: {error}"
        status = answer["StatusCode"]
        return "" if status == ACCEPTED else f"{letter.function} answered {status}, not {ACCEPTED}"

    with failed_events.taking(SEND_SECONDS) as batches, ThreadPoolExecutor(BATCH) as pool:
        while (waiting or rest) and (batch := next(batches, None)):
            chosen: list[tuple[Message, Letter]] = []
            for message in batch:
                if letter := waiting.pop(message.id, None) or (rest(message) if rest else None):
                    chosen.append((message, letter))
            problems = list(pool.map(invoke, [letter for _, letter in chosen]))
            names = [letter.event.what for _, letter in chosen]
            yield from _done(failed_events, [message for message, _ in chosen], names, problems)
    for letter in waiting.values():
        yield Sent(letter.event.what, False, GONE)


def _done(queue: DeadLetters, messages: list[Message], names: list[str], problems: list[str]) -> Iterator[Sent]:
    """Deletes what was taken; what was not stays."""
    taken = [message for message, problem in zip(messages, problems, strict=True) if not problem]
    try:
        kept = queue.delete(taken)
    except (ClientError, BotoCoreError) as error:
        kept = dict.fromkeys((message.id for message in taken), str(error))
    for message, name, problem in zip(messages, names, problems, strict=True):
        if problem:
            yield Sent(name, False, problem)
        elif why := kept.get(message.id):
            yield Sent(name, True, f"sent, but still in the queue, so the next redrive sends it twice: {why}")
        else:
            yield Sent(name, True)


def move(target: Target, queue: str, messages: list[Message] | None) -> Iterator[Sent]:
    """Puts the messages of a queue's dead-letter queue back into it: those given, or all with a move task of SQS."""
    dead = target.stack.queues[queue].dead_letters
    assert dead
    if messages is None and (outcome := _move_all(target, queue, dead)) is not None:
        yield outcome
        return
    waiting = {message.id for message in messages or ()}
    until = datetime.now(UTC)
    sqs, url, letters = target.client("sqs"), queue_url(target, queue), dead_letters(target, dead)

    def put(message: Message) -> str:
        try:
            sqs.send_message(QueueUrl=url, MessageBody=message.body, MessageAttributes=_sendable(message))
        except (ClientError, BotoCoreError) as error:
            return f"queue {queue} did not take it: {error}"
        return ""

    with letters.taking(SEND_SECONDS) as batches, ThreadPoolExecutor(BATCH) as pool:
        while (waiting or messages is None) and (batch := next(batches, None)):
            chosen = [m for m in batch if m.id in waiting or (messages is None and m.sent <= until)]
            waiting.difference_update(message.id for message in chosen)
            names = [f"message {message.id}" for message in chosen]
            yield from _done(letters, chosen, names, list(pool.map(put, chosen)))
    for gone in sorted(waiting):
        yield Sent(f"message {gone}", False, GONE)


def _move_all(target: Target, queue: str, dead: str) -> Sent | None:
    """What a move task of SQS came to; None where the engine has no such tasks."""
    sqs, source = target.client("sqs"), target.names.queue_arn(dead)
    try:
        sqs.start_message_move_task(SourceArn=source, DestinationArn=target.names.queue_arn(queue))
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if error.response["Error"]["Code"] in UNKNOWN_CALL or status == NOT_IMPLEMENTED:
            return None
        raise

    def ended() -> dict[str, Any] | None:
        task: dict[str, Any] = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"][0]
        return None if task["Status"] in ("RUNNING", "CANCELLING") else task

    task = wait_for(ended, f"the end of moving {dead} to {queue}", seconds=MOVE_SECONDS)
    what = f"{task.get('ApproximateNumberOfMessagesMoved', 0)} messages"
    if task["Status"] == "COMPLETED":
        return Sent(what, True)
    return Sent(what, False, f"then SQS stopped moving: {task.get('FailureReason') or task['Status']}")


def _sendable(message: Message) -> dict[str, Any]:
    """Attributes as a send takes them: without the empty lists that some engines answer with."""
    return {name: {key: part for key, part in value.items() if part} for name, value in message.attributes.items()}
