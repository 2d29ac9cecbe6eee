"""How the pipeline is: functions, queues with how deep they are and how long they have waited, what the flows say.

The command `status` and the test harness show the same.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from barback.diagnosis import function_state
from barback.failed_events.listed import listed
from barback.flows import flows_of
from barback.stack.model import QueueTrigger, ScheduleTrigger, Trigger, UploadTrigger
from barback.targets import Target


def pipeline(target: Target) -> dict[str, Any]:
    stack = target.stack
    functions = {name: function_state(target, name) for name in stack.functions}
    dead = {queue.dead_letters for queue in stack.queues.values()} | {f.failed_events for f in stack.functions.values()}
    found: dict[str, Any] = {
        "functions": functions,
        "queues": {name: _queue(target, name) | {"dead_letters": name in dead} for name in stack.queues},
        "flows": {},
    }
    if all(state == "Active" for state in functions.values()):
        found["flows"] = {flow.name: dict(flow.figures(target)) for flow in flows_of(stack)}
    return found


def starts_on(triggers: Sequence[Trigger]) -> list[str]:
    """What starts a function, in words."""
    words = []
    for trigger in triggers:
        match trigger:
            case UploadTrigger():
                words.append(f"{trigger.bucket}/{trigger.prefix}*{trigger.suffix}")
            case ScheduleTrigger():
                words.append(trigger.schedule)
            case QueueTrigger():
                words.append(f"queue {trigger.queue}")
            case _:
                words.append("HTTP")
    return words


def _queue(target: Target, queue: str) -> dict[str, Any]:
    """How many messages wait, how many are being worked on, and for how long the oldest has been there."""
    sqs = target.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=target.names.queue(queue))["QueueUrl"]
    except ClientError:
        return {"waiting": 0, "in_work": 0, "oldest_seconds": None}
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    waiting, in_work = (int(told[name]) for name in names)
    oldest = _oldest(target, queue, url) if waiting + in_work else None
    return {"waiting": waiting, "in_work": in_work, "oldest_seconds": oldest}


def _oldest(target: Target, queue: str, url: str) -> int | None:
    """Without receiving a message: that would count towards its tries."""
    try:
        return _oldest_on_aws(target, queue) if target.endpoint is None else _oldest_here(target.endpoint, url)
    except (OSError, ValueError, KeyError, ClientError, BotoCoreError):
        return None


def _oldest_here(endpoint: str, url: str) -> int | None:
    sent = [int(message["Attributes"]["SentTimestamp"]) for message in listed(endpoint, url)]
    return max(0, round(time.time() - min(sent) / 1000)) if sent else None


def _oldest_on_aws(target: Target, queue: str) -> int | None:
    now = datetime.now(UTC)
    told = target.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": target.names.queue(queue)}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )
    newest = max(told["Datapoints"], key=lambda point: point["Timestamp"], default=None)
    return round(newest["Maximum"]) if newest else None
