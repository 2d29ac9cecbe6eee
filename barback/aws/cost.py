"""`barback cost`: what a month would cost, from the stack and a load, with every assumption told.

An estimate to decide by, not a bill: free tiers, taxes and data that leaves AWS are not counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from barback.aws import prices
from barback.flows import flow_of
from barback.stack.model import Function, QueueTrigger, ScheduleTrigger, Stack, UploadTrigger

DAYS = 30.4
MINUTES_OF = {"minute": 1, "hour": 60, "day": 1440}
# A Lambda has a whole CPU at this much memory, and a share of it in proportion below.
MB_OF_A_CPU = 1769
SECONDS_TO_BEGIN = 0.2
ITEM_KB = 2
LOG_KB = 2
METRICS_OF_A_FUNCTION = 5
KEPT_DAYS = 365
# An event source mapping asks its queue from five places, for twenty seconds at a time.
POLLS_A_DAY = 5 * 86400 / 20

WRITES = re.compile(r"(Put|Update|Delete|BatchWrite)\w*")
READS = re.compile(r"(Get|Query|Scan|BatchGet|Head)\w*")


@dataclass(frozen=True)
class Load:
    uploads: float  # a day, for each function that uploads start
    upload_mb: float
    messages: float  # a day, in each queue that feeds a function


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
    "each invocation uses every S3, DynamoDB and SQS action of its role once; "
    f"an item is {ITEM_KB} KB, and written again in each index",
    f"what never expires has been kept for {KEPT_DAYS} days; results are small beside the uploads",
    f"an invocation logs {LOG_KB} KB; a function has {METRICS_OF_A_FUNCTION} metrics of its own",
)


def estimate(stack: Stack, load: Load) -> list[Line]:
    lines: list[Line] = []
    for name, function in stack.functions.items():
        lines += _function(name, function, stack, load)
    lines += _storage(stack, load)
    lines += _watching(stack)
    return [line for line in lines if line.quantity]


def runs_a_day(schedule: str) -> float:
    """How often a schedule fires; for cron expressions by its minute, hour and day fields."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule):
        return 1440 / (int(rate[1]) * MINUTES_OF[rate[2]])
    minute, hour, day, _, weekday, _ = schedule.removeprefix("cron(").removesuffix(")").split()
    days = min(_share(day, 30.4), _share(weekday, 7))
    return _count(minute, 60) * _count(hour, 24) * days


def _count(field: str, whole: int) -> float:
    """How many values of a cron field match, of as many as there are."""
    total = 0.0
    for part in field.split(","):
        span, _, step = part.partition("/")
        size: float = whole
        if "-" in span and re.fullmatch(r"\d+-\d+", span):
            first, last = map(int, span.split("-"))
            size = last - first + 1
        elif span not in ("*", "?"):
            size = whole if step else 1
            if "-" in span:  # MON-FRI
                size = 5
        total += max(1.0, size / int(step)) if step else size
    return min(total, whole)


def _share(field: str, whole: float) -> float:
    return 1.0 if field in ("*", "?") else _count(field, round(whole)) / whole


def _function(name: str, function: Function, stack: Stack, load: Load) -> Iterator[Line]:
    runs, seconds, requests = 0.0, 0.0, 0.0
    cpu = min(1.0, function.memory / MB_OF_A_CPU)
    work = flow_of(stack, name).work_of(name)
    if any(isinstance(trigger, UploadTrigger) for trigger in function.triggers):
        runs += load.uploads
        seconds += load.uploads * (SECONDS_TO_BEGIN + load.upload_mb * work.cpu_seconds_per_mb / cpu)
    for trigger in function.triggers:
        if isinstance(trigger, ScheduleTrigger):
            fired = runs_a_day(trigger.schedule)
            runs += fired
            seconds += fired * (SECONDS_TO_BEGIN + work.seconds_of_a_run)
        elif isinstance(trigger, QueueTrigger):
            invoked = load.messages / min(trigger.batch, 10)
            runs += invoked
            seconds += invoked * SECONDS_TO_BEGIN + load.messages * work.seconds_of_a_message
            requests += POLLS_A_DAY + 2 * invoked
    month = runs * DAYS
    price = prices.LAMBDA_GB_SECOND[stack.runtime.architecture]
    yield Line("Lambda", f"{name}: invocations", month, "requests", prices.LAMBDA_REQUEST)
    yield Line("Lambda", f"{name}: time", seconds * DAYS * function.memory / 1024, "GB-seconds", price)
    yield Line("SQS", f"{name}: asking its queue", requests * DAYS, "requests", prices.QUEUE_REQUEST)
    yield from _calls(name, function, stack, month)
    yield Line("CloudWatch", f"{name}: logs in", month * LOG_KB / 1e6, "GB", prices.LOGS_INGESTED_GB)
    kept = month * LOG_KB / 1e6 * function.log_retention_days / DAYS
    yield Line("CloudWatch", f"{name}: logs kept", kept, "GB-months", prices.LOGS_STORED_GB_MONTH)


def _calls(name: str, function: Function, stack: Stack, month: float) -> Iterator[Line]:
    """One call for each action that the role holds."""
    for permission in function.permissions:
        kind, resource = permission.resource
        verbs = [action.partition(":")[2] for action in permission.actions]
        writes = sum(bool(WRITES.fullmatch(verb)) for verb in verbs)
        reads = sum(bool(READS.fullmatch(verb)) for verb in verbs if not verb.startswith("GetBucket"))
        if kind == "bucket":
            yield Line("S3", f"{name}: writes to {resource}", month * writes, "requests", prices.S3_WRITE)
            yield Line("S3", f"{name}: reads of {resource}", month * reads, "requests", prices.S3_READ)
        elif kind == "table":
            copies = 1 + len(stack.tables[resource].indexes)
            units = month * writes * ITEM_KB * copies
            yield Line("DynamoDB", f"{name}: writes to {resource}", units, "units", prices.TABLE_WRITE_UNIT)
            yield Line("DynamoDB", f"{name}: reads of {resource}", month * reads, "units", prices.TABLE_READ_UNIT)
        else:
            yield Line("SQS", f"{name}: calls to {resource}", month * len(verbs), "requests", prices.QUEUE_REQUEST)


def _storage(stack: Stack, load: Load) -> Iterator[Line]:
    for bucket, entry in stack.buckets.items():
        triggered = {
            name
            for name, function in stack.functions.items()
            for trigger in function.triggers
            if isinstance(trigger, UploadTrigger) and trigger.bucket == bucket
        }
        uploads = load.uploads * len(triggered)
        stored = uploads * load.upload_mb / 1000 * (entry.expire_days or KEPT_DAYS)
        yield Line("S3", f"{bucket}: uploads", uploads * DAYS, "requests", prices.S3_WRITE)
        yield Line("S3", f"{bucket}: kept", stored, "GB-months", prices.S3_GB_MONTH)
    for table, settings in stack.tables.items():
        copies = 1 + len(settings.indexes)
        stored = load.uploads * KEPT_DAYS * ITEM_KB * copies / 1e6
        price = prices.TABLE_GB_MONTH + (prices.TABLE_RECOVERY_GB_MONTH if settings.recovery else 0)
        yield Line(
            "DynamoDB", f"{table}: kept{', with recovery' if settings.recovery else ''}", stored, "GB-months", price
        )


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
    dead = {queue.dead_letters for queue in stack.queues.values()} | {f.failed_events for f in functions}
    consumed = {t.queue for f in functions for t in f.triggers if isinstance(t, QueueTrigger)}
    lost = sum(f.failed_events is not None for f in functions)
    return 2 * len(functions) + lost + len(dead - {None}) + len(consumed)
