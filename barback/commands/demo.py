"""`barback demo`: from nothing to results. Starts the environment; each flow shows what it does, and what to try."""

import argparse

from barback.commands.up import AWSLOCAL, start
from barback.config import read_config
from barback.console import say
from barback.flows import flows_of
from barback.flows.flow import Shell
from barback.targets import target_of


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "You can run it again: the same files give the same results."


def run(arguments: argparse.Namespace) -> int:
    target = target_of(start(read_config()).config)
    flows = flows_of(target.stack)
    for flow in flows:
        flow.demo(target)
        say()
    shell = Shell(AWSLOCAL, target)
    say("Try next:")
    for hint in [hint for flow in flows for hint in flow.hints(shell)]:
        say(f"  {hint}")
    say(f"  open {target.config.api} in a browser")
    say("Change it: edit lambda_src/, then `make up`; test it with `make test`; stop it with `make down`.")
    return 0
