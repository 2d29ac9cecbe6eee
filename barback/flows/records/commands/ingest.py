"""`barback ingest`: fetch records from the public APIs now, without waiting for the schedule."""

import argparse
from typing import Any

from barback.console import say, table
from barback.engines import current_config
from barback.flows.records.ingest import analytics
from barback.flows.records.ingest import run as run_ingest
from barback.targets import target_of
from records.sources import SOURCES


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", dest="sources", action="append", choices=list(SOURCES), help="only this one; repeatable"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="the maximum number of records of each source")
    parser.add_argument("--seed", metavar="TEXT", help="a seed for randomuser, for other people than those of the day")
    parser.epilog = "An answer that is already stored is neither stored nor queued again."


def run(arguments: argparse.Namespace) -> int:
    target = target_of(current_config())
    given = {name: getattr(arguments, name) for name in ("sources", "limit", "seed")}
    payload: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    run_ingest(target, payload)
    found = analytics(target)
    say()
    say(table(("source", "records"), [*found["by_source"].items(), ("all", found["total"])]))
    return 0
