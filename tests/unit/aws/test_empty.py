"""Emptying a bucket: everything goes, whatever it is and however much of it there is."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from barback.aws.empty import empty_bucket
from barback.aws.leftovers import leftovers
from barback.config import Config
from barback.targets import Target

ENOUGH_FOR_TWO_PAGES = 1003


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        # Not equal to any other, so that no client is shared with another test.
        yield Target(Config(target="aws", account="123456789012"), None)


def test_versions_markers_and_unfinished_uploads_go(target: Target) -> None:
    s3 = target.client("s3")
    s3.create_bucket(Bucket="full")
    s3.put_bucket_versioning(Bucket="full", VersioningConfiguration={"Status": "Enabled"})
    for i in range(ENOUGH_FOR_TWO_PAGES):
        s3.put_object(Bucket="full", Key=f"key {i} é", Body=b"")
    s3.put_object(Bucket="full", Key="key 0 é", Body=b"newer")
    s3.delete_object(Bucket="full", Key="key 1 é")
    s3.create_multipart_upload(Bucket="full", Key="unfinished")
    told: list[str] = []
    assert empty_bucket(target, "full", told.append) == ENOUGH_FOR_TWO_PAGES + 2
    assert len(told) >= 2
    s3.delete_bucket(Bucket="full")


def test_a_bucket_that_is_gone_is_empty(target: Target) -> None:
    assert empty_bucket(target, "never-was", print) == 0


def test_lists_what_is_ours_and_nothing_else(target: Target) -> None:
    sqs, s3, logs = target.client("sqs"), target.client("s3"), target.client("logs")
    for name in ("barback-dev-events", "barback-development", "other"):
        sqs.create_queue(QueueName=name)
    s3.create_bucket(Bucket="barback-dev-raw-123456789012")
    logs.create_log_group(logGroupName="/aws/lambda/barback-dev-csv_profile")
    logs.create_log_group(logGroupName="/aws/lambda/barback-prod-csv_profile")
    assert leftovers(target) == [
        "bucket barback-dev-raw-123456789012",
        "log group /aws/lambda/barback-dev-csv_profile",
        "queue barback-dev-events",
    ]
