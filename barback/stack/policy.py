"""Who owns a role, and what each role may do: computed from the owner's entry in the stack, and never `*`.

Functions own roles. Another kind of compute would be another kind of owner: one more line in KINDS.

Works on the compiled stack as plain JSON and on the standard library only: the ready hook uses it inside LocalStack.
infra/iam.tf computes the same for AWS; a test holds the two together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from barback.stack.names import Names

# Actions on a bucket itself; every other S3 action in the stack is on its objects.
BUCKET_ACTIONS = frozenset({"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"})
CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")

Entry = dict[str, Any]
Statement = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of owner: the service that assumes its roles, and what that service needs beside the permissions that the
    entry lists."""

    principal: str
    needs: Callable[[str, Entry, Names], Iterator[Statement]]


@dataclass(frozen=True)
class Owner:
    """An entry of the stack with a role of its own."""

    kind: Kind
    entry: Entry


def owners(stack: dict[str, Any]) -> dict[str, Owner]:
    """By name. A role is called as its owner is, so no two owners share a name, whatever their kinds."""
    return {
        name: Owner(kind, entry) for section, kind in KINDS.items() for name, entry in stack.get(section, {}).items()
    }


def trust(stack: dict[str, Any], owner: str) -> dict[str, Any]:
    """Who may assume the role of one owner."""
    principal = {"Service": owners(stack)[owner].kind.principal}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def policy(stack: dict[str, Any], owner: str, names: Names) -> dict[str, Any]:
    """The policy document of one owner's role."""
    found = owners(stack)[owner]
    statements = list(found.kind.needs(owner, found.entry, names))
    for permission in found.entry["permissions"]:
        statements.extend(_granted(permission, names))
    return {"Version": "2012-10-17", "Statement": statements}


def _of_function(name: str, entry: Entry, names: Names) -> Iterator[Statement]:
    yield allow(WRITE_LOGS, f"{names.arn('logs', 'log-group:' + names.log_group(name))}:*")
    if entry["failed_events"]:
        yield allow(["sqs:SendMessage"], names.queue_arn(entry["failed_events"]))
    for trigger in entry["triggers"]:
        if "queue" in trigger:
            yield allow(CONSUME, names.queue_arn(trigger["queue"]))


# By their section in the stack.
KINDS = {"functions": Kind("lambda.amazonaws.com", _of_function)}


def _granted(permission: dict[str, Any], names: Names) -> list[Statement]:
    actions = permission["actions"]
    if bucket := permission.get("bucket"):
        on_bucket = [action for action in actions if action in BUCKET_ACTIONS]
        on_objects = [action for action in actions if action not in BUCKET_ACTIONS]
        arn = names.bucket_arn(bucket)
        return [
            *([allow(on_bucket, arn)] if on_bucket else []),
            *([allow(on_objects, f"{arn}/{permission.get('prefix', '')}*")] if on_objects else []),
        ]
    if table := permission.get("table"):
        index = f"/index/{permission['index']}" if permission.get("index") else ""
        return [allow(actions, names.table_arn(table) + index)]
    return [allow(actions, names.queue_arn(permission["queue"]))]


def allow(actions: list[str] | tuple[str, ...], resource: str) -> Statement:
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
