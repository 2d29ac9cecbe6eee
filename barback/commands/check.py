"""`barback check`: is the stack right, and what does it hold?"""

import argparse
from pathlib import Path

from barback.console import say
from barback.paths import STACK
from barback.stack.load import load


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stack", nargs="?", type=Path, default=STACK, help="the file (default: infra/stack.yaml)")


def run(arguments: argparse.Namespace) -> int:
    stack = load(arguments.stack)
    parts = (
        (stack.buckets, "buckets"),
        (stack.tables, "tables"),
        (stack.queues, "queues"),
        (stack.functions, "functions"),
    )
    say(f"{arguments.stack.name} is right: " + ", ".join(f"{len(found)} {kind}" for found, kind in parts))
    return 0
