"""The end of a function's log: its last lines, and its last runs. It reads the newest streams and no further."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from barback.monitor.lines import TRACE, Line, Reader
from barback.targets import Target

STREAMS = 3  # each execution environment writes its own
LONGEST = 2_000  # characters of a line


@dataclass(frozen=True)
class Run:
    """One invocation that has ended."""

    milliseconds: int  # since 1970, when it ended
    request: str | None
    took: float  # milliseconds
    memory: int
    used: int
    cold: bool
    failed: bool


def last_events(target: Target, function: str, count: int, streams: int = STREAMS) -> list[Mapping[str, Any]]:
    """Up to `count` of the newest events, oldest first; none where there is no log."""
    logs, group = target.client("logs"), target.names.log_group(function)
    try:
        newest = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True, limit=streams)
        events: list[Mapping[str, Any]] = []
        for stream in newest["logStreams"]:
            name = stream["logStreamName"]
            found = logs.get_log_events(logGroupName=group, logStreamName=name, limit=count)["events"]
            events += [{**event, "logStreamName": name} for event in found]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []  # it was never invoked, or is not deployed
    return sorted(events, key=lambda event: int(event["timestamp"]))[-count:]


def read(function: str, events: list[Mapping[str, Any]]) -> tuple[list[Line], list[Run]]:
    """The lines for people, without what Lambda says of every invocation; and the invocations that ended."""
    reader = Reader(function)
    every = [reader.read(event) for event in events]
    failed = {line.request for line in every if line.failed}
    runs = [
        Run(line.milliseconds, line.request, report.milliseconds, report.memory, report.used, report.init is not None,
            line.request in failed)
        for line in every if (report := line.report)
    ]  # fmt: skip
    return [line for line in every if line.level != TRACE], runs
