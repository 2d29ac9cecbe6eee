"""Fills the running local environment with many profiles and records, for measuring pages: `python -m benchmarks.fill`.

A real file is uploaded and real records are fetched; what the flows store of them is then written again under other
names, in batches straight into the tables. All profiles lead to the same object in the bucket.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from barback.console import Step
from barback.diagnosis import explain
from barback.engines import current_config
from barback.errors import Problem
from barback.flows.csv_profile.metadata import metadata_of
from barback.flows.flow import Sample
from barback.flows.records.ingest import queries, run
from barback.paths import SAMPLES
from barback.polling import wait_for
from barback.targets import Target, target_of
from common.items import typed
from common.objects import stamp
from records.store import COUNTS, SHARDS

Item = dict[str, Any]
BATCH = 25  # the most that DynamoDB takes in one call
WRITERS = 4
DAYS = 90
PATIENCE = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--records", type=int, default=200_000, help="default: %(default)s")
    arguments = parser.parse_args()
    target = target_of(current_config())
    if target.is_aws:
        raise SystemExit(str(Problem("this writes made-up data, so only into a local environment", "leave TARGET out")))
    if arguments.profiles:
        write(target, "file_metadata", profiles(target, arguments.profiles), arguments.profiles)
    if arguments.records:
        counts: Counter[tuple[str, str, str]] = Counter()
        write(target, "records", records(target, arguments.records, counts), arguments.records)
        write(target, "record_counts", count_items(target, counts), SHARDS)


def profiles(target: Target, number: int) -> Iterator[Item]:
    sample = Sample(SAMPLES / "csv_profile" / "employees.csv", "raw", "uploads/employees.csv")
    etag = sample.drop(target)
    item = wait_for(
        lambda: metadata_of(target, sample.key, etag),
        f"the profile of {sample.key}",
        seconds=PATIENCE,
        explain=lambda: explain(target, "csv_profile"),
    )
    for n, at in enumerate(moments(number)):
        yield {**item, "file_name": f"uploads/{n % 100:02}/employees-{n:06}.csv", "processed_timestamp": at}


def records(target: Target, number: int, counts: Counter[tuple[str, str, str]]) -> Iterator[Item]:
    run(target, {})
    found = [
        record for source in ("jsonplaceholder", "randomuser") for record in queries(target).page(50, source).records
    ]
    for n, at in enumerate(moments(number)):
        like = found[n % len(found)]
        counts[at[:7], at[:10], like["source"]] += 1
        yield {
            **like,
            "id": f"{like['source']}-filled-{n}",
            "captured_at": at,
            "first_seen": at,
            "last_seen": at,
        }


def moments(number: int) -> Iterator[str]:
    """Over the last months."""
    chance, now = random.Random(7), datetime.now(UTC)
    for _ in range(number):
        yield stamp(now - timedelta(seconds=chance.randrange(DAYS * 86_400)))


def count_items(target: Target, counts: Counter[tuple[str, str, str]]) -> Iterator[Item]:
    """Beside those that the flow counts in: what is counted is the sum of all."""
    for month in sorted({month for month, _, _ in counts}):
        days = {f"{day}#{source}": n for (of, day, source), n in counts.items() if of == month}
        yield {"counted": COUNTS, "part": f"{month}#filled", **days}


def write(target: Target, table: str, items: Iterable[Item], number: int) -> None:
    name, dynamodb = target.names.table(table), target.client("dynamodb")

    def put(batch: tuple[Item, ...]) -> int:
        asked: Any = {name: [{"PutRequest": {"Item": typed(item)}} for item in batch]}
        while asked:
            asked = dynamodb.batch_write_item(RequestItems=asked)["UnprocessedItems"]
        return len(batch)

    with Step(f"filling {name}") as step, ThreadPoolExecutor(WRITERS) as pool:
        done, left = 0, iter(items)
        while several := [batch for _ in range(10 * WRITERS) if (batch := tuple(islice(left, BATCH)))]:
            done += sum(pool.map(put, several))
            step.detail(f"{done:,} of {number:,}")
        step.note(f"{done:,} items")


if __name__ == "__main__":
    main()
