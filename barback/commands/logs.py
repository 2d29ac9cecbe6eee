"""`barback logs`: a function's log from CloudWatch Logs, or the engine's own."""

import argparse
import json
import time
from typing import Any

from botocore.exceptions import ClientError

from barback.console import say
from barback.engines import current_config, running
from barback.errors import Problem
from barback.targets import Target, target_of
from barback.terminal import plain

FOLLOW_SECONDS = 1.0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("function", nargs="?", help="its name in infra/stack.yaml (default: the engine's own log)")
    parser.add_argument("--follow", action="store_true", help="keep running, and show new lines")
    parser.add_argument("--minutes", type=int, default=60, help="how far back (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    config = current_config()
    target = target_of(config)
    if arguments.function is None:
        engines = [] if target.is_aws else running(config)
        if not engines:
            raise Problem("no engine is running, so there is no log to show", f"name a function: {_known(target)}")
        return engines[0].logs(follow=arguments.follow)
    if arguments.function not in target.stack.functions:
        raise Problem(f"there is no function {arguments.function!r}", f"name one of these: {_known(target)}")
    since = int((time.time() - arguments.minutes * 60) * 1000)
    seen: set[str] = set()
    while True:
        since = _print_since(target, arguments.function, since, seen)
        if not arguments.follow:
            return 0
        time.sleep(FOLLOW_SECONDS)


def _print_since(target: Target, function: str, since: int, seen: set[str]) -> int:
    """Prints what came since, once each; returns where to go on."""
    group = target.names.log_group(function)
    pages = target.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    try:
        events = [event for page in pages for event in page["events"]]
    except ClientError as error:
        raise Problem(f"the log of {function} cannot be read: {error}", "is it deployed? make status") from None
    for event in sorted(events, key=lambda event: int(event["timestamp"])):
        if event["eventId"] not in seen:
            seen.add(event["eventId"])
            say(f"{time.strftime('%H:%M:%S', time.localtime(event['timestamp'] / 1000))}  {_readable(event)}")
            since = max(since, int(event["timestamp"]))
    return since


def _readable(event: dict[str, Any]) -> str:
    """Our own lines without their braces; metrics and Lambda's lines as they are."""
    # AWS's runtime joins the lines of a traceback with carriage returns.
    text: str = event["message"].rstrip().replace("\r\n", "\n").replace("\r", "\n")
    try:
        line = json.loads(text)
    except ValueError:
        return text
    if not isinstance(line, dict) or "message" not in line:
        return text
    hidden = ("level", "message", "request_id", "function", "traceback", "_aws")
    shown = {k: v for k, v in line.items() if k not in hidden and v is not None}
    text = f"{line.get('level', ''):7} {line['message']}  " + "  ".join(f"{k}={v}" for k, v in shown.items())
    return "\n".join([plain(text), *str(line.get("traceback") or "").splitlines()])


def _known(target: Target) -> str:
    return ", ".join(target.stack.functions)
