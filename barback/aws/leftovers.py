"""Lists everything in the account that carries the stack's names: the proof that nothing was left.

By name and service by service, because the tag index still names resources for hours after they are gone.
"""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from barback.targets import Target

# Emulators answer so for services they do not have; on AWS these codes do not occur for a service we use.
NOT_OFFERED = ("InternalFailure", "NotImplemented", "501")


def leftovers(target: Target) -> list[str]:
    """What is there, as `kind name`, sorted."""
    prefix = target.names.prefix
    found: list[str] = []
    for kind, names in LISTINGS.items():
        try:
            found += [f"{kind} {name}" for name in names(target) if _is_ours(name, prefix)]
        except ClientError as error:
            if not (target.config.allow_emulator and error.response["Error"]["Code"] in NOT_OFFERED):
                raise
    return sorted(found)


def _is_ours(name: str, prefix: str) -> bool:
    name = name.removeprefix("/aws/lambda/").removeprefix("/aws/apigateway/")
    return name == prefix or name.startswith(f"{prefix}-")


def _paged(target: Target, service: str, operation: str, path: str, **arguments: Any) -> Iterator[Any]:
    client = target.client(service)
    yield from filter(None, client.get_paginator(operation).paginate(**arguments).search(path))


def _tails(names: Iterator[str], separator: str) -> Iterator[str]:
    for name in names:
        yield name.rsplit(separator, 1)[-1]


def _buckets(target: Target) -> Iterator[str]:
    for bucket in target.client("s3").list_buckets()["Buckets"]:
        yield bucket["Name"]


def _dashboards(target: Target) -> Iterator[str]:
    return _paged(target, "cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName")


def _mappings(target: Target) -> Iterator[str]:
    arns = _paged(target, "lambda", "list_event_source_mappings", "EventSourceMappings[?State!='Deleting'].FunctionArn")
    return _tails(arns, ":")


def _log_groups(target: Target) -> Iterator[str]:
    for service in ("lambda", "apigateway"):
        start = f"/aws/{service}/{target.names.prefix}"
        yield from _paged(target, "logs", "describe_log_groups", "logGroups[].logGroupName", logGroupNamePrefix=start)


LISTINGS: dict[str, Callable[[Target], Iterator[str]]] = {
    "bucket": _buckets,
    "table": lambda t: _paged(t, "dynamodb", "list_tables", "TableNames[]"),
    "queue": lambda t: _tails(_paged(t, "sqs", "list_queues", "QueueUrls[]", QueueNamePrefix=t.names.prefix), "/"),
    "function": lambda t: _paged(t, "lambda", "list_functions", "Functions[].FunctionName"),
    "event source mapping of": _mappings,
    "role": lambda t: _paged(t, "iam", "list_roles", "Roles[].RoleName"),
    "HTTP API": lambda t: _paged(t, "apigatewayv2", "get_apis", "Items[].Name"),
    "log group": _log_groups,
    "rule": lambda t: _paged(t, "events", "list_rules", "Rules[].Name", NamePrefix=t.names.prefix),
    "alarm": lambda t: _paged(
        t, "cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName", AlarmNamePrefix=t.names.prefix
    ),
    "dashboard": _dashboards,
    "topic": lambda t: _tails(_paged(t, "sns", "list_topics", "Topics[].TopicArn"), ":"),
}
