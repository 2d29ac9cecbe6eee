"""`barback status`: which engine runs, what is deployed on it, and what waits in its queues."""

import argparse
from collections.abc import Sequence

from barback.console import say, table
from barback.diagnosis import function_state, queue_length
from barback.engines import current_config, running
from barback.flows import flows_of
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
            say("nothing runs; start it: make up")
            return 3
        for engine in engines:
            status = engine.status()
            healthy = healthy and status.state == "ready"
            say(f"engine    {engine.name}: {status.state} {f'({status.detail})' if status.detail else ''}".rstrip())
        say(f"endpoint  {config.endpoint}\nregion    {config.region}\n")
        if not healthy:
            return 1
    else:
        say(f"AWS account {target.names.account}, region {config.region}, environment {config.env}\n")
    return 0 if _deployed(target) else 1


def _deployed(target: Target) -> bool:
    states = {name: function_state(target, name) for name in target.stack.functions}
    starts = {name: _starts(function.triggers) for name, function in target.stack.functions.items()}
    say(table(("function", "state", "starts on"), [(name, states[name], starts[name]) for name in states]))
    if target.stack.queues:
        say()
        say(table(("queue", "messages"), [(name, queue_length(target, name)) for name in target.stack.queues]))
    if all(state == "Active" for state in states.values()):
        figures = [(flow.name, *figure) for flow in flows_of(target.stack) for figure in flow.figures(target)]
        say()
        say(table(("flow", "what", "how many"), figures))
        return True
    return False


def _starts(triggers: Sequence[object]) -> str:
    words = []
    for trigger in triggers:
        fields = vars(trigger)
        if "bucket" in fields:
            words.append(f"{fields['bucket']}/{fields['prefix']}*{fields['suffix']}")
        else:
            words.append(fields.get("schedule") or ("HTTP" if "http" in fields else f"queue {fields['queue']}"))
    return ", ".join(words) or "being invoked"
