"""`barback cost`: an estimate of the monthly bill on AWS, for a load that you give."""

import argparse
from collections import defaultdict

from barback.aws.cost import ASSUMPTIONS, Load, estimate, takers_of
from barback.console import say, table
from barback.errors import Problem
from barback.paths import STACK
from barback.stack.load import load


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uploads",
        type=_amount,
        default=100,
        help="uploads by users per day; shared by the functions that they trigger (%(default)s)",
    )
    parser.add_argument("--to", metavar="FUNCTION", help="the function that all these uploads trigger")
    parser.add_argument("--mb", type=_amount, default=1, help="size of an upload in MB (%(default)s)")
    parser.add_argument(
        "--messages",
        type=_amount,
        default=1000,
        help="messages per day in each queue that has a consumer (%(default)s)",
    )
    parser.add_argument("--requests", type=_amount, default=1000, help="HTTP requests a day (%(default)s)")
    parser.add_argument("--all", action="store_true", help="every line, not only the most expensive ones")


def run(arguments: argparse.Namespace) -> int:
    stack = load(STACK)
    takers = takers_of(stack)
    if arguments.to and arguments.to not in takers:
        raise Problem(f"people's uploads do not start {arguments.to}", f"choose one of {', '.join(takers)}")
    given = Load(arguments.uploads, arguments.mb, arguments.messages, arguments.to, arguments.requests)
    lines = estimate(stack, given)
    by_service: dict[str, float] = defaultdict(float)
    for line in lines:
        by_service[line.service] += line.dollars
    most_expensive = sorted(lines, key=lambda line: -line.dollars)[: None if arguments.all else 8]
    say(
        f"{arguments.uploads:g} uploads of {arguments.mb:g} MB, {arguments.messages:g} messages and "
        f"{arguments.requests:g} HTTP requests a day"
    )
    say(f"uploads start {arguments.to or ' and '.join(takers)}\n")
    rows = [(x.service, x.what, f"{x.quantity:,.2f}", x.unit, f"{x.dollars:,.2f}") for x in most_expensive]
    say(table(("service", "most expensive" if not arguments.all else "what", "a month", "", "US$"), rows))
    say()
    say(table(("service", "US$ a month"), [(name, f"{by_service[name]:,.2f}") for name in sorted(by_service)]))
    say(f"\nabout US$ {sum(by_service.values()):,.2f} a month\n\nAssumed:")
    for assumption in ASSUMPTIONS:
        say(f"  - {assumption}")
    return 0


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1
    if not 0 <= amount < 1e12:
        raise argparse.ArgumentTypeError(f"{text} is not an amount; give a number from 0 up")
    return amount
