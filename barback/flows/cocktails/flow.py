"""What the cocktails flow brings: the catalogue fetched, and what can be made of it."""

from collections.abc import Iterable

from barback.console import say
from barback.flows.cocktails.fetch import FETCH, TRANSFORM, ask, fetch, render
from barback.flows.flow import Flow as Base
from barback.flows.flow import Shell, Work
from barback.targets import Target

MOST_DRINKS = 8
WORK = {FETCH: Work(seconds_of_a_run=10.0), TRANSFORM: Work(cpu_seconds_per_mb=1.0)}


class Flow(Base):
    def work_of(self, function: str) -> Work:
        return WORK[function]

    def demo(self, target: Target) -> None:
        fetched = fetch(target, {})
        say(f"\nWhat can be made with gin and lime? ({fetched})\n")
        say(render(ask(target, ["gin", "lime"], mocktails=False, category=None), most=MOST_DRINKS))

    def hints(self, shell: Shell) -> list[str]:
        return ['make cocktails ARGS="--with rum --with mint"']

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        there = target.client("dynamodb").describe_table(TableName=target.names.table("cocktails"))
        yield "rows of drinks", there["Table"]["ItemCount"]
