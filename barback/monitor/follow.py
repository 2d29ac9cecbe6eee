"""The events of several log groups, each once, as they come.

An event may arrive after younger ones, on AWS by some seconds; so each look goes back a little, and remembers what it
has seen.
"""

from collections import OrderedDict
from collections.abc import Iterator

from botocore.exceptions import ClientError

from barback.errors import Problem
from barback.monitor.lines import Line, Reader
from barback.targets import Target

LATE = 15_000  # milliseconds
REMEMBERED = 50_000  # events


class Follower:
    def __init__(self, target: Target, functions: list[str], since: int) -> None:
        self._target = target
        self._since = dict.fromkeys(functions, since)
        self._readers = {name: Reader(name) for name in functions}
        self._begun = since
        self._seen: OrderedDict[str, None] = OrderedDict()

    def look(self) -> list[Line]:
        """What came since the last look, oldest first."""
        lines, missing = [], 0
        for name in self._since:
            try:
                lines += list(self._new(name))
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise Problem(f"the log of {name} cannot be read: {error}", "make doctor") from None
                missing += 1  # it was never invoked, or is not deployed
        if missing == len(self._since):
            raise Problem("none of these functions has a log", "is the stack deployed? make status")
        return sorted(lines, key=lambda line: line.milliseconds)

    def _new(self, name: str) -> Iterator[Line]:
        group, start = self._target.names.log_group(name), max(self._begun, self._since[name] - LATE)
        pages = (
            self._target.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
        )
        for event in (event for page in pages for event in page["events"]):
            if event["eventId"] in self._seen:
                continue
            self._seen[event["eventId"]] = None
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            self._since[name] = max(self._since[name], int(event["timestamp"]))
            yield self._readers[name].read(event)
