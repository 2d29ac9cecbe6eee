"""What the records flow brings: a run of the ingest, one page of records, the analytics."""

from collections.abc import Iterable
from typing import Any

from barback.console import say, table
from barback.flows.flow import Flow as Base
from barback.flows.flow import Shell, Work
from barback.flows.records.ingest import INGEST, PROCESS, analytics, last_run, queries, run
from barback.targets import Target
from barback.terminal import clip

PAGE = 5
WIDEST = 60
WORK = {INGEST: Work(seconds_of_a_run=2.0), PROCESS: Work(seconds_of_a_message=0.5, items=10, transactions=True)}


class Flow(Base):
    def work_of(self, function: str) -> Work:
        return WORK[function]

    def probes(self) -> dict[str, dict[str, Any]]:
        """The ingest is asked for a source that there is not, which it declines before it asks anybody."""
        return {**super().probes(), INGEST: {"sources": ["nobody"]}}

    def demo(self, target: Target) -> None:
        run(target, {})
        found = analytics(target)
        for source in found["by_source"]:
            page = queries(target).page(PAGE, source)
            rows = [(record["id"], clip(record["title"], WIDEST), record["captured_at"]) for record in page.records]
            say(f"\nThe newest {len(rows)} of {found['by_source'][source]} from {source}\n")
            say(table(("id", "title", "captured"), rows))
        week = ", ".join(f"{day}: {number}" for day, number in found["last_7_days"].items() if number)
        say(f"\n{found['total']:,} records; in the last 7 days {week or 'none'}")

    def hints(self, shell: Shell) -> list[str]:
        return ['make ingest ARGS="--seed another-day"']

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        found = analytics(target)
        yield "records", found["total"]
        for source, number in found["by_source"].items():
            yield f"records of {source}", number
        yield "last run of ingest", last_run(target)
