"""What the CSV profiler brings: sample files, their profiles as a table, and a check after a deployment."""

import time
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from barback.console import Step, say, table
from barback.diagnosis import explain
from barback.errors import Problem
from barback.flows.csv_profile.metadata import metadata, metadata_of
from barback.flows.flow import Flow as Base
from barback.flows.flow import Progress, Shell
from barback.flows.objects import exists, remove
from barback.polling import wait_for
from barback.stack.checks import Loc
from barback.stack.model import UploadTrigger
from barback.targets import Target
from barback.terminal import clip
from csv_profile.rules import mistakes_in
from csv_profile.store import profile_key

FUNCTION = "csv_profile"
PATIENCE = 120.0
# S3 may take five minutes until a new notification is in force; what is uploaded before starts nothing.
SMOKE_PATIENCE = 360.0
UPLOAD_AGAIN = 30.0
WIDEST_MESSAGE = 58
SAMPLE = b"name,age,joined\nAda,36,2024-01-31\nGrace,,2024-02-29\nEdsger,72,2024-03-01\n"


class Flow(Base):
    def demo(self, target: Target) -> None:
        with Step("dropping sample files into the bucket") as step:
            dropped = {sample.key: sample.drop(target) for sample in self.samples()}
            step.note(f"{len(dropped)} files in s3://{target.names.bucket('raw')}/uploads/")
        items: dict[str, dict[str, Any]] = {}
        with Step("waiting for their profiles") as step:
            for key, etag in dropped.items():
                items[key] = wait_for(
                    partial(metadata_of, target, key, etag),
                    f"the profile of {key}",
                    seconds=PATIENCE,
                    explain=lambda: explain(target, FUNCTION),
                )
                step.detail(f"{len(items)} of {len(dropped)}")
            step.note(f"{len(items)} items in {target.names.table('file_metadata')}")
        say()
        say(table(("file", "status", "rows", "missing", "invalid", "what was found"), map(_row, items.values())))

    def mistakes(self) -> Iterable[tuple[Loc, str]]:
        triggers = [t for f in self.functions.values() for t in f.triggers if isinstance(t, UploadTrigger)]
        for bucket, entry in self.stack.buckets.items():
            prefixes = sorted({trigger.prefix for trigger in triggers if trigger.bucket == bucket})
            for prefix, rules in entry.expect.items():
                here: Loc = ("buckets", bucket, "expect", prefix)
                if not any(prefix.startswith(p) or p.startswith(prefix) for p in prefixes):
                    yield here, f"is no prefix of files that are profiled: {', '.join(prefixes) or 'none are'}"
                yield from (((*here, *path), what) for path, what in mistakes_in(rules))

    def hints(self, shell: Shell) -> list[str]:
        names = shell.target.names
        sample = "employees.csv"
        key = f'{{"file_name": {{"S": "uploads/{sample}"}}}}'
        return [
            f"make profile FILE=samples/{self.name}/{sample}",
            f"{shell.aws} s3 cp FILE.csv s3://{names.bucket('raw')}/uploads/",
            f"{shell.aws} s3 ls s3://{names.bucket('processed')}/profiles/uploads/",
            f"{shell.aws} dynamodb get-item --table-name {names.table('file_metadata')} --key '{key}'",
            f"make logs F={FUNCTION} FOLLOW=1",
        ]

    def smoke(self, target: Target, progress: Progress) -> str:
        """Uploads a small file, waits for its profile, and removes both."""
        key = f"uploads/smoke-{uuid.uuid4().hex}.csv"
        raw, processed = target.names.bucket("raw"), target.names.bucket("processed")
        try:
            uploaded: list[float] = []

            def profiled() -> dict[str, Any] | None:
                if not uploaded or time.monotonic() - uploaded[-1] > UPLOAD_AGAIN:
                    target.client("s3").put_object(Bucket=raw, Key=key, Body=SAMPLE)
                    uploaded.append(time.monotonic())
                    progress(f"waiting for the profile of {key}")
                return metadata(target, key)

            item = wait_for(
                profiled,
                f"the profile of {key}",
                seconds=SMOKE_PATIENCE,
                explain=lambda: explain(target, FUNCTION),
            )
            if item["status"] != "success":
                raise Problem(
                    f"the sample came out as {item['status']}: {item.get('error_message') or 'no message'}",
                    "the stack is deployed, but its code is wrong: run the local tests (make test)",
                )
            if not exists(target, processed, profile_key(key)):
                raise Problem(
                    f"there is an item for {key}, but no profile at s3://{processed}/{profile_key(key)}",
                    "run the local tests (make test)",
                )
            return f"a file was profiled {time.monotonic() - uploaded[-1]:.1f} s after its upload"
        finally:
            progress("removing the sample")
            remove(target, raw, key)
            remove(target, processed, profile_key(key))
            metadata_table = target.names.table("file_metadata")
            target.client("dynamodb").delete_item(TableName=metadata_table, Key={"file_name": {"S": key}})

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        there = target.client("dynamodb").describe_table(TableName=target.names.table("file_metadata"))
        yield "files profiled", there["Table"]["ItemCount"]


def _row(item: dict[str, Any]) -> tuple[object, ...]:
    quality = item.get("quality_issues") or {}
    missing = sum(int(column["count"]) for column in (quality.get("missing_values") or {}).values())
    invalid = sum(int(column["count"]) for column in (quality.get("invalid_values") or {}).values())
    return (
        item["file_name"].removeprefix("uploads/"),
        item["status"],
        item.get("row_count", 0),
        missing,
        invalid,
        _found(item, quality),
    )


def _found(item: dict[str, Any], quality: dict[str, Any]) -> str:
    """The error that ended it, or the kinds of issues in the words of the field."""
    codes = dict.fromkeys(issue["code"] for issue in quality.get("issues") or [])
    words: str = (
        item.get("error_message") or ", ".join(codes) or ("missing cells" if quality.get("has_issues") else "–")
    )
    return clip(words, WIDEST_MESSAGE)
