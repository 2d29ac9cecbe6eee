"""Buckets, tables and queues."""

import json
from typing import Any

from botocore.exceptions import ClientError

from barback.provision.resource import Description, Resource

BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
ABORT_UPLOADS_DAYS = 7
# The most that the AWS provider of Terraform takes; engines would allow 1 MB.
LARGEST_MESSAGE = "262144"


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def untag(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def missing(error: ClientError, *codes: str) -> bool:
    """Whether an error only says that there is nothing yet; anything else is raised again."""
    if error.response["Error"]["Code"] not in codes:
        raise error
    return True


def tls_only(resources: list[str], service: str) -> dict[str, Any]:
    """A policy that refuses whatever does not come encrypted."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": f"{service}:*",
                "Resource": resources if len(resources) > 1 else resources[0],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


class Bucket(Resource):
    def wanted(self) -> Description:
        entry = self.context.stack["buckets"][self.name]
        return {
            "versioning": entry["versioning"],
            "public_access": BLOCKED,
            "encryption": "AES256",
            "lifecycle": self._rules(entry),
            "policy": tls_only([self._arn, f"{self._arn}/*"], "s3"),
            "tags": self.context.tags(),
        }

    def observed(self) -> Description | None:
        s3, bucket = self.context.client("s3"), self._real
        try:
            versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
        except ClientError as error:
            missing(error, "NoSuchBucket", "404")
            return None
        rules = self._read(s3.get_bucket_encryption, "ServerSideEncryptionConfiguration") or {"Rules": []}
        encryption = [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules["Rules"]]
        policy = self._read(s3.get_bucket_policy, "Policy")
        return {
            "versioning": versioning,
            "public_access": self._read(s3.get_public_access_block, "PublicAccessBlockConfiguration"),
            "encryption": encryption[0] if encryption else None,
            "lifecycle": self._read(s3.get_bucket_lifecycle_configuration, "Rules"),
            "policy": json.loads(policy) if policy else None,
            "tags": untag(self._read(s3.get_bucket_tagging, "TagSet") or []),
        }

    def apply(self, observed: Description | None) -> None:
        s3, wanted = self.context.client("s3"), self.wanted()
        bucket = {"Bucket": self._real}
        if observed is None:
            region = self.context.names.region
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            s3.create_bucket(**bucket, **where)
        status = "Enabled" if wanted["versioning"] else "Suspended"
        if observed is not None or wanted["versioning"]:
            s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": status})
        s3.put_public_access_block(**bucket, PublicAccessBlockConfiguration=BLOCKED)
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        s3.put_bucket_encryption(**bucket, ServerSideEncryptionConfiguration=encryption)
        s3.put_bucket_lifecycle_configuration(**bucket, LifecycleConfiguration={"Rules": wanted["lifecycle"]})
        s3.put_bucket_policy(**bucket, Policy=json.dumps(wanted["policy"]))
        s3.put_bucket_tagging(**bucket, Tagging={"TagSet": tag_list(wanted["tags"])})

    @property
    def _real(self) -> str:
        return self.context.names.bucket(self.name)

    @property
    def _arn(self) -> str:
        return self.context.names.bucket_arn(self.name)

    def _read(self, call: Any, field: str) -> Any:
        nothing = (
            "NoSuchPublicAccessBlockConfiguration",
            "ServerSideEncryptionConfigurationNotFoundError",
            "NoSuchLifecycleConfiguration",
            "NoSuchBucketPolicy",
            "NoSuchTagSet",
        )
        try:
            return call(Bucket=self._real)[field]
        except ClientError as error:
            missing(error, *nothing)
            return None

    @staticmethod
    def _rules(entry: dict[str, Any]) -> list[dict[str, Any]]:
        rule: dict[str, Any] = {
            "ID": "keep-it-tidy",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABORT_UPLOADS_DAYS},
        }
        if entry["expire_days"]:
            rule["Expiration"] = {"Days": entry["expire_days"]}
        if entry["versioning"] and entry["expire_versions_days"]:
            rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": entry["expire_versions_days"]}
        return [rule, *(_expiry(prefix, days, entry) for prefix, days in sorted(entry["expire_prefixes"].items()))]


def _expiry(prefix: str, days: int, entry: dict[str, Any]) -> dict[str, Any]:
    rule = {"ID": f"expire {prefix}", "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}
    return rule | ({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}} if entry["versioning"] else {})


def _schema(key: str, sort: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": key, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else schema


class Table(Resource):
    def wanted(self) -> Description:
        entry = self.context.stack["tables"][self.name]
        return {
            "key": _schema(entry["key"], entry["sort"]),
            "indexes": {
                name: {"key": _schema(index["key"], index["sort"]), "projection": _projection(index["include"])}
                for name, index in entry["indexes"].items()
            },
            "billing": "PAY_PER_REQUEST",
            "ttl": entry["ttl"],
            "recovery": entry["recovery"],
            "tags": self.context.tags(),
            "status": "ACTIVE",
        }

    def observed(self) -> Description | None:
        dynamodb, table = self.context.client("dynamodb"), self._real
        try:
            there = dynamodb.describe_table(TableName=table)["Table"]
        except ClientError as error:
            missing(error, "ResourceNotFoundException")
            return None
        ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        tags = dynamodb.list_tags_of_resource(ResourceArn=there["TableArn"])["Tags"]
        return {
            "key": there["KeySchema"],
            "indexes": {
                i["IndexName"]: {
                    "key": i["KeySchema"],
                    "projection": _projection(i["Projection"].get("NonKeyAttributes")),
                }
                for i in there.get("GlobalSecondaryIndexes", [])
            },
            "billing": there.get("BillingModeSummary", {}).get("BillingMode"),
            "ttl": ttl.get("AttributeName") if ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING") else None,
            "recovery": recovery == "ENABLED",
            "tags": untag(tags),
            "status": there["TableStatus"],
        }

    def apply(self, observed: Description | None) -> None:
        dynamodb, table, wanted = self.context.client("dynamodb"), {"TableName": self._real}, self.wanted()
        if observed is None:
            self._create(wanted)
            observed = {"ttl": None, "recovery": False, "indexes": wanted["indexes"], "tags": wanted["tags"]}
        elif observed["key"] != wanted["key"]:
            raise ValueError("its key cannot be changed; take the environment down and up again")
        for name in wanted["indexes"].keys() - observed["indexes"].keys():
            updates = [{"Create": _index(name, wanted["indexes"][name])}]
            dynamodb.update_table(**table, AttributeDefinitions=self._attributes(), GlobalSecondaryIndexUpdates=updates)
        if observed["ttl"] != wanted["ttl"]:
            setting = {"Enabled": bool(wanted["ttl"]), "AttributeName": wanted["ttl"] or observed["ttl"]}
            dynamodb.update_time_to_live(**table, TimeToLiveSpecification=setting)
        if observed["recovery"] != wanted["recovery"]:
            specification = {"PointInTimeRecoveryEnabled": wanted["recovery"]}
            dynamodb.update_continuous_backups(**table, PointInTimeRecoverySpecification=specification)
        if observed["tags"] != wanted["tags"]:
            dynamodb.tag_resource(ResourceArn=self.context.names.table_arn(self.name), Tags=tag_list(wanted["tags"]))

    @property
    def _real(self) -> str:
        return self.context.names.table(self.name)

    def _create(self, wanted: Description) -> None:
        indexes = [_index(name, index) for name, index in wanted["indexes"].items()]
        self.context.client("dynamodb").create_table(
            TableName=self._real,
            KeySchema=wanted["key"],
            AttributeDefinitions=self._attributes(),
            BillingMode="PAY_PER_REQUEST",
            Tags=tag_list(wanted["tags"]),
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )

    def _attributes(self) -> list[dict[str, str]]:
        entry = self.context.stack["tables"][self.name]
        keys = [entry["key"], entry["sort"], *(n for i in entry["indexes"].values() for n in (i["key"], i["sort"]))]
        return [{"AttributeName": name, "AttributeType": "S"} for name in dict.fromkeys(filter(None, keys))]


def _projection(include: list[str] | None) -> Description:
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(include)} if include else {"ProjectionType": "ALL"}


def _index(name: str, wanted: Description) -> Description:
    return {"IndexName": name, "KeySchema": wanted["key"], "Projection": wanted["projection"]}


class Queue(Resource):
    def wanted(self) -> Description:
        entry, names = self.context.stack["queues"][self.name], self.context.names
        redrive = None
        if entry["dead_letters"]:
            target = names.queue_arn(entry["dead_letters"])
            redrive = {"deadLetterTargetArn": target, "maxReceiveCount": entry["max_receives"]}
        return {
            "visibility_timeout": str(entry["visibility_timeout"]),
            "retention": str(entry["retention_days"] * 86400),
            "largest_message": LARGEST_MESSAGE,
            "encryption": "true",
            "redrive": redrive,
            "policy": tls_only([names.queue_arn(self.name)], "sqs"),
            "tags": self.context.tags(),
        }

    def observed(self) -> Description | None:
        sqs = self.context.client("sqs")
        try:
            url = sqs.get_queue_url(QueueName=self.context.names.queue(self.name))["QueueUrl"]
        except ClientError as error:
            missing(error, "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
            return None
        there = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(there["RedrivePolicy"]) if there.get("RedrivePolicy") else None
        if redrive:
            redrive["maxReceiveCount"] = int(redrive["maxReceiveCount"])
        return {
            "visibility_timeout": there["VisibilityTimeout"],
            "retention": there["MessageRetentionPeriod"],
            "largest_message": there.get("MaximumMessageSize"),
            "encryption": there.get("SqsManagedSseEnabled"),
            "redrive": redrive,
            "policy": json.loads(there["Policy"]) if there.get("Policy") else None,
            "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags", {}),
        }

    def apply(self, observed: Description | None) -> None:
        sqs, wanted, name = self.context.client("sqs"), self.wanted(), self.context.names.queue(self.name)
        attributes = {
            "VisibilityTimeout": wanted["visibility_timeout"],
            "MessageRetentionPeriod": wanted["retention"],
            "MaximumMessageSize": LARGEST_MESSAGE,
            "SqsManagedSseEnabled": "true",
            "Policy": json.dumps(wanted["policy"]),
        }
        if wanted["redrive"]:
            attributes["RedrivePolicy"] = json.dumps(wanted["redrive"])
        elif observed and observed["redrive"]:
            attributes["RedrivePolicy"] = ""
        if observed is None:
            sqs.create_queue(QueueName=name, Attributes=attributes, tags=wanted["tags"])
            return
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        sqs.tag_queue(QueueUrl=url, Tags=wanted["tags"])
