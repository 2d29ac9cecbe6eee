"""`barback bar`: store which bottles you have, for `barback cocktails --bar`."""

import argparse

from barback.console import say
from barback.flows.cocktails import bar

NEXT = "\nWhat it makes: barback cocktails --bar; with one more bottle: barback cocktails --missing 1"


def add(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for action, text in (("add", "put ingredients in"), ("remove", "take ingredients out")):
        chosen = actions.add_parser(action, help=text)
        chosen.add_argument("names", nargs="+", metavar="INGREDIENT", help="gin, lime, 'sweet vermouth'")
    actions.add_parser("clear", help="remove everything")


def run(arguments: argparse.Namespace) -> int:
    match arguments.action:
        case "add":
            found = bar.add(arguments.names)
        case "remove":
            found = bar.remove(arguments.names)
        case "clear":
            found = bar.clear()
        case _:
            found = bar.read()
    say(bar.shown(found) + (NEXT if found else ""))
    return 0
