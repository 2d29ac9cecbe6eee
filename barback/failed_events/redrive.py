"""Sends dead letters again: failed events to their functions, messages of a dead-letter queue to where they came from.

A message is deleted only after its function or queue has taken what it held. If the two are torn apart, the event is
sent twice, which every flow bears; it is never lost.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.failed_events.queue import DeadLetters, FailedEvent, Message, Unreadable, read
from barback.polling import wait_for
from barback.stack.model import QueueTrigger, Stack
from barback.targets import Target

LOOK_AT_MOST = 1000  # messages of a queue in one run
SEND_SECONDS = 120  # how long messages are hidden from others while they are sent again
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
class Outcome:
    what: str
    sent: bool
    problem: str = ""


@dataclass(frozen=True)
class Found:
    letters: list[Letter]
    stuck: list[Stuck]
    more: bool  # there may be more than was looked at


def failure_queues(stack: Stack) -> list[str]:
    """The queues that keep the failed events of functions."""
    return list(dict.fromkeys(f.failed_events for f in stack.functions.values() if f.failed_events))


def message_queues(stack: Stack) -> dict[str, str]:
    """Queues whose messages end in another one after too many tries: the queue → where its dead letters lie."""
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
    known = {target.names.function(name): name for name in target.stack.functions}
    letters: list[Letter] = []
    stuck: list[Stuck] = []
    messages = dead_letters(target, queue).look(LOOK_AT_MOST)
    for message in messages:
        try:
            letter = _letter(message, known)
        except Unreadable as reason:
            stuck.append(Stuck(message, str(reason)))
            continue
        if function in (None, letter.function):
            letters.append(letter)
    return Found(letters[:limit], stuck, more=len(messages) == LOOK_AT_MOST)


def _letter(message: Message, known: Mapping[str, str]) -> Letter:
    event = read(message.body)
    if event.function not in known:
        raise Unreadable(f"its function is {event.function}, which this stack does not have")
    return Letter(message, known[event.function], event)


def send(target: Target, queue: str, letters: Iterable[Letter]) -> Iterator[Outcome]:
    """Sends exactly these again; what has come since is left for the next time."""
    waiting = {letter.message.id: letter for letter in letters}
    letters_of = dead_letters(target, queue)
    with letters_of.taking(SEND_SECONDS) as messages:
        while waiting and (message := next(messages, None)):
            if letter := waiting.pop(message.id, None):
                yield _send_one(target, letters_of, letter, message)
    for letter in waiting.values():
        yield Outcome(letter.event.what, False, "it is no longer there: someone else took it, or looks at it right now")


def _send_one(target: Target, queue: DeadLetters, letter: Letter, message: Message) -> Outcome:
    payload = json.dumps(letter.event.payload).encode()
    name = target.names.function(letter.function)
    try:
        answer = target.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    except (ClientError, BotoCoreError) as error:
        return Outcome(letter.event.what, False, f"{letter.function} did not take it: {error}")
    if answer["StatusCode"] != ACCEPTED:
        return Outcome(letter.event.what, False, f"{letter.function} answered {answer['StatusCode']}, not {ACCEPTED}")
    return _delete(queue, message, letter.event.what)


def _delete(queue: DeadLetters, message: Message, what: str) -> Outcome:
    try:
        queue.delete(message)
    except (ClientError, BotoCoreError) as error:
        return Outcome(what, True, f"sent, but still in the queue, so the next redrive sends it twice: {error}")
    return Outcome(what, True)


def move(target: Target, queue: str, messages: list[Message] | None) -> Iterator[Outcome]:
    """Puts the dead letters of a queue back into it: those given, or all with a move task of SQS."""
    dead = target.stack.queues[queue].dead_letters
    assert dead
    if messages is None:
        if (outcome := _move_all(target, queue, dead)) is not None:
            yield outcome
            return
        messages = dead_letters(target, dead).look(LOOK_AT_MOST)
    waiting = {message.id for message in messages}
    sqs, url, letters_of = target.client("sqs"), queue_url(target, queue), dead_letters(target, dead)
    with letters_of.taking(SEND_SECONDS) as taken:
        while waiting and (message := next(taken, None)):
            if message.id not in waiting:
                continue
            waiting.discard(message.id)
            try:
                sqs.send_message(QueueUrl=url, MessageBody=message.body, MessageAttributes=_sendable(message))
            except (ClientError, BotoCoreError) as error:
                yield Outcome(f"message {message.id}", False, f"queue {queue} did not take it: {error}")
            else:
                yield _delete(letters_of, message, f"message {message.id}")
    for gone in sorted(waiting):
        yield Outcome(f"message {gone}", False, "it is no longer there: someone else took it, or looks at it right now")


def _move_all(target: Target, queue: str, dead: str) -> Outcome | None:
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
        return Outcome(what, True)
    return Outcome(what, False, f"then SQS stopped moving: {task.get('FailureReason') or task['Status']}")


def _sendable(message: Message) -> dict[str, Any]:
    """Attributes as a send takes them: without the empty lists that some engines answer with."""
    return {name: {key: part for key, part in value.items() if part} for name, value in message.attributes.items()}
