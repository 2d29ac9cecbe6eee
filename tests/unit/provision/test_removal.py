"""What the stack no longer names goes; what holds data, what others built and what is still named stays."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from barback.provision.removal import remove_leftovers
from barback.provision.resource import Context
from barback.provision.storage import tag_list
from barback.stack.names import Names

REGION = "us-east-1"
TAGS = {"project": "barback"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
RIGHTS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a"}],
    }
)


class Account:
    """An account with something of every kind in it, called by names that a test chooses."""

    def __init__(self) -> None:
        self.client = cache(lambda service: boto3.client(service, region_name=REGION))
        self.names = Names("barback", account="123456789012", region=REGION)

    def context(self, **stack: Any) -> Context:
        whole = {"tags": TAGS, "functions": {}, "queues": {}, "tables": {}, "buckets": {}} | stack
        return Context(whole, self.names, self.client, b"", "python3.13", "arm64", {})

    def function(self, real: str, tags: dict[str, str] = TAGS) -> None:
        role = self.client("iam").create_role(RoleName=real, AssumeRolePolicyDocument=TRUST, Tags=tag_list(tags))
        self.client("iam").put_role_policy(RoleName=real, PolicyName="p", PolicyDocument=RIGHTS)
        self.client("lambda").create_function(
            FunctionName=real,
            Runtime="python3.13",
            Role=role["Role"]["Arn"],
            Handler="a.b",
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
            Tags=tags,
        )
        self.client("logs").create_log_group(logGroupName=f"/aws/lambda/{real}", tags=tags)

    def rule(self, real: str, tags: dict[str, str] = TAGS) -> None:
        events = self.client("events")
        events.put_rule(Name=real, ScheduleExpression="rate(1 day)", Tags=tag_list(tags))
        events.put_targets(Rule=real, Targets=[{"Id": "function", "Arn": self.names.function_arn("any")}])

    def queue(self, real: str) -> str:
        url: str = self.client("sqs").create_queue(QueueName=real, tags=TAGS)["QueueUrl"]
        return url

    def table(self, real: str) -> None:
        self.client("dynamodb").create_table(
            TableName=real,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=tag_list(TAGS),
        )

    def bucket(self, real: str) -> None:
        self.client("s3").create_bucket(Bucket=real)
        self.client("s3").put_bucket_tagging(Bucket=real, Tagging={"TagSet": tag_list(TAGS)})

    def there(self) -> set[str]:
        """Everything in the account."""
        queues = self.client("sqs").list_queues().get("QueueUrls", [])
        groups = self.client("logs").describe_log_groups()["logGroups"]
        return {
            *(f"function {f['FunctionName']}" for f in self.client("lambda").list_functions()["Functions"]),
            *(f"role {r['RoleName']}" for r in self.client("iam").list_roles()["Roles"]),
            *(f"log group {group['logGroupName']}" for group in groups),
            *(f"rule {r['Name']}" for r in self.client("events").list_rules()["Rules"]),
            *(f"queue {url.rpartition('/')[2]}" for url in queues),
            *(f"table {name}" for name in self.client("dynamodb").list_tables()["TableNames"]),
            *(f"bucket {bucket['Name']}" for bucket in self.client("s3").list_buckets()["Buckets"]),
        }


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Account()


def test_a_function_goes_with_all_that_is_its_own(account: Account) -> None:
    account.function("barback-gone")
    account.rule("barback-gone")
    account.rule("barback-gone-2")
    removed, kept = remove_leftovers(account.context(), with_data=False)
    assert sorted(removed) == ["function gone", "log group gone", "role gone", "rule gone", "rule gone-2"]
    assert kept == []
    assert account.there() == set()


def test_what_the_stack_names_stays(account: Account) -> None:
    entry = {"triggers": [{"schedule": "rate(1 day)"}, {"schedule": "rate(2 days)"}]}
    account.function("barback-here")
    account.rule("barback-here-1")
    account.rule("barback-here-2")
    account.rule("barback-here")  # from when it had a single schedule
    removed, _ = remove_leftovers(account.context(functions={"here": entry}), with_data=True)
    assert removed == ["rule here"]


def test_what_others_built_stays(account: Account) -> None:
    account.function("barback-dev-gone")  # Terraform's, of the same stack
    account.function("barback-mine", tags={"owner": "somebody"})
    account.function("another-gone")
    account.rule("barback-dev-gone")
    account.table("barback-dev-cocktails")
    before = account.there()
    assert remove_leftovers(account.context(), with_data=True) == ([], [])
    assert account.there() == before


def test_what_holds_data_stays_until_that_is_asked_for(account: Account) -> None:
    for name in ("full", "empty"):
        account.table(f"barback-{name}")
        account.bucket(f"barback-{name}")
        account.queue(f"barback-{name}")
    account.client("dynamodb").put_item(TableName="barback-full", Item={"id": {"S": "a"}})
    account.client("s3").put_bucket_versioning(Bucket="barback-full", VersioningConfiguration={"Status": "Enabled"})
    account.client("s3").put_object(Bucket="barback-full", Key="a", Body=b"1")
    account.client("s3").delete_object(Bucket="barback-full", Key="a")  # a version of it is still there
    account.client("sqs").send_message(QueueUrl=account.queue("barback-full"), MessageBody="x")
    removed, kept = remove_leftovers(account.context(), with_data=False)
    assert sorted(removed) == ["bucket empty", "queue empty", "table empty"]
    assert sorted(kept) == ["bucket full", "queue full", "table full"]
    assert account.there() == {"bucket barback-full", "queue barback-full", "table barback-full"}
    removed, kept = remove_leftovers(account.context(), with_data=True)
    assert (sorted(removed), kept) == (["bucket full", "queue full", "table full"], [])
    assert account.there() == set()


def test_a_bucket_that_stays_starts_nothing(account: Account) -> None:
    account.function("barback-gone")
    account.bucket("barback-full")
    s3 = account.client("s3")
    s3.put_object(Bucket="barback-full", Key="a", Body=b"1")
    target = {"LambdaFunctionArn": account.names.function_arn("gone"), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="barback-full", NotificationConfiguration={"LambdaFunctionConfigurations": [target]}
    )
    remove_leftovers(account.context(), with_data=False)
    assert "LambdaFunctionConfigurations" not in s3.get_bucket_notification_configuration(Bucket="barback-full")
