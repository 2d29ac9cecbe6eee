"""`barback check`: is the stack valid, does it fit the code, and what does it hold?"""

import argparse
from pathlib import Path

from barback.console import say
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.checks import remarks
from barback.stack.load import load


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stack", nargs="?", type=Path, default=STACK, help="the file (default: infra/stack.yaml)")


def run(arguments: argparse.Namespace) -> int:
    stack = load(arguments.stack, LAMBDA_SRC)
    parts = (
        (stack.buckets, "bucket"),
        (stack.tables, "table"),
        (stack.queues, "queue"),
        (stack.functions, "function"),
    )
    held = ", ".join(f"{len(found)} {kind}{'s' * (len(found) != 1)}" for found, kind in parts)
    say(f"{arguments.stack.name} is valid: {held}")
    for remark in remarks(stack):
        say(f"  note: {remark}")
    return 0
