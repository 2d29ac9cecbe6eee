"""Bounds on what LocalStack keeps in memory for as long as it runs: without them each upload leaves some of it behind.

moto remembers every object it ever made, old items and log lines that nobody can ask for included. Each invocation
leaves a thread that has ended, started to count it in CloudWatch, and every line that a function prints is kept.
"""

from typing import Any

# Of each log group. A line takes half a kilobyte and more.
MOST_LOG_EVENTS = 20_000
BATCH = 1_000  # log events in one call


def forget_what_is_gone() -> None:
    """moto's list of all instances of its models serves a page of moto's own server, which nobody runs here."""
    from moto.core.common_models import BaseModel

    def make(cls: type, *_: Any, **__: Any) -> Any:
        return object.__new__(cls)

    BaseModel.__new__ = make  # type: ignore[method-assign]


def keep_the_newest_log_events() -> None:
    from moto.logs.models import LogGroup

    put = LogGroup.put_log_events
    if getattr(put, "bounded", False):
        return

    def put_log_events(self: Any, log_stream_name: str, log_events: list[dict[str, Any]]) -> Any:
        token = put(self, log_stream_name, log_events)
        surplus = sum(len(stream.events) for stream in self.streams.values()) - MOST_LOG_EVENTS
        for stream in list(self.streams.values()):  # the oldest first
            if surplus <= 0:
                break
            dropped = min(surplus, len(stream.events))
            del stream.events[:dropped]
            surplus -= dropped
        return token

    put_log_events.bounded = True  # type: ignore[attr-defined]
    LogGroup.put_log_events = put_log_events  # type: ignore[method-assign]


def store_logs_in_batches() -> None:
    """LocalStack sends all that an invocation printed in one call, which takes twenty times its size."""
    from localstack.services.lambda_.invocation.logs import LogHandler, LogItem

    add = LogHandler.add_logs
    if getattr(add, "batches", False):
        return

    def add_logs(self: Any, log_item: Any) -> None:
        lines = log_item.logs.split("\n")[-MOST_LOG_EVENTS:]
        for start in range(0, len(lines), BATCH):
            batch = "\n".join(lines[start : start + BATCH])
            add(self, LogItem(log_item.log_group, log_item.log_stream, batch))

    add_logs.batches = True  # type: ignore[attr-defined]
    LogHandler.add_logs = add_logs


def count_no_invocations() -> None:
    """No metrics of AWS/Lambda: nobody reads them here, and each takes as long as a small function."""
    from localstack.services.lambda_.invocation import version_manager

    start = version_manager.start_thread

    def start_thread(*given: Any, **named: Any) -> Any:
        if not (named.get("name") or "").startswith("record-cloudwatch-metric"):
            return start(*given, **named)
        return None

    version_manager.start_thread = start_thread
