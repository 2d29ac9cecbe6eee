"""`barback cocktails`: show the stored drinks by what they are made of; fetch them first."""

import argparse
import sys
from typing import Any

from barback.config import read_config
from barback.console import say, say_json
from barback.flows.cocktails.fetch import as_json, ask, fetch, render
from barback.targets import target_of

MOST = 20
ALL = 1 << 30


def add(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("show the drinks that")
    asked.add_argument(
        "--with", dest="made_with", action="append", default=[], metavar="INGREDIENT", help="have it; repeatable"
    )
    asked.add_argument("--mocktails", action="store_true", help="have no alcohol")
    asked.add_argument("--category", help="are of a category, such as cocktail or shot")
    fetched = parser.add_argument_group("fetch first")
    what = fetched.add_mutually_exclusive_group()
    what.add_argument("--fetch", action="store_true", help="the whole catalogue")
    what.add_argument("--letters", metavar="ABC", help="the drinks that start with these letters")
    what.add_argument("--id", dest="ids", action="append", metavar="NUMBER", help="one drink; repeatable")
    what.add_argument("--random", type=int, metavar="N", help="so many drinks by chance")
    what.add_argument("--non-alcoholic", action="store_true", help="what the catalogue lists as non-alcoholic")
    fetched.add_argument("--again", action="store_true", help="even what is there unchanged, to apply changed code")
    parser.add_argument("--all", action="store_true", help=f"show all that is found, not the first {MOST}")
    parser.add_argument("--json", action="store_true", help="print the drinks as JSON, whole")


def run(arguments: argparse.Namespace) -> int:
    target = target_of(read_config())
    payload = _payload(arguments)
    if payload is not None:
        say(fetch(target, payload), sys.stderr)
    drinks = ask(target, arguments.made_with, mocktails=arguments.mocktails, category=arguments.category)
    if arguments.json:
        say_json(as_json(drinks))
    else:
        say(render(drinks, ALL if arguments.all else MOST))
    return 0


def _payload(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """What to ask the fetch for; nothing, if nothing is to be fetched."""
    again = {"again": True} if arguments.again else {}
    if arguments.non_alcoholic:
        return {"filter": "Non_Alcoholic", **again}
    for name in ("letters", "ids", "random"):
        value = getattr(arguments, name)
        if value is not None:
            return {name: value, **again}
    return again if arguments.fetch or arguments.again else None
