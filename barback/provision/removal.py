"""Removes what the stack no longer names: functions, their roles, logs and rules at once, and what holds data only
when that is asked for.

What was built here is known by its name (`barback-` and a name from a stack.yaml, in which there is no hyphen but that
of a numbered rule) together with the stack's tags. So what Terraform built beside it, with the environment in its
names, is never touched.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from barback.provision.resource import Context, StepFailed
from barback.provision.storage import untag
from barback.provision.triggers import schedules
from barback.stack.policy import owners

SHORT = re.compile(r"[a-z][a-z0-9_]{1,40}")
RULE = re.compile(r"[a-z][a-z0-9_]{1,40}(-\d+)?")
BUCKET = re.compile(r"[a-z][a-z0-9-]{1,20}")


@dataclass(frozen=True)
class Leftover:
    label: str
    remove: Callable[[], object]
    # Whether something in it would be lost; asked only of what can hold data.
    holds_data: Callable[[], bool] = lambda: False


def remove_leftovers(context: Context, *, with_data: bool) -> tuple[list[str], list[str]]:
    """The labels of what was removed, and of what was kept because it holds data."""
    removed, kept = [], []
    for leftover in _leftovers(context):
        try:
            if leftover.holds_data() and not with_data:
                kept.append(leftover.label)
                continue
            leftover.remove()
        except ClientError as error:
            raise StepFailed(f"{leftover.label} cannot be removed: {error}") from error
        removed.append(leftover.label)
    return removed, kept


def _leftovers(context: Context) -> Iterator[Leftover]:
    """What starts functions first, then functions, then what they worked on."""
    yield from _rules(context)
    yield from _functions(context)
    yield from _roles(context)
    yield from _queues(context)
    yield from _tables(context)
    yield from _buckets(context)


def _short(context: Context, real: str, form: re.Pattern[str], before: str = "") -> str | None:
    """The name in a stack.yaml that a real name stands for; `None` where it is not one of ours."""
    start = f"{before}{context.names.prefix}-"
    short = real.removeprefix(start)
    return short if real.startswith(start) and form.fullmatch(short) else None


def _is_tagged(context: Context, tags: dict[str, str]) -> bool:
    return context.tags().items() <= tags.items()


def _rules(context: Context) -> Iterator[Leftover]:
    events = context.client("events")
    wanted = {rule for name, entry in context.stack["functions"].items() for rule, _ in schedules(name, entry)}
    for rule in _pages(events, "list_rules", "Rules", NamePrefix=f"{context.names.prefix}-"):
        short = _short(context, rule["Name"], RULE)
        if short is None or short in wanted:
            continue
        if _is_tagged(context, untag(events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"])):
            yield Leftover(f"rule {short}", partial(_remove_rule, events, rule["Name"]))


def _remove_rule(events: Any, name: str) -> None:
    if ids := [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]:
        events.remove_targets(Rule=name, Ids=ids)
    events.delete_rule(Name=name)


def _functions(context: Context) -> Iterator[Leftover]:
    client, logs = context.client("lambda"), context.client("logs")
    wanted = context.stack["functions"]
    for function in client.get_paginator("list_functions").paginate().search("Functions[]"):
        short = _short(context, function["FunctionName"], SHORT)
        if short is None or short in wanted:
            continue
        if _is_tagged(context, client.list_tags(Resource=function["FunctionArn"]).get("Tags", {})):
            name = function["FunctionName"]
            yield Leftover(f"function {short}", partial(_remove_function, client, name))
    start = "/aws/lambda/"
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"{start}{context.names.prefix}-")
    for group in groups.search("logGroups[]"):
        name = group["logGroupName"]
        short = _short(context, name, SHORT, before=start)
        if short is None or short in wanted:
            continue
        if _is_tagged(context, logs.list_tags_log_group(logGroupName=name)["tags"]):
            yield Leftover(f"log group {short}", partial(logs.delete_log_group, logGroupName=name))


def _remove_function(client: Any, name: str) -> None:
    for mapping in client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
        client.delete_event_source_mapping(UUID=mapping["UUID"])
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_function_url_config(FunctionName=name)
    client.delete_function(FunctionName=name)


def _roles(context: Context) -> Iterator[Leftover]:
    iam, wanted = context.client("iam"), owners(context.stack)
    for role in iam.get_paginator("list_roles").paginate().search("Roles[]"):
        short = _short(context, role["RoleName"], SHORT)
        if short is None or short in wanted:
            continue
        if _is_tagged(context, untag(iam.list_role_tags(RoleName=role["RoleName"])["Tags"])):
            yield Leftover(f"role {short}", partial(_remove_role, iam, role["RoleName"]))


def _remove_role(iam: Any, name: str) -> None:
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _queues(context: Context) -> Iterator[Leftover]:
    sqs = context.client("sqs")
    for url in sqs.list_queues(QueueNamePrefix=f"{context.names.prefix}-", MaxResults=1000).get("QueueUrls", []):
        short = _short(context, url.rpartition("/")[2], SHORT)
        if short is None or short in context.stack["queues"]:
            continue
        if _is_tagged(context, sqs.list_queue_tags(QueueUrl=url).get("Tags", {})):
            yield Leftover(
                f"queue {short}",
                partial(sqs.delete_queue, QueueUrl=url),
                partial(_has_messages, sqs, url),
            )


def _has_messages(sqs: Any, url: str) -> bool:
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    return any(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


def _tables(context: Context) -> Iterator[Leftover]:
    dynamodb = context.client("dynamodb")
    for name in dynamodb.get_paginator("list_tables").paginate().search("TableNames[]"):
        short = _short(context, name, SHORT)
        if short is None or short in context.stack["tables"]:
            continue
        if _is_tagged(
            context, untag(dynamodb.list_tags_of_resource(ResourceArn=context.names.table_arn(short))["Tags"])
        ):
            yield Leftover(
                f"table {short}",
                partial(dynamodb.delete_table, TableName=name),
                partial(_has_items, dynamodb, name),
            )


def _has_items(dynamodb: Any, name: str) -> bool:
    return bool(dynamodb.scan(TableName=name, Limit=1)["Items"])


def _buckets(context: Context) -> Iterator[Leftover]:
    s3 = context.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        short = _short(context, name, BUCKET)
        if short is None or short in context.stack["buckets"]:
            continue
        try:
            tags = untag(s3.get_bucket_tagging(Bucket=name)["TagSet"])
        except ClientError:  # it has none: not ours
            continue
        if _is_tagged(context, tags):
            # Nothing of the stack waits for its uploads any more, whether it stays or goes.
            s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={})
            yield Leftover(
                f"bucket {short}",
                partial(_remove_bucket, s3, name),
                partial(_has_objects, s3, name),
            )


def _has_objects(s3: Any, name: str) -> bool:
    return any(_versions(s3, name))


def _versions(s3: Any, name: str) -> Iterator[dict[str, str]]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}


def _remove_bucket(s3: Any, name: str) -> None:
    for entry in list(_versions(s3, name)):
        s3.delete_object(Bucket=name, **entry)
    s3.delete_bucket(Bucket=name)


def _pages(client: Any, operation: str, field: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        answer = getattr(client, operation)(**arguments, **token)
        yield from answer[field]
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}
