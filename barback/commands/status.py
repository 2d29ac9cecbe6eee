"""`barback status`: which engine runs, what is deployed on it, and what waits in its queues."""

import argparse
from datetime import timedelta
from typing import Any

from barback.console import say, table
from barback.engines import current_config, running
from barback.harness.server import answers
from barback.pipeline import pipeline, starts_on
from barback.targets import Target, target_of


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "The exit code is 0 when everything is ready, 1 when something failed, 3 when nothing runs."


def run(arguments: argparse.Namespace) -> int:
    config = current_config()
    target = target_of(config)
    healthy = True
    if not target.is_aws:
        engines = running(config)
        if not engines:
            say("nothing is running; start it: make up")
            return 3
        for engine in engines:
            status = engine.status()
            healthy = healthy and status.state == "ready"
            say(f"engine    {engine.name}: {status.state} {f'({status.detail})' if status.detail else ''}".rstrip())
        say(f"API       {config.api}{'' if answers(config.api) else ' (it does not answer: make up)'}")
        say(f"endpoint  {config.endpoint}\nregion    {config.region}\n")
        if not healthy:
            return 1
    else:
        say(f"AWS account {target.names.account}, region {config.region}, environment {config.env}\n")
    return 0 if _deployed(target) else 1


def _deployed(target: Target) -> bool:
    found = pipeline(target)
    states = found["functions"]
    starts = {
        name: ", ".join(starts_on(function.triggers)) or "direct invocation"
        for name, function in target.stack.functions.items()
    }
    say(table(("function", "state", "starts on"), [(name, states[name], starts[name]) for name in states]))
    if found["queues"]:
        say()
        head = ("queue", "waiting", "in work", "oldest")
        say(table(head, [(name, q["waiting"], q["in_work"], _age(q)) for name, q in found["queues"].items()]))
    if not all(state == "Active" for state in states.values()):
        return False
    figures = [(flow, what, value) for flow, told in found["flows"].items() for what, value in told.items()]
    say()
    say(table(("flow", "what", "how many"), figures))
    return True


def _age(queue: dict[str, Any]) -> str:
    """How long the oldest message has waited."""
    seconds = queue["oldest_seconds"]
    return "–" if seconds is None else str(timedelta(seconds=seconds))
