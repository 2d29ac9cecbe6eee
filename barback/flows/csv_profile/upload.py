"""A file's way through the deployed profiler: up into the bucket, and its profile back down."""

import threading
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from barback.console import Step
from barback.diagnosis import explain
from barback.errors import Problem
from barback.flows.csv_profile.metadata import metadata
from barback.flows.csv_profile.view import progress
from barback.invocation import patience
from barback.polling import wait_for
from barback.stack.model import Stack, UploadTrigger
from barback.targets import Target
from barback.terminal import plain

FUNCTION = "csv_profile"


def profile_by_upload(target: Target, file: Path, stated: dict[str, str], output: TextIO) -> tuple[str, list[str]]:
    """Uploads a file and waits for the profile of exactly this upload; returns it and where it lies."""
    key, name = key_for(target.stack, file.name), plain(file.name)
    try:
        etag, version = _upload(target, file, key, stated, output)
        with Step("waiting for its profile", output):
            item = wait_for(
                lambda: _of_this_upload(metadata(target, key), etag, version),
                f"the profile of {plain(key)}",
                seconds=patience(target, FUNCTION),
                explain=lambda: explain(target, FUNCTION),
            )
        return _fetch(target, item)
    except (ClientError, Boto3Error, BotoCoreError) as error:
        where = "AWS" if target.is_aws else f"the engine at {target.endpoint}"
        hint = "make status" if target.is_aws else "start it: make up"
        raise Problem(f"{name} cannot be profiled by {where}: {error}", hint) from None


def key_for(stack: Stack, name: str) -> str:
    """Where in the bucket a file of this name is profiled."""
    triggers = [t for t in stack.functions[FUNCTION].triggers if isinstance(t, UploadTrigger)]
    for trigger in triggers:
        if name.endswith(trigger.suffix):
            return trigger.prefix + name
    suffixes = ", ".join(trigger.suffix for trigger in triggers)
    raise Problem(
        f"{plain(name)} would not start a function", f"rename it to end in one of {suffixes}; or leave --upload out"
    )


def _upload(target: Target, file: Path, key: str, stated: dict[str, str], output: TextIO) -> tuple[str, str | None]:
    """In parts, where the file is large. Returns eTag and version of what now lies there."""
    s3, bucket, total = target.client("s3"), target.names.bucket("raw"), file.stat().st_size
    with Step(f"uploading {file.name}", output) as step:
        step.note(f"s3://{bucket}/{key}")
        done, lock = 0, threading.Lock()

        def count(sent: int) -> None:
            nonlocal done
            with lock:
                done += sent
                step.detail(progress(done, total))

        s3.upload_file(str(file), bucket, key, ExtraArgs={"Metadata": stated}, Callback=count)
        there = s3.head_object(Bucket=bucket, Key=key)
    return there["ETag"].strip('"'), there.get("VersionId")


def _of_this_upload(item: dict[str, Any] | None, etag: str, version: str | None) -> dict[str, Any] | None:
    return item if item and (item.get("etag"), item.get("version_id")) == (etag, version) else None


def _fetch(target: Target, item: dict[str, Any]) -> tuple[str, list[str]]:
    place = item["profile"]
    bucket, key = place.removeprefix("s3://").split("/", 1)
    try:
        answer = target.client("s3").get_object(Bucket=bucket, Key=key, IfMatch=item["profile_etag"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 412:
            raise
        raise Problem(
            f"{plain(item['file_name'])} was uploaded again by someone else", "run the same command again"
        ) from None
    links = [place] if target.endpoint is None else [place, f"{target.endpoint}/{bucket}/{quote(key)}"]
    return answer["Body"].read().decode(), links
