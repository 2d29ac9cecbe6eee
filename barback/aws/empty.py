"""Empties a bucket, versions, delete markers and unfinished uploads included: S3 deletes only empty buckets."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from barback.errors import Problem
from barback.targets import Target


def empty_bucket(target: Target, bucket: str, progress: Callable[[str], None]) -> int:
    """Returns how many versions and markers went; 0 for a bucket that is not there."""
    s3, gone = target.client("s3"), 0
    try:
        # Always the first page: what a marker for the next one points at is gone by then.
        while entries := _first_page(s3, bucket):
            gone += _delete(s3, bucket, [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in entries])
            progress(f"{gone:,} versions and markers")
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
            for upload in page.get("Uploads", []):
                s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
    return gone


def _first_page(s3: Any, bucket: str) -> list[dict[str, Any]]:
    page = s3.list_object_versions(Bucket=bucket)
    return [*page.get("Versions", []), *page.get("DeleteMarkers", [])]


def _delete(s3: Any, bucket: str, objects: list[dict[str, str]]) -> int:
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if errors := answer.get("Errors"):
        first = errors[0]
        raise Problem(
            f"{len(errors)} objects in {bucket} cannot be deleted; the first is {first['Key']}: {first['Message']}",
            "look for an object lock or a policy on the bucket that forbids it",
        )
    return len(objects)
