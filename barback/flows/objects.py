"""Objects in a bucket, as the checks of flows need them: is it there, and away with every trace of it."""

from botocore.exceptions import ClientError

from barback.targets import Target


def exists(target: Target, bucket: str, key: str) -> bool:
    try:
        target.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return False
    return True


def remove(target: Target, bucket: str, key: str) -> None:
    """Every version and marker of exactly one key."""
    s3 = target.client("s3")
    there = s3.list_object_versions(Bucket=bucket, Prefix=key)
    for entry in [*there.get("Versions", []), *there.get("DeleteMarkers", [])]:
        if entry["Key"] == key:
            s3.delete_object(Bucket=bucket, Key=key, VersionId=entry["VersionId"])
