"""What the tests do with deployed flows: drop a file, wait for what comes of it, look at what failed.

Every wait polls to a deadline; when it passes, the message tells the function's state, its last log lines and what
lies among the failed events.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from barback.diagnosis import explain
from barback.failed_events import redrive
from barback.failed_events.queue import Unreadable, read
from barback.flows.csv_profile.metadata import metadata, metadata_of
from barback.polling import wait_for
from barback.targets import Target
from tests.events import s3_event

T = TypeVar("T")
PATIENCE = 60.0
HIDDEN_SECONDS = 30  # from others, what is looked at to be removed
# Retries and failed events: seconds on a local engine, minutes on AWS.
RETRY_PATIENCE = {False: 90.0, True: 600.0}


@dataclass(frozen=True)
class Dropped:
    """A file that was put into the raw bucket."""

    key: str
    etag: str
    version_id: str


@dataclass
class Flows:
    target: Target
    run: str

    def key(self, name: str, prefix: str = "uploads") -> str:
        """A key of this run's own: two runs on one AWS account never meet."""
        return f"{prefix}/{self.run}/{name}"

    def drop(self, name: str, body: bytes | str, *, prefix: str = "uploads", **options: Any) -> Dropped:
        key = self.key(name, prefix)
        data = body.encode() if isinstance(body, str) else body
        bucket = self.target.names.bucket("raw")
        answer = self.target.client("s3").put_object(Bucket=bucket, Key=key, Body=data, **options)
        return Dropped(key, answer["ETag"].strip('"'), answer.get("VersionId", ""))

    def leave_failed_event(self, event: dict[str, Any]) -> None:
        """Puts what Lambda leaves of an event whose retries were used up."""
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "requestContext": {
                "functionArn": self.target.names.function_arn("csv_profile") + ":$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": event,
            "responsePayload": {"errorType": "StoreFailed", "errorMessage": "the table was away"},
        }
        url = redrive.queue_url(self.target, "failed_events")
        self.target.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(record))

    def metadata(self, key: str) -> dict[str, Any] | None:
        """The item that the profile flow keeps of a file."""
        return metadata(self.target, key)

    def metadata_of(self, dropped: Dropped) -> dict[str, Any]:
        """The item of exactly this upload, not of an earlier one at the same key."""
        check = partial(metadata_of, self.target, dropped.key, dropped.etag)
        return self.eventually(check, f"the metadata of {dropped.key}", "csv_profile")

    def profile(self, key: str) -> dict[str, Any]:
        """The whole profile in the processed bucket."""
        bucket = self.target.names.bucket("processed")
        body = self.target.client("s3").get_object(Bucket=bucket, Key=f"profiles/{key}.json")["Body"]
        found: dict[str, Any] = json.load(body)
        return found

    def exists(self, bucket: str, key: str) -> bool:
        try:
            self.target.client("s3").head_object(Bucket=self.target.names.bucket(bucket), Key=key)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "404", error
            return False
        return True

    def read(self, bucket: str, key: str) -> bytes:
        found = self.target.client("s3").get_object(Bucket=self.target.names.bucket(bucket), Key=key)
        body: bytes = found["Body"].read()
        return body

    def versions(self, bucket: str, prefix: str) -> set[tuple[str, str]]:
        """Keys and versions. If they are the same as before, nothing was written between."""
        pages = self.target.client("s3").get_paginator("list_object_versions")
        found = pages.paginate(Bucket=self.target.names.bucket(bucket), Prefix=prefix)
        return {(entry["Key"], entry["VersionId"]) for page in found for entry in page.get("Versions", [])}

    def invoke(self, function: str, event: Any, *, wait: bool = True) -> Any:
        """Calls a function directly; with `wait` for its answer."""
        payload, failed = self._call(function, event, wait)
        assert not failed, payload
        return payload

    def failure(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Calls a function that is to fail: the error it ended with."""
        payload, failed = self._call(function, event, wait=True)
        assert failed, payload
        error: dict[str, Any] = payload
        return error

    def _call(self, function: str, event: Any, wait: bool) -> tuple[Any, bool]:
        # A client that gave up before the function does would invoke it again.
        patience = self.target.stack.functions[function].timeout + PATIENCE
        answer = self.target.client("lambda", read_timeout=patience).invoke(
            FunctionName=self.target.names.called(function),
            InvocationType="RequestResponse" if wait else "Event",
            Payload=json.dumps(event).encode(),
        )
        return json.loads(answer["Payload"].read() or b"null"), "FunctionError" in answer

    def upload_event(self, dropped: Dropped, **changes: Any) -> dict[str, Any]:
        """The event that S3 sends for an upload, for sending it again in ways that S3 does."""
        bucket = self.target.names.bucket("raw")
        return s3_event(bucket, dropped.key, etag=dropped.etag, version_id=dropped.version_id, **changes)

    def failed_events(self, function: str) -> list[dict[str, Any]]:
        """The failed events of one function, left in their queue, however many others lie there."""
        queue = self.target.stack.functions[function].failed_events
        assert queue, f"{function} keeps no failed events"
        messages = redrive.dead_letters(self.target, queue).look(redrive.LOOK_AT_MOST)
        records = [json.loads(message.body) for message in messages if is_record(message.body)]
        arn = self.target.names.function_arn(function)
        return [record for record in records if record["requestContext"]["functionArn"].startswith(arn)]

    def eventually(self, check: Callable[[], T | None], what: str, function: str, seconds: float = PATIENCE) -> T:
        return wait_for(check, what, seconds=seconds, explain=lambda: explain(self.target, function))

    @property
    def retry_patience(self) -> float:
        return RETRY_PATIENCE[self.target.is_aws]

    @contextmanager
    def restored(self, table: str, prefix: str) -> Iterator[None]:
        """What comes under a prefix of the buckets and into a table meanwhile is taken away again: for runs whose keys
        are not this run's own."""
        objects = {bucket: self.versions(bucket, prefix) for bucket in self.target.stack.buckets}
        items = self._keys(table)
        try:
            yield
        finally:
            s3, dynamodb = self.target.client("s3"), self.target.client("dynamodb")
            for bucket, before in objects.items():
                for key, version in self.versions(bucket, prefix) - before:
                    s3.delete_object(Bucket=self.target.names.bucket(bucket), Key=key, VersionId=version)
            for key in self._keys(table) - items:
                dynamodb.delete_item(
                    TableName=self.target.names.table(table), Key={name: {"S": value} for name, value in key}
                )

    def _keys(self, table: str) -> set[tuple[tuple[str, str], ...]]:
        entry = self.target.stack.tables[table]
        names = [name for name in (entry.key, entry.sort) if name]
        pages = (
            self.target.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.target.names.table(table), ConsistentRead=True)
        )
        return {tuple((name, item[name]["S"]) for name in names) for page in pages for item in page["Items"]}

    def clean_up(self) -> None:
        """Removes what this run left: objects with all their versions, items, and messages about them."""
        s3 = self.target.client("s3")
        for bucket in self.target.stack.buckets:
            name = self.target.names.bucket(bucket)
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
                entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                mine = [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in entries if f"/{self.run}/" in e["Key"]]
                if mine:
                    s3.delete_objects(Bucket=name, Delete={"Objects": mine, "Quiet": True})
        dynamodb = self.target.client("dynamodb")
        for short, table in self.target.stack.tables.items():
            name, key = self.target.names.table(short), [part for part in (table.key, table.sort) if part]
            attributes = {f"#{n}": part for n, part in enumerate(key)}
            pages = dynamodb.get_paginator("scan").paginate(
                TableName=name, ProjectionExpression=", ".join(attributes), ExpressionAttributeNames=attributes
            )
            for item in (item for page in pages for item in page["Items"]):
                if self.run in item[table.key].get("S", ""):
                    dynamodb.delete_item(TableName=name, Key=item)
        for queue in {*redrive.failure_queues(self.target.stack), *redrive.message_queues(self.target.stack).values()}:
            waiting = redrive.dead_letters(self.target, queue)
            with waiting.taking(HIDDEN_SECONDS) as batches:
                for batch in batches:
                    waiting.delete([message for message in batch if self.run in message.body])


def is_record(body: str) -> bool:
    """Whether a message is what Lambda leaves of a failed event; anyone may have put something else there."""
    try:
        read(body)
    except Unreadable:
        return False
    return True
