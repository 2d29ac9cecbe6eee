"""Which rights a deployment used, read from the calls that an engine logged, and whether a policy gives them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from moto.iam.access_control import IAMPolicy, PermissionResult

CALL = re.compile(r"AWS ([a-z0-9]+)\.([A-Za-z]+) =>")
# Where a call's right has another name than the call.
RIGHTS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "lambda:Invoke": "lambda:InvokeFunction",
    "apigatewayv2:GetApis": "apigateway:GET",
}
# These are about no single resource: they need the right on `*`.
ON_EVERYTHING = {
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListDashboards",
    "dynamodb:ListTables",
    "events:ListRules",
    "iam:ListRoles",
    "lambda:GetEventSourceMapping",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "s3:ListAllMyBuckets",
    "sns:ListTopics",
    "sqs:ListQueues",
    "sts:GetCallerIdentity",
}
A_RESOURCE = {
    "apigateway": "arn:aws:apigateway:us-east-1::/apis",
    "cloudwatch": "arn:aws:cloudwatch:us-east-1:{account}:alarm:{prefix}-x",
    "dynamodb": "arn:aws:dynamodb:us-east-1:{account}:table/{prefix}-x",
    "events": "arn:aws:events:us-east-1:{account}:rule/{prefix}-x",
    "iam": "arn:aws:iam::{account}:role/{prefix}-x",
    "lambda": "arn:aws:lambda:us-east-1:{account}:function:{prefix}-x",
    "logs": "arn:aws:logs:us-east-1:{account}:log-group:/aws/lambda/{prefix}-x",
    "s3": "arn:aws:s3:::{prefix}-raw-{account}",
    "sns": "arn:aws:sns:us-east-1:{account}:{prefix}-alarms",
    "sqs": "arn:aws:sqs:us-east-1:{account}:{prefix}-x",
}
# Given under a condition on the function, which moto does not look at.
CONDITIONED = {f"lambda:{verb}EventSourceMapping" for verb in ("Create", "Update", "Delete")}


def rights_used(log: Path) -> set[str]:
    found = {f"{service}:{call}" for service, call in CALL.findall(log.read_text(encoding="utf-8", errors="replace"))}
    return {RIGHTS.get(right, right) for right in found}


def not_given(policy: str, rights: set[str], prefix: str, account: str) -> Iterator[str]:
    """Those of the rights that a policy does not give on what the stack's resources are called."""
    judge = IAMPolicy(json.dumps(json.loads(policy)))
    for right in sorted(rights - CONDITIONED):
        service = right.partition(":")[0]
        resource = "*" if right in ON_EVERYTHING else A_RESOURCE[service].format(prefix=prefix, account=account)
        if judge.is_action_permitted(right, resource) is not PermissionResult.PERMITTED:
            yield f"{right} on {resource}"
