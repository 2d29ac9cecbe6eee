"""What is there already is found by what the plan wants to make, and by nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from barback.aws.adopt import Found, find_existing, forget_imports, write_imports
from barback.aws.plan import Change
from barback.aws.workspace import ADOPTED
from barback.config import Config
from barback.targets import Target

ACCOUNT = "123456789012"


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Target(Config(target="aws", account=ACCOUNT, yes=True, env="staging"), None)


def make(kind: str, **after: Any) -> Change:
    return Change("make", f"{kind}.this", kind, {}, after, {})


WANTED = [
    make("aws_s3_bucket", bucket="bbb"),
    make("aws_dynamodb_table", name="t"),
    make("aws_sqs_queue", name="q"),
    make("aws_lambda_function", function_name="f"),
    make("aws_lambda_permission", function_name="f", statement_id="s", qualifier="live"),
    make("aws_lambda_alias", function_name="f", name="live"),
    make("aws_iam_role", name="r"),
    make("aws_cloudwatch_log_group", name="/aws/lambda/f"),
    make("aws_apigatewayv2_api", name="a"),
    make("aws_apigatewayv2_route"),
]


def test_of_an_empty_account_nothing_is_there(target: Target) -> None:
    assert find_existing(target, WANTED) == []


def test_each_is_found_with_what_terraform_imports_it_by(target: Target) -> None:
    target.client("s3").create_bucket(Bucket="bbb")
    key = [{"AttributeName": "k", "KeyType": "HASH"}]
    types = [{"AttributeName": "k", "AttributeType": "S"}]
    target.client("dynamodb").create_table(
        TableName="t", KeySchema=key, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
    url = target.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    target.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    target.client("logs").create_log_group(logGroupName="/aws/lambda/f")
    target.client("logs").create_log_group(logGroupName="/aws/lambda/f-other")
    api = target.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    assert {found.address: found.id for found in find_existing(target, WANTED)} == {
        "aws_s3_bucket.this": "bbb",
        "aws_dynamodb_table.this": "t",
        "aws_sqs_queue.this": url,
        "aws_iam_role.this": "r",
        "aws_cloudwatch_log_group.this": "/aws/lambda/f",
        "aws_apigatewayv2_api.this": api,
    }
    route = target.client("apigatewayv2").create_route(ApiId=api, RouteKey="$default")["RouteId"]
    [found] = find_existing(target, [make("aws_apigatewayv2_route", api_id=api)])
    assert found.id == f"{api}/{route}"


def test_what_is_only_changed_is_not_looked_for(target: Target) -> None:
    target.client("s3").create_bucket(Bucket="bbb")
    assert (
        find_existing(target, [Change("change", "aws_s3_bucket.this", "aws_s3_bucket", {}, {"bucket": "bbb"}, {})])
        == []
    )


def test_imports_are_written_for_one_plan_only(tmp_path: Path) -> None:
    write_imports(tmp_path, [Found('aws_s3_bucket.this["raw"]', "bucket b", "b")])
    assert json.loads((tmp_path / ADOPTED).read_text()) == {"import": [{"to": 'aws_s3_bucket.this["raw"]', "id": "b"}]}
    forget_imports(tmp_path)
    assert list(tmp_path.iterdir()) == []
