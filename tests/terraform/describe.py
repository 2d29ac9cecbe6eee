"""Describes everything that an account holds, as AWS's own APIs tell it: every field of every resource, found by
listing, so that something nobody asked for is seen too."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

Client = Callable[[str], Any]
# What is different each time: when a resource was made, under which random id, and how much has been logged.
VOLATILE = re.compile(
    r"ResponseMetadata|RevisionId|CreationDate|CreateDate|\w*CreationDateTime|creationTime|TableId|LastModified|RoleId|"
    r"UUID|CreatedTimestamp|LastModifiedTimestamp|StateTransitionReason|LastUpdateToPayPerRequestDateTime|Location|"
    r"\w*RestorableDateTime|IndexArn|RequestId|HostId|AlarmConfigurationUpdatedTimestamp|State\w*Timestamp|RoleLastUsed|"
    r"EffectiveDeliveryPolicy|storedBytes|CreationTime|LastModifiedTime"
)


# The types of Terraform's resources that are described here. One that is not would differ between the targets unseen.
DESCRIBED = {
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_object",
    "aws_dynamodb_table",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_policy",
    "aws_lambda_alias",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_function_url",
    "aws_lambda_permission",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_metric_alarm",
    "aws_sns_topic",
    "aws_sns_topic_policy",
}
# Only made when asked for, as a mail needs an address; and what LocalStack does not have.
NOT_BUILT = {
    "aws_sns_topic_subscription",
    "aws_budgets_budget",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_stage",
}

# Tags and filter rules: lists in form, mappings in meaning.
NAMED_VALUES = ({"Key", "Value"}, {"Name", "Value"})


def describe(client: Client) -> dict[str, Any]:
    """One flat mapping: `bucket raw · policy · Statement · 0 · Action` to its value."""
    flat: dict[str, Any] = {}
    for section in (_buckets, _tables, _queues, _functions, _mappings, _roles, _log_groups, _rules, _watching):
        for name, description in section(client):
            flat |= dict(_flatten(name, description))
    return flat


def _flatten(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = json.loads(value)
    if isinstance(value, list) and value and all(isinstance(e, dict) and set(e) in NAMED_VALUES for e in value):
        value = {str(entry.get("Key", entry.get("Name"))): entry["Value"] for entry in value}
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            if not VOLATILE.fullmatch(key):
                yield from _flatten(f"{path} · {key}", inner)
    elif isinstance(value, list) and value:
        for i, inner in enumerate(sorted(value, key=_order)):
            yield from _flatten(f"{path} · {i}", inner)
    else:
        yield path, value


def _order(value: Any) -> str:
    """Lists are compared as sets: the same whatever order an API answers in, and whatever random id stands inside."""
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if key != "Id"}
    return json.dumps(value, sort_keys=True, default=str)


def _buckets(client: Client) -> Iterator[tuple[str, Any]]:
    s3 = client("s3")
    parts = {
        "versioning": s3.get_bucket_versioning,
        "public access": s3.get_public_access_block,
        "encryption": s3.get_bucket_encryption,
        "lifecycle": s3.get_bucket_lifecycle_configuration,
        "policy": s3.get_bucket_policy,
        "notification": s3.get_bucket_notification_configuration,
        "tags": s3.get_bucket_tagging,
        "ownership": s3.get_bucket_ownership_controls,
        "acl": s3.get_bucket_acl,
        "logging": s3.get_bucket_logging,
        "cors": s3.get_bucket_cors,
        "website": s3.get_bucket_website,
        "objects": lambda **bucket: [o["Key"] for o in s3.list_objects_v2(**bucket).get("Contents", [])],
    }
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        yield f"bucket {name}", {part: _or_nothing(call, Bucket=name) for part, call in parts.items()}


def _tables(client: Client) -> Iterator[tuple[str, Any]]:
    dynamodb = client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        there = dynamodb.describe_table(TableName=name)["Table"]
        yield (
            f"table {name}",
            {
                "description": there,
                "tags": dynamodb.list_tags_of_resource(ResourceArn=there["TableArn"])["Tags"],
                "ttl": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
                "backups": dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"],
            },
        )


def _queues(client: Client) -> Iterator[tuple[str, Any]]:
    sqs = client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        yield (
            f"queue {url.rsplit('/', 1)[-1]}",
            {**attributes, "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags", {})},
        )


def _functions(client: Client) -> Iterator[tuple[str, Any]]:
    functions = client("lambda")
    for entry in functions.list_functions()["Functions"]:
        name = {"FunctionName": entry["FunctionName"]}
        aliases = functions.list_aliases(**name)["Aliases"]
        # Triggers start an alias where there is one.
        started = {**name, "Qualifier": aliases[0]["Name"]} if aliases else name
        described = {
            "function": functions.get_function(**name),
            "permissions": [s for which in (name, started)[: 1 + len(aliases)] for s in _statements(functions, which)],
            "retries": _or_nothing(functions.get_function_event_invoke_config, **name),
            "url": _or_nothing(functions.get_function_url_config, **name),
        }
        if aliases:
            retries = _or_nothing(functions.get_function_event_invoke_config, **started)
            described["alias"] = {"aliases": aliases, "retries": retries}
        yield f"function {entry['FunctionName']}", described


def _statements(functions: Any, which: dict[str, str]) -> list[dict[str, Any]]:
    """Who may start a function, or an alias of it."""
    policy = _or_nothing(functions.get_policy, **which)
    statements: list[dict[str, Any]] = json.loads(policy["Policy"])["Statement"] if policy else []
    return statements


def _mappings(client: Client) -> Iterator[tuple[str, Any]]:
    for there in client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        # Its ARN ends in its random id.
        there.pop("EventSourceMappingArn", None)
        yield f"mapping of {there['FunctionArn'].split(':')[6]}", there


def _roles(client: Client) -> Iterator[tuple[str, Any]]:
    iam = client("iam")
    for entry in iam.list_roles()["Roles"]:
        name = entry["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        yield (
            f"role {name}",
            {
                "role": iam.get_role(RoleName=name)["Role"],
                "inline": {p: iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"] for p in inline},
                "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
            },
        )


def _log_groups(client: Client) -> Iterator[tuple[str, Any]]:
    logs = client("logs")
    for there in logs.describe_log_groups()["logGroups"]:
        name = there["logGroupName"]
        yield f"log group {name}", {**there, "tags": logs.list_tags_log_group(logGroupName=name)["tags"]}


def _rules(client: Client) -> Iterator[tuple[str, Any]]:
    events = client("events")
    for there in events.list_rules()["Rules"]:
        targets = events.list_targets_by_rule(Rule=there["Name"])["Targets"]
        tags = events.list_tags_for_resource(ResourceARN=there["Arn"])["Tags"]
        yield f"rule {there['Name']}", {**there, "targets": targets, "tags": tags}


def _watching(client: Client) -> Iterator[tuple[str, Any]]:
    for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]:
        yield f"alarm {alarm['AlarmName']}", alarm
    for dashboard in client("cloudwatch").list_dashboards()["DashboardEntries"]:
        name = dashboard["DashboardName"]
        yield f"dashboard {name}", client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    for topic in client("sns").list_topics()["Topics"]:
        attributes = client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        subscribed = client("sns").list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
        yield f"topic {topic['TopicArn'].rsplit(':', 1)[-1]}", {**attributes, "subscribed": subscribed}


def _or_nothing(call: Callable[..., Any], **arguments: str) -> Any:
    """What was never configured is answered with an error that says so."""
    try:
        return call(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if not re.search(r"NoSuch|NotFound", code):
            raise
        return None
