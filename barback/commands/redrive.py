"""`barback redrive`: shows the failed events, and sends them again if you confirm."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

from botocore.exceptions import BotoCoreError, ClientError

from barback.console import Step, ask, say, table
from barback.engines import current_config
from barback.errors import Problem
from barback.failed_events import redrive
from barback.failed_events.queue import Message
from barback.targets import Target, target_of
from barback.terminal import clip, plain

SHOWN = 20  # of each list
LONGEST = 60  # characters of a text in the list


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="only show the events")
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
        raise Problem(f"the failed events cannot be reached: {error}", hint) from None


def _redrive(target: Target, arguments: argparse.Namespace, agreed: bool) -> int:
    limit = arguments.limit
    until = datetime.now(UTC)
    found = _look(target, arguments.function, limit)
    moves = _look_at_messages(target, arguments.function, limit or redrive.LOOK_AT_MOST)
    if not found and not moves:
        say("no failed events to send again")
        return 0
    if arguments.list:
        return 0
    # Of more than can be looked at, all that were there when we looked are meant.
    rest = {
        queue: redrive.all_of(target, arguments.function, until) for queue, f in found.items() if f.more and not limit
    }
    count = sum(map(len, moves.values())) + sum(
        redrive.dead_letters(target, queue).count() if queue in rest else len(f.letters) for queue, f in found.items()
    )
    about = "about " if rest else ""
    if not (agreed or ask(f"\nSend {about}{_count(count, 'failed event')} again?")):
        say("nothing was sent; with YES=1 they are sent without asking")
        return 0
    sent = chain(
        *(redrive.send(target, queue, f.letters, rest.get(queue)) for queue, f in found.items()),
        *(redrive.move(target, queue, messages if limit else None) for queue, messages in moves.items()),
    )
    kept = _told(sent, count)
    if kept:
        say(f"{_count(kept, 'failed event')} stayed in place")
    return int(kept > 0)


def _look(target: Target, function: str | None, limit: int | None) -> dict[str, redrive.Found]:
    """Failed events by queue, the first of them shown."""
    results = {}
    for queue in redrive.failure_queues(target.stack):
        found = redrive.look(target, queue, function, limit or redrive.LOOK_AT_MOST)
        if found.letters or (found.more and not limit):
            results[queue] = found
            total = redrive.dead_letters(target, queue).count() if found.more and not limit else len(found.letters)
            say(f"{queue}: {'about ' * found.more}{_count(total, 'failed event')}\n")
            rows = [
                (x.function, _short(x.event.what), _short(x.event.error), x.event.attempts or "?",
                 _ago(x.event.failed or x.message.sent))
                for x in found.letters[:SHOWN]
            ]  # fmt: skip
            say(table(("function", "about", "error", "attempts", "failed"), rows))
            if total > len(rows):
                say(f"… and {total - len(rows):,} more")
        for stuck in found.stuck[:SHOWN]:
            say(plain(f"! {queue}: message {stuck.message.id} stays: {stuck.why}"))
        if len(found.stuck) > SHOWN:
            say(f"! {queue}: {len(found.stuck) - SHOWN:,} more messages stay")
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


def _told(outcomes: Iterable[redrive.Sent], total: int) -> int:
    """Sends, and tells how far it is and what did not go well; how many stayed in place."""
    sent = kept = 0
    problems: list[str] = []
    try:
        with Step("sending failed events again") as step:
            for outcome in outcomes:
                sent, kept = sent + outcome.sent, kept + (not outcome.sent)
                if outcome.problem:
                    problems.append(f"{'✓' if outcome.sent else '✗'} {outcome.what}: {outcome.problem}")
                step.detail(f"{sent + kept:,} of {max(total, sent + kept):,}")
                step.note(f"{sent:,} sent")
    finally:
        for problem in problems[:SHOWN]:
            say(plain(problem))
        if len(problems) > SHOWN:
            say(f"… and {len(problems) - SHOWN:,} more problems")
    return kept


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
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of failed events; give 1 or more")
    return int(text)
