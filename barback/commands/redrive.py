"""`barback redrive`: shows the dead letters, and sends them again once that is wanted."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from barback.console import ask, say, table
from barback.engines import current_config
from barback.errors import Problem
from barback.failed_events import redrive
from barback.failed_events.queue import Message
from barback.targets import Target, target_of
from barback.terminal import clip, plain

LONGEST = 60  # characters of a text in the list


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="only show what there is")
    parser.add_argument("--function", metavar="NAME", help="only what failed in this function")
    parser.add_argument("--limit", type=_positive, metavar="N", help="the oldest N of each queue")
    parser.add_argument("--yes", action="store_true", help="send without asking (or YES=1)")


def run(arguments: argparse.Namespace) -> int:
    config = current_config()
    target = target_of(config)
    known = target.stack.functions
    if arguments.function and arguments.function not in known:
        raise Problem(f"there is no function {arguments.function!r}", f"name one of these: {', '.join(known)}")
    try:
        return _redrive(target, arguments, config.yes or arguments.yes)
    except (ClientError, BotoCoreError) as error:
        hint = "nothing was lost; see what runs and is deployed: make status"
        raise Problem(f"the dead letters cannot be reached: {error}", hint) from None


def _redrive(target: Target, arguments: argparse.Namespace, agreed: bool) -> int:
    limit = arguments.limit or redrive.LOOK_AT_MOST
    found = _look(target, arguments.function, limit)
    moves = _look_at_messages(target, arguments.function, limit)
    count = sum(len(f.letters) for f in found.values()) + sum(map(len, moves.values()))
    if not count:
        say("no dead letters to send again")
        return 0
    if arguments.list:
        return 0
    if not (agreed or ask(f"\nSend {_count(count, 'dead letter')} again?")):
        say("nothing was sent; with YES=1 they are sent without asking")
        return 0
    outcomes = [o for queue, f in found.items() for o in _told(redrive.send(target, queue, f.letters))]
    for queue, messages in moves.items():
        outcomes += _told(redrive.move(target, queue, messages if arguments.limit else None))
    kept = sum(not outcome.sent for outcome in outcomes)
    if kept:
        say(f"{_count(kept, 'dead letter')} stayed in place")
    return int(kept > 0)


def _look(target: Target, function: str | None, limit: int) -> dict[str, redrive.Found]:
    """Failed events by queue, shown."""
    results = {}
    for queue in redrive.failure_queues(target.stack):
        found = redrive.look(target, queue, function, limit)
        if found.letters:
            results[queue] = found
            say(f"{queue}: {_count(len(found.letters), 'failed event')}{', and there may be more' * found.more}\n")
            say(
                table(
                    ("function", "about", "error", "attempts", "failed"),
                    [
                        (x.function, _short(x.event.what), _short(x.event.error), x.event.attempts or "?",
                         _ago(x.event.failed or x.message.sent))
                        for x in found.letters
                    ],
                )
            )  # fmt: skip
        for stuck in found.stuck:
            say(plain(f"! {queue}: message {stuck.message.id} stays: {stuck.why}"))
    return results


def _look_at_messages(target: Target, function: str | None, limit: int) -> dict[str, list[Message]]:
    """Dead messages by the queue they came from, shown."""
    results = {}
    for queue, dead in redrive.message_queues(target.stack).items():
        feeds = redrive.consumer(target.stack, queue)
        if function not in (None, feeds):
            continue
        messages = redrive.dead_letters(target, dead).look(limit)
        if messages:
            results[queue] = messages
            say(f"{dead}: {_count(len(messages), 'message')}, back to {queue}, which feeds {feeds or 'nothing here'}\n")
            rows = [(_short(message.body), message.receives, _ago(message.sent)) for message in messages]
            say(table(("message", "receives", "sent"), rows))
    return results


def _told(outcomes: Iterable[redrive.Outcome]) -> list[redrive.Outcome]:
    done = []
    for outcome in outcomes:
        problem = f": {outcome.problem}" if outcome.problem else ""
        say(plain(f"{'✓' if outcome.sent else '✗'} {outcome.what}{problem}"))
        done.append(outcome)
    return done


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + "s" * (number != 1)


def _short(text: str) -> str:
    """One line of it, safe for a terminal: it comes from files and messages of others."""
    return clip(plain(" ".join(text.split())), LONGEST)


def _ago(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of dead letters; give 1 or more")
    return int(text)
