"""What the cocktails flow brings: the catalogue fetched, and what can be made of it."""

from collections.abc import Iterable
from typing import Any

from barback.console import say
from barback.flows.cocktails import view
from barback.flows.cocktails.ask import ask
from barback.flows.cocktails.fetch import FETCH, TRANSFORM, fetch
from barback.flows.flow import Flow as Base
from barback.flows.flow import Shell, Work
from barback.targets import Target

MOST_DRINKS = 8
WORK = {
    FETCH: Work(seconds_of_a_run=10.0, objects=36, object_kb=30),
    # An answer holds about five drinks, a drink has a row for each ingredient, and what is known is written over.
    TRANSFORM: Work(cpu_seconds_per_mb=1.0, items=30, new_items=0, item_kb=1, transactions=True),
}


class Flow(Base):
    def work_of(self, function: str) -> Work:
        return WORK[function]

    def probes(self) -> dict[str, dict[str, Any]]:
        """The fetch is asked for two things at once, which it declines before it asks anybody."""
        return {**super().probes(), FETCH: {"letters": "a", "random": 1}}

    def demo(self, target: Target) -> None:
        fetched = fetch(target, {})
        say(f"\nWhat can be made with gin and lime? ({fetched.told})\n")
        page = ask(target, {"with": ["gin", "lime"]}, limit=MOST_DRINKS)[0].page
        say(f"{view.render(page.drinks)}\n{view.footer(len(page.drinks), page.total, 1, MOST_DRINKS)}")

    def hints(self, shell: Shell) -> list[str]:
        return ['make cocktails ARGS="--with rum --with mint"', 'make cocktails ARGS="--bar gin,lime,soda --missing 1"']

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        there = target.client("dynamodb").describe_table(TableName=target.names.table("cocktails"))
        yield "rows of drinks", there["Table"]["ItemCount"]
