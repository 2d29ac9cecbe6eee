"""`barback cost`: what a month would cost, from the stack and a load, with every assumption told.

An estimate to decide by, not a bill: free tiers, taxes and data that leaves AWS are not counted.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from barback.aws import prices
from barback.aws.schedules import is_expected_weekly, runs_a_day
from barback.flows import flow_of
from barback.flows.flow import Work
from barback.stack.model import Function, HttpTrigger, QueueTrigger, ScheduleTrigger, Stack, Table, UploadTrigger

DAYS = 30.4
# A Lambda has a whole CPU at this much memory, and a share of it in proportion below.
MB_OF_A_CPU = 1769
SECONDS_TO_BEGIN = 0.2
SECONDS_OF_A_REQUEST = 0.05  # most come to a function that runs already
LOG_KB = 2
METRICS_OF_A_FUNCTION = 5
KEPT_DAYS = 365
# An event source mapping asks its queue from five places, for twenty seconds at a time.
POLLS_A_DAY = 5 * 86400 / 20

WRITES = re.compile(r"(Put|Update|Delete|BatchWrite)\w*")
READS = re.compile(r"(Get|Query|Scan|BatchGet|Head)\w*")


@dataclass(frozen=True)
class Load:
    uploads: float  # a day, by people: shared evenly by the functions that they start
    upload_mb: float
    messages: float  # a day, in each queue that feeds a function
    to: str | None = None  # the one function that all of them start
    requests: float = 0.0  # a day, to each function that HTTP requests start


@dataclass(frozen=True)
class Runs:
    """What starts a function in a day."""

    uploads: float = 0.0
    megabytes: float = 0.0  # of all its uploads
    scheduled: float = 0.0
    batches: float = 0.0
    messages: float = 0.0
    requests: float = 0.0

    @property
    def total(self) -> float:
        return self.uploads + self.scheduled + self.batches + self.requests

    @property
    def pieces(self) -> float:
        """What it works on one after the other: uploads, messages, scheduled runs, requests."""
        return self.uploads + self.scheduled + self.messages + self.requests


@dataclass(frozen=True)
class Line:
    service: str
    what: str
    quantity: float
    unit: str
    price: float

    @property
    def dollars(self) -> float:
        return self.quantity * self.price


ASSUMPTIONS = (
    f"{prices.REGION} list prices as noted on {prices.NOTED} ({prices.SOURCE}); {DAYS} days; no free tier",
    f"the work of each invocation as its flow says (`Work` in barback/flows/), and {SECONDS_TO_BEGIN} s to begin; "
    f"a whole CPU comes at {MB_OF_A_CPU} MB of memory",
    f"an HTTP request takes {SECONDS_OF_A_REQUEST} s",
    "each upload, message and scheduled run uses every S3 and SQS action of its function's role once; items are as the "
    "flow says, written again in each index, and twice as dear in a transaction",
    f"what never expires has been kept for {KEPT_DAYS} days; results are small beside the uploads",
    f"an invocation logs {LOG_KB} KB; a function has {METRICS_OF_A_FUNCTION} metrics of its own",
)


def estimate(stack: Stack, load: Load) -> list[Line]:
    lines: list[Line] = []
    runs = runs_of(stack, load)
    for name, function in stack.functions.items():
        lines += _function(name, function, stack, runs[name])
    lines += _storage(stack, runs)
    lines += _watching(stack)
    return [line for line in lines if line.quantity]


def runs_of(stack: Stack, load: Load) -> dict[str, Runs]:
    """How often each function runs in a day, and on what. People's uploads are counted once: where another function
    of the stack writes what starts this one, it runs as often as that one writes."""
    known: dict[str, Runs] = {}
    takers = [load.to] if load.to else takers_of(stack)

    def runs(name: str) -> Runs:
        if name not in known:
            known[name] = Runs()  # a loop, which `make check` warns of, is not followed
            shared = load.uploads / len(takers) if name in takers else 0.0
            known[name] = _runs(stack.functions[name], stack, load, shared, lambda feeder: runs(feeder).total)
        return known[name]

    for name in stack.functions:
        runs(name)
    return known


def takers_of(stack: Stack) -> list[str]:
    """The functions that people's uploads start."""
    return [
        name
        for name, function in stack.functions.items()
        if any(not _is_fed(stack, name, bucket) for bucket in _uploads(function))
    ]


def _runs(
    function: Function, stack: Stack, load: Load, shared: float, runs_of_function: Callable[[str], float]
) -> Runs:
    uploads = megabytes = scheduled = batches = messages = requests = 0.0
    for bucket, triggers in _uploads(function).items():
        feeders = [name for name in stack.functions if _writes(stack.functions[name], bucket, triggers)]
        for feeder in feeders:
            work = flow_of(stack, feeder).work_of(feeder)
            written = runs_of_function(feeder) * work.objects
            uploads += written
            megabytes += written * work.object_kb / 1000
        if not feeders:
            uploads += shared
            megabytes += shared * load.upload_mb
    for trigger in function.triggers:
        if isinstance(trigger, ScheduleTrigger):
            scheduled += runs_a_day(trigger.schedule)
        elif isinstance(trigger, QueueTrigger):
            batches += load.messages / min(trigger.batch, 10)
            messages += load.messages
        elif isinstance(trigger, HttpTrigger):
            requests += load.requests
    return Runs(uploads, megabytes, scheduled, batches, messages, requests)


def _uploads(function: Function) -> dict[str, list[str]]:
    """The prefixes that a function waits at, by bucket."""
    found: dict[str, list[str]] = {}
    for trigger in function.triggers:
        if isinstance(trigger, UploadTrigger):
            found.setdefault(trigger.bucket, []).append(trigger.prefix)
    return found


def _writes(function: Function, bucket: str, prefixes: list[str]) -> bool:
    """Whether a function puts objects where another one waits for them."""
    return any(
        permission.bucket == bucket
        and "s3:PutObject" in permission.actions
        and any(permission.prefix.startswith(prefix) or prefix.startswith(permission.prefix) for prefix in prefixes)
        for permission in function.permissions
    )


def _function(name: str, function: Function, stack: Stack, runs: Runs) -> Iterator[Line]:
    cpu = min(1.0, function.memory / MB_OF_A_CPU)
    work = flow_of(stack, name).work_of(name)
    polling = any(isinstance(trigger, QueueTrigger) for trigger in function.triggers)
    requests = (POLLS_A_DAY + 2 * runs.batches) if polling else 0.0
    seconds = (
        (runs.total - runs.requests) * SECONDS_TO_BEGIN
        + runs.requests * SECONDS_OF_A_REQUEST
        + runs.megabytes * work.cpu_seconds_per_mb / cpu
        + runs.scheduled * work.seconds_of_a_run
        + runs.messages * work.seconds_of_a_message
    )
    month = runs.total * DAYS
    price = prices.LAMBDA_GB_SECOND[stack.runtime.architecture]
    yield Line("Lambda", f"{name}: invocations", month, "requests", prices.LAMBDA_REQUEST)
    yield Line("Lambda", f"{name}: time", seconds * DAYS * function.memory / 1024, "GB-seconds", price)
    yield Line("API Gateway", f"{name}: requests", runs.requests * DAYS, "requests", prices.HTTP_REQUEST)
    yield Line("SQS", f"{name}: asking its queue", requests * DAYS, "requests", prices.QUEUE_REQUEST)
    yield from _calls(name, function, stack, runs.pieces * DAYS, work)
    yield Line("CloudWatch", f"{name}: logs in", month * LOG_KB / 1e6, "GB", prices.LOGS_INGESTED_GB)
    kept = month * LOG_KB / 1e6 * function.log_retention_days / DAYS
    yield Line("CloudWatch", f"{name}: logs kept", kept, "GB-months", prices.LOGS_STORED_GB_MONTH)


def _calls(name: str, function: Function, stack: Stack, pieces: float, work: Work) -> Iterator[Line]:
    """One call for each action that the role holds, for each piece of work; items as the flow says."""
    for permission in function.permissions:
        kind, resource = permission.resource
        verbs = [action.partition(":")[2] for action in permission.actions]
        writes = sum(bool(WRITES.fullmatch(verb)) for verb in verbs)
        reads = sum(bool(READS.fullmatch(verb)) for verb in verbs if not verb.startswith("GetBucket"))
        if kind == "bucket":
            yield Line("S3", f"{name}: writes to {resource}", pieces * writes, "requests", prices.S3_WRITE)
            yield Line("S3", f"{name}: reads of {resource}", pieces * reads, "requests", prices.S3_READ)
        elif kind == "table":
            units = _units(stack.tables[resource], work.item_kb)
            written = pieces * work.items * units * (2 if work.transactions else 1)
            read = pieces * work.items * math.ceil(work.item_kb / 4)
            if writes:
                yield Line("DynamoDB", f"{name}: writes to {resource}", written, "units", prices.TABLE_WRITE_UNIT)
            if reads:
                yield Line("DynamoDB", f"{name}: reads of {resource}", read, "units", prices.TABLE_READ_UNIT)
        else:
            yield Line("SQS", f"{name}: calls to {resource}", pieces * len(verbs), "requests", prices.QUEUE_REQUEST)


def _units(table: Table, item_kb: float) -> int:
    """What writing an item takes, in the table and in each index: one unit where an index holds a part of it."""
    return math.ceil(item_kb) + sum(1 if index.include else math.ceil(item_kb) for index in table.indexes.values())


def _storage(stack: Stack, runs: dict[str, Runs]) -> Iterator[Line]:
    for bucket, entry in stack.buckets.items():
        started = [name for name, function in stack.functions.items() if bucket in _uploads(function)]
        days = entry.expire_days or KEPT_DAYS
        yield Line(
            "S3",
            f"{bucket}: kept",
            sum(runs[name].megabytes for name in started) / 1000 * days,
            "GB-months",
            prices.S3_GB_MONTH,
        )
        people = sum(runs[name].uploads for name in started if not _is_fed(stack, name, bucket))
        yield Line("S3", f"{bucket}: uploads", people * DAYS, "requests", prices.S3_WRITE)
    for table, settings in stack.tables.items():
        stored = 0.0
        for name, function in stack.functions.items():
            if any(p.table == table and any(map(_is_write, p.actions)) for p in function.permissions):
                work = flow_of(stack, name).work_of(name)
                stored += runs[name].pieces * work.new_items * work.item_kb * KEPT_DAYS / 1e6
        stored *= 1 + sum(index.include is None for index in settings.indexes.values())
        price = prices.TABLE_GB_MONTH + (prices.TABLE_RECOVERY_GB_MONTH if settings.recovery else 0)
        yield Line(
            "DynamoDB", f"{table}: kept{', with recovery' if settings.recovery else ''}", stored, "GB-months", price
        )


def _is_fed(stack: Stack, name: str, bucket: str) -> bool:
    prefixes = _uploads(stack.functions[name])[bucket]
    return any(_writes(function, bucket, prefixes) for function in stack.functions.values())


def _is_write(action: str) -> bool:
    return bool(WRITES.fullmatch(action.partition(":")[2]))


def _watching(stack: Stack) -> Iterator[Line]:
    """As infra/watch.tf makes them; a test compares the number of alarms."""
    functions = stack.functions.values()
    yield Line("CloudWatch", "alarms", alarms(stack), "alarms", prices.ALARM_MONTH)
    yield Line(
        "CloudWatch", "metrics of our own", len(functions) * METRICS_OF_A_FUNCTION, "metrics", prices.METRIC_MONTH
    )
    yield Line("CloudWatch", "dashboard", 1, "dashboards", prices.DASHBOARD_MONTH)


def alarms(stack: Stack) -> int:
    functions = stack.functions.values()
    schedules = [t.schedule for f in functions for t in f.triggers if isinstance(t, ScheduleTrigger)]
    dead = {queue.dead_letters for queue in stack.queues.values()} | {f.failed_events for f in functions}
    consumed = {t.queue for f in functions for t in f.triggers if isinstance(t, QueueTrigger)}
    lost = sum(f.failed_events is not None for f in functions)
    expected = sum(is_expected_weekly(schedule) for schedule in schedules)
    return 3 * len(functions) + lost + len(dead - {None}) + len(consumed) + len(schedules) + expected
