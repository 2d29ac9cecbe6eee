"""Runs the ingest now, waits until what it brought is stored, and asks the tables."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from barback.console import Step
from barback.diagnosis import explain, queue_length
from barback.errors import Problem
from barback.invocation import invoke, patience
from barback.polling import wait_for
from barback.targets import Target
from records.landing import RUNS
from records.queries import RecordQueries

INGEST, PROCESS, QUEUE, DEAD = "records_ingest", "records_process", "records", "records_dead"


def ingest(target: Target, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the run came to, source by source; a source that failed is a Problem that names it."""
    result: dict[str, Any] = invoke(target, INGEST, payload)
    if result["status"] == "error":
        raise Problem(f"nothing was fetched: {result['message']}", "fix the option that it names")
    return result


def wait_until_processed(target: Target) -> None:
    """Until the queue is empty, messages being worked on included."""
    wait_for(
        lambda: True if queue_length(target, QUEUE) == 0 else None,
        f"the end of the queue {QUEUE}",
        seconds=patience(target, PROCESS),
        explain=lambda: explain(target, PROCESS),
    )


def run(target: Target, payload: Mapping[str, Any]) -> str:
    """Both, told in steps; a line for each source."""
    with Step("records: fetching") as step:
        sources = ingest(target, payload)["sources"]
        step.note(", ".join(f"{s['records']} from {s['source']} ({s['status']})" for s in sources))
    with Step("records: storing") as step:
        before = queue_length(target, DEAD)
        wait_until_processed(target)
        total = analytics(target)["total"]
        step.note(f"{total:,} in {target.names.table('records')}")
    if (refused := queue_length(target, DEAD) - before) > 0:
        raise Problem(f"{refused} messages could not be processed", f"make logs F={PROCESS}, then make redrive")
    return f"{total:,} records"


def queries(target: Target) -> RecordQueries:
    tables = target.names.table("records"), target.names.table("record_counts")
    return RecordQueries(target.client("dynamodb"), *tables)


def analytics(target: Target) -> dict[str, Any]:
    return queries(target).analytics(datetime.now(UTC).date())


def last_run(target: Target) -> str:
    """How the newest run of today or yesterday ended, and when it began."""
    s3, bucket = target.client("s3"), target.names.bucket("raw")
    today = datetime.now(UTC).date()
    for day in (today, today - timedelta(days=1)):
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{RUNS}/date={day}/").get("Contents", [])
        if listed:
            found = json.load(s3.get_object(Bucket=bucket, Key=max(entry["Key"] for entry in listed))["Body"])
            failed = [source["source"] for source in found["sources"] if source["status"] == "failed"]
            return f"{found['at'][:19]}: {found['status']}" + (f" ({', '.join(failed)} failed)" if failed else "")
    return "none since yesterday"
