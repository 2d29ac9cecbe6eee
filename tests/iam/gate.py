"""Enforces a role's policy on every call that a boto3 session makes, as AWS would.

The statements are evaluated by moto's IAM; what a call needs (which actions, on which ARNs) is told here, from AWS's
service authorization reference. moto's server cannot be left alone with it: it takes every DynamoDB, SQS and Logs
call to be on the resource `*`, and asks for a `TransactWriteItems` permission that AWS does not have.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.config
import botocore.loaders
import botocore.session
from botocore.awsrequest import AWSResponse
from moto.iam.access_control import IAMPolicy, PermissionResult

from barback.stack.names import Names

NO_FILES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
# The descriptions of AWS's services, read once for all sessions.
SERVICES = botocore.loaders.create_loader()


@dataclass(frozen=True)
class Need:
    action: str
    resource: str


class RoleSession:
    """Stands where boto3 keeps its default session; knows its clients, so that no connection outlives a run."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._clients: list[Any] = []

    def client(self, *arguments: Any, **options: Any) -> Any:
        self._clients.append(self._session.client(*arguments, **options))
        return self._clients[-1]

    def close(self) -> None:
        for client in self._clients:
            client.close()


class Gate:
    """Refuses what the policy does not allow, and remembers what was asked for."""

    def __init__(self, policy: dict[str, Any], names: Names) -> None:
        self.used: set[Need] = set()
        self._policy = IAMPolicy(json.dumps(policy))
        self._names = names

    def allows(self, need: Need) -> bool:
        return self._policy.is_action_permitted(need.action, need.resource) is PermissionResult.PERMITTED

    def session(self) -> RoleSession:
        """Reads no profile; where it connects to is the environment's business, as in Lambda."""
        session = botocore.session.Session(session_vars=NO_FILES)
        session.register_component("data_loader", SERVICES)
        session.set_config_variable("region", self._names.region)
        session.set_credentials("test", "test")
        session.set_default_client_config(botocore.config.Config(s3={"addressing_style": "path"}))
        session.register("provide-client-params", self._note)
        session.register("before-call", self._judge)
        session.register("after-call.s3", self._hide)
        return RoleSession(boto3.Session(botocore_session=session))

    def _note(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context["needs"] = list(needs(model.service_model.service_name, model.name, params, self._names))
        context["bucket"] = params.get("Bucket")

    def _judge(self, context: dict[str, Any], model: Any, request_signer: Any, **_: Any) -> Any:
        self.used.update(context["needs"])
        refused = next((need for need in context["needs"] if not self.allows(need)), None)
        return None if refused is None else _refusal(refused)

    def _hide(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        """S3 says "not found" only to those who may list the bucket; to others, "forbidden"."""
        if http_response.status_code != 404 or context["bucket"] is None:
            return
        need = Need("s3:ListBucket", f"arn:{self._names.partition}:s3:::{context['bucket']}")
        self.used.add(need)
        if not self.allows(need):
            http, answer = _refusal(need)
            http_response.status_code = http.status_code
            parsed |= answer


def _refusal(need: Need) -> tuple[AWSResponse, dict[str, Any]]:
    message = f"not authorized to perform: {need.action} on resource: {need.resource}"
    code = "AccessDenied" if need.action.startswith("s3:") else "AccessDeniedException"
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return AWSResponse("", 403, {}, None), answer


ON_OBJECTS = {
    "GetObject": "GetObject",
    "HeadObject": "GetObject",
    "GetObjectTagging": "GetObjectTagging",
    "PutObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "AbortMultipartUpload": "AbortMultipartUpload",
    "DeleteObject": "DeleteObject",
}
WITH_VERSION = {"GetObject": "GetObjectVersion", "DeleteObject": "DeleteObjectVersion"}
ON_BUCKETS = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "GetBucketLocation": "GetBucketLocation",
}
ON_TABLES = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable"}
IN_TRANSACTIONS = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def needs(service: str, operation: str, params: dict[str, Any], names: Names) -> Iterator[Need]:
    """What a call needs. A call that is not known here fails the test: it must be looked up and added."""
    known = {"s3": _s3, "dynamodb": _dynamodb, "sqs": _sqs, "logs": _logs}
    found = list(known[service](operation, params, names)) if service in known else []
    if not found:
        raise NotImplementedError(f"look up what {service} {operation} needs, and add it to tests/iam/gate.py")
    yield from found


def _s3(operation: str, params: dict[str, Any], names: Names) -> Iterator[Need]:
    bucket = f"arn:{names.partition}:s3:::{params['Bucket']}"
    if operation in ON_BUCKETS:
        yield Need(f"s3:{ON_BUCKETS[operation]}", bucket)
    elif operation == "CopyObject":
        source = params["CopySource"]
        yield from _s3("GetObject", source, names)
        yield Need("s3:PutObject", f"{bucket}/{params['Key']}")
    elif operation == "DeleteObjects":
        for entry in params["Delete"]["Objects"]:
            yield from _s3("DeleteObject", {"Bucket": params["Bucket"], **entry}, names)
    elif operation in ON_OBJECTS:
        action = ON_OBJECTS[operation]
        if params.get("VersionId"):
            action = WITH_VERSION[action]
        yield Need(f"s3:{action}", f"{bucket}/{params['Key']}")
        if operation in ("PutObject", "CompleteMultipartUpload") and params.get("IfMatch"):
            yield Need("s3:GetObject", f"{bucket}/{params['Key']}")


def _dynamodb(operation: str, params: dict[str, Any], names: Names) -> Iterator[Need]:
    def table(name: str) -> str:
        return name if name.startswith("arn:") else names.arn("dynamodb", f"table/{name}")

    if operation in ON_TABLES:
        index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
        yield Need(f"dynamodb:{operation}", table(params["TableName"]) + index)
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for item in params["TransactItems"]:
            for kind, entry in item.items():
                yield Need(f"dynamodb:{IN_TRANSACTIONS[kind]}", table(entry["TableName"]))
    elif operation in ("BatchWriteItem", "BatchGetItem"):
        for name in params["RequestItems"]:
            yield Need(f"dynamodb:{operation}", table(name))


def _sqs(operation: str, params: dict[str, Any], names: Names) -> Iterator[Need]:
    # The actions on a batch are those on one message.
    yield Need(f"sqs:{operation.removesuffix('Batch')}", names.arn("sqs", params["QueueUrl"].rsplit("/", 1)[-1]))


def _logs(operation: str, params: dict[str, Any], names: Names) -> Iterator[Need]:
    stream = f":log-stream:{params['logStreamName']}"
    yield Need(f"logs:{operation}", names.arn("logs", f"log-group:{params['logGroupName']}{stream}"))
