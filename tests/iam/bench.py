"""What an owner's exercise under its role works with. The exercises are in tests/iam/exercises/, a module a flow."""

import importlib
import uuid
from typing import Any

from barback.stack.names import Names
from barback.stack.policy import owners
from tests.events import s3_event
from upstream.server import Upstream


class Bench:
    """One owner under its role, on an account that holds the whole stack. `admin` may do everything: it prepares
    and looks; `role` is the session that the policy is enforced on."""

    def __init__(
        self, stack: dict[str, Any], owner: str, names: Names, admin: Any, role: Any, upstream: Upstream
    ) -> None:
        self.stack, self.name, self.owner, self.names = stack, owner, owners(stack)[owner], names
        self.admin, self.role, self.upstream = admin, role, upstream

    def invoke(self, event: dict[str, Any]) -> Any:
        module, _, name = self.owner.entry["handler"].rpartition(".")
        return getattr(importlib.import_module(module), name)(event, None)

    def put(self, bucket: str, key: str, body: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = self.admin("s3").put_object(Bucket=self.names.bucket(bucket), Key=key, Body=body)
        return answer

    def keys(self, bucket: str) -> list[str]:
        listed = self.admin("s3").list_objects_v2(Bucket=self.names.bucket(bucket))
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def items(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.admin("dynamodb").scan(TableName=self.names.table(table))["Items"]
        return found


def as_its_service_does(bench: Bench) -> None:
    """The calls that the service itself makes with the role."""
    SERVICES[bench.owner.kind.principal](bench)


def _as_lambda_does(bench: Bench) -> None:
    entry, sqs = bench.owner.entry, bench.role.client("sqs")
    write_logs(bench, bench.names.log_group(bench.name))
    if entry["failed_events"]:
        sqs.send_message(QueueUrl=_url(bench, entry["failed_events"]), MessageBody="{}")
    for trigger in entry["triggers"]:
        if "queue" in trigger:
            url = _url(bench, trigger["queue"])
            bench.admin("sqs").send_message(QueueUrl=url, MessageBody="{}")
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            [message] = sqs.receive_message(QueueUrl=url)["Messages"]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


SERVICES = {"lambda.amazonaws.com": _as_lambda_does}


def write_logs(bench: Bench, group: str) -> None:
    where, logs = {"logGroupName": group, "logStreamName": uuid.uuid4().hex}, bench.role.client("logs")
    logs.create_log_stream(**where)
    logs.put_log_events(**where, logEvents=[{"timestamp": 0, "message": "START"}])


def _url(bench: Bench, queue: str) -> str:
    url: str = bench.admin("sqs").get_queue_url(QueueName=bench.names.queue(queue))["QueueUrl"]
    return url


def upload_event(bench: Bench, bucket: str, key: str, put: dict[str, Any], *, version: bool = True) -> dict[str, Any]:
    """The event that S3 sends for an upload; without a version, as for a bucket that keeps none."""
    name = bench.names.bucket(bucket)
    return s3_event(name, key, etag=put["ETag"], version_id=put["VersionId"] if version else None)
