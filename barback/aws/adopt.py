"""Resources that are there already but not in Terraform's state: found before anything is made, and taken into the
state when somebody says so. That is the way back after a state was lost, or a resource was made by hand."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from barback.aws.plan import Change
from barback.aws.workspace import ADOPTED
from barback.errors import Problem
from barback.targets import Target

# How services say that something is not there.
NOT_THERE = (
    "404",
    "NotFound",
    "NoSuchEntity",
    "NoSuchBucket",
    "NoSuchLifecycleConfiguration",
    "ResourceNotFoundException",
    "QueueDoesNotExist",
)


@dataclass(frozen=True)
class Found:
    """A resource that the plan wants to make and that is there already; `id` is what Terraform imports it by."""

    address: str
    name: str
    id: str


def find_existing(target: Target, changes: Sequence[Change]) -> list[Found]:
    """Those of the planned resources that exist and that AWS refuses to make again. All others are put over."""
    found = []
    for change in changes:
        if change.action == "make" and change.kind in LOOKUPS:
            try:
                name, id_ = LOOKUPS[change.kind](target, change)
            except ClientError as error:
                code = str(error.response["Error"]["Code"])
                if not code.endswith(NOT_THERE) and "NonExistentQueue" not in code:
                    raise
                continue
            if id_:
                found.append(Found(change.address, name, id_))
    return found


def write_imports(infra: Path, found: Sequence[Found]) -> None:
    blocks = [{"to": entry.address, "id": entry.id} for entry in found]
    (infra / ADOPTED).write_text(json.dumps({"import": blocks}, indent=1), encoding="utf-8")


def forget_imports(infra: Path) -> None:
    (infra / ADOPTED).unlink(missing_ok=True)


Lookup = Callable[[Target, Change], tuple[str, str]]


def _bucket(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["bucket"]
    try:
        target.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("403", "301"):
            raise Problem(
                f"the bucket name {name} is taken by someone else",
                "choose another `name` in infra/stack.yaml: bucket names are shared by all",
            ) from None
        raise
    return f"bucket {name}", name


def _lifecycle(target: Target, change: Change) -> tuple[str, str]:
    """S3 would take it again, but Terraform then waits a minute to see it settle."""
    bucket = change.after.get("bucket")
    if bucket is None:
        return change.address, ""
    target.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)
    return f"lifecycle of bucket {bucket}", bucket


def _table(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["name"]
    target.client("dynamodb").describe_table(TableName=name)
    return f"table {name}", name


def _queue(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["name"]
    return f"queue {name}", target.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def _function(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["function_name"]
    target.client("lambda").get_function_configuration(FunctionName=name)
    return f"function {name}", name


def _alias(target: Target, change: Change) -> tuple[str, str]:
    function, name = change.after.get("function_name"), change.after["name"]
    if function is None:
        return name, ""
    target.client("lambda").get_alias(FunctionName=function, Name=name)
    return f"alias {name} of {function}", f"{function}/{name}"


def _permission(target: Target, change: Change) -> tuple[str, str]:
    wanted = change.after
    function, statement = wanted.get("function_name"), wanted["statement_id"]
    if function is None:
        return statement, ""
    qualifier = {"Qualifier": wanted["qualifier"]} if wanted.get("qualifier") else {}
    policy = json.loads(target.client("lambda").get_policy(FunctionName=function, **qualifier)["Policy"])
    there = any(entry["Sid"] == statement for entry in policy["Statement"])
    whole = f"{function}:{wanted['qualifier']}" if qualifier else function
    return f"permission {statement} of {function}", f"{whole}/{statement}" if there else ""


def _mapping(target: Target, change: Change) -> tuple[str, str]:
    """Its ARNs are not known before the queue is; its key in the configuration is made of both short names."""
    names = target.names
    for function, entry in target.stack.functions.items():
        for trigger in entry.triggers:
            queue = getattr(trigger, "queue", None)
            if queue and f'"{function}-{queue}"' in change.address:
                there = target.client("lambda").list_event_source_mappings(EventSourceArn=names.queue_arn(queue))
                mine = names.function_arn(function)
                ids = [m["UUID"] for m in there["EventSourceMappings"] if m["FunctionArn"].startswith(mine)]
                return f"event source mapping of {function} on {queue}", ids[0] if ids else ""
    return change.address, ""


def _function_url(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["function_name"]
    target.client("lambda").get_function_url_config(FunctionName=name)
    return f"address of {name}", name


def _api(target: Target, change: Change) -> tuple[str, str]:
    """Not refused but made twice: an HTTP API's name need not be its own."""
    pages = target.client("apigatewayv2").get_paginator("get_apis").paginate()
    ids = [api["ApiId"] for page in pages for api in page["Items"] if api["Name"] == change.after["name"]]
    return f"HTTP API {change.after['name']}", ids[0] if ids else ""


def _part_of_api(call: str, id_: str) -> Lookup:
    """Ours has one of each. They can be looked for once it is known which API they are in."""

    def lookup(target: Target, change: Change) -> tuple[str, str]:
        api = change.after.get("api_id")
        parts = getattr(target.client("apigatewayv2"), call)(ApiId=api)["Items"] if api else []
        return f"{change.kind} of HTTP API {api}", f"{api}/{parts[0][id_]}" if parts else ""

    return lookup


def _role(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["name"]
    target.client("iam").get_role(RoleName=name)
    return f"role {name}", name


def _log_group(target: Target, change: Change) -> tuple[str, str]:
    name = change.after["name"]
    groups = target.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return f"log group {name}", name if any(group["logGroupName"] == name for group in groups) else ""


def _budget(target: Target, change: Change) -> tuple[str, str]:
    account, name = target.identity["Account"], change.after["name"]
    target.client("budgets").describe_budget(AccountId=account, BudgetName=name)
    return f"budget {name}", f"{account}:{name}"


LOOKUPS: dict[str, Lookup] = {
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_lifecycle_configuration": _lifecycle,
    "aws_dynamodb_table": _table,
    "aws_sqs_queue": _queue,
    "aws_lambda_function": _function,
    "aws_lambda_alias": _alias,
    "aws_lambda_permission": _permission,
    "aws_lambda_event_source_mapping": _mapping,
    "aws_lambda_function_url": _function_url,
    "aws_apigatewayv2_api": _api,
    "aws_apigatewayv2_integration": _part_of_api("get_integrations", "IntegrationId"),
    "aws_apigatewayv2_route": _part_of_api("get_routes", "RouteId"),
    "aws_apigatewayv2_stage": _part_of_api("get_stages", "StageName"),
    "aws_iam_role": _role,
    "aws_cloudwatch_log_group": _log_group,
    "aws_budgets_budget": _budget,
}
