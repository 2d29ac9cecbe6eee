"""What each function's role may do: computed from its entry in the stack, nothing else, and never `*`.

Works on the compiled stack as plain JSON and on the standard library only: the ready hook uses it inside LocalStack.
infra/iam.tf computes the same for AWS; a test holds the two together.
"""

from typing import Any

from barback.stack.names import Names

# Actions on a bucket itself; every other S3 action in the stack is on its objects.
BUCKET_ACTIONS = frozenset({"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"})
CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def policy(stack: dict[str, Any], function: str, names: Names) -> dict[str, Any]:
    """The policy document of one function's role."""
    entry = stack["functions"][function]
    statements = [_allow(WRITE_LOGS, f"{names.arn('logs', 'log-group:' + names.log_group(function))}:*")]
    if entry["failed_events"]:
        statements.append(_allow(["sqs:SendMessage"], names.queue_arn(entry["failed_events"])))
    for trigger in entry["triggers"]:
        if "queue" in trigger:
            statements.append(_allow(CONSUME, names.queue_arn(trigger["queue"])))
    for permission in entry["permissions"]:
        statements.extend(_granted(permission, names))
    return {"Version": "2012-10-17", "Statement": statements}


def _granted(permission: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    actions = permission["actions"]
    if bucket := permission.get("bucket"):
        on_bucket = [action for action in actions if action in BUCKET_ACTIONS]
        on_objects = [action for action in actions if action not in BUCKET_ACTIONS]
        arn = names.bucket_arn(bucket)
        return [
            *([_allow(on_bucket, arn)] if on_bucket else []),
            *([_allow(on_objects, f"{arn}/{permission.get('prefix', '')}*")] if on_objects else []),
        ]
    if table := permission.get("table"):
        index = f"/index/{permission['index']}" if permission.get("index") else ""
        return [_allow(actions, names.table_arn(table) + index)]
    return [_allow(actions, names.queue_arn(permission["queue"]))]


def _allow(actions: list[str] | tuple[str, ...], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
