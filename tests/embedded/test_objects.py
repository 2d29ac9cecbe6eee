"""Objects lie in files of the engine's own, and none of them keeps a descriptor."""

import io
import os
from pathlib import Path

import psutil
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from tests.embedded.lab import Lab

pytestmark = pytest.mark.local_only

MB = 1024 * 1024
MANY = 60


@pytest.fixture
def bucket(lab: Lab) -> str:
    name = f"objects-{next(lab.names)}"
    lab.client("s3").create_bucket(Bucket=name)
    return name


def files(lab: Lab, bucket: str) -> list[Path]:
    return [path for path in (lab.engine.state / "objects" / bucket).rglob("*") if path.is_file()]


def test_large_objects_hold_no_descriptors_and_leave_with_their_files(lab: Lab, bucket: str) -> None:
    s3, engine, body = lab.client("s3"), psutil.Process(lab.running.pid), os.urandom(MB)
    s3.put_object(Bucket=bucket, Key="first", Body=body)
    before = engine.num_fds()
    for number in range(MANY):
        s3.put_object(Bucket=bucket, Key=f"{number}", Body=body)
    assert engine.num_fds() - before < MANY / 2
    assert not Path("/tmp/localstack-s3-storage", bucket).exists()
    assert len(files(lab, bucket)) == MANY + 1
    assert s3.get_object(Bucket=bucket, Key="7")["Body"].read() == body
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": f"{number}"} for number in range(MANY)]})
    assert len(files(lab, bucket)) == 1


def test_an_object_is_read_as_it_was_written(lab: Lab, bucket: str) -> None:
    s3, whole = lab.client("s3"), os.urandom(11 * MB)
    s3.upload_fileobj(
        io.BytesIO(whole), bucket, "k", Config=TransferConfig(multipart_threshold=MB, multipart_chunksize=5 * MB)
    )
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == whole
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=70000-6000000")["Body"].read() == whole[70000:6000001]
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-5")["Body"].read() == whole[-5:]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"short")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"short"
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == whole
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key="empty")["Body"].read() == b""


def test_versions_are_kept_apart(lab: Lab, bucket: str) -> None:
    s3 = lab.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    versions = [s3.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"] for body in (b"old", b"newer")]
    read = [s3.get_object(Bucket=bucket, Key="k", VersionId=version)["Body"].read() for version in versions]
    assert read == [b"old", b"newer"]


def test_what_is_refused_leaves_no_file(lab: Lab, bucket: str) -> None:
    with pytest.raises(ClientError, match=r"BadDigest|InvalidDigest"):
        lab.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert files(lab, bucket) == []
