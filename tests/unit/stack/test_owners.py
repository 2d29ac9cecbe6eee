"""There is room for other owners of roles than functions: a kind that only this test has is checked, gets its role, and
loses it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from barback.errors import Problem
from barback.paths import LAMBDA_SRC, STACK
from barback.provision.compute import Role, environment
from barback.provision.removal import remove_leftovers
from barback.provision.resource import Context
from barback.stack.load import compile_stack, load
from barback.stack.names import Names
from tests.another_kind import PRINCIPAL, tasks

NAMES = Names.aws("barback", "dev", "123456789012", "us-east-1")
TASK = {
    "description": "Puts old records together",
    "image": "python:3.13",
    "permissions": [
        {"table": "records", "actions": ["dynamodb:Query"]},
        {"bucket": "processed", "prefix": "archive/", "actions": ["s3:PutObject"]},
    ],
}


@pytest.fixture(autouse=True)
def with_tasks() -> Iterator[None]:
    with tasks():
        yield


def written(folder: Path, **entries: dict[str, Any]) -> Path:
    stack = yaml.safe_load(STACK.read_text(encoding="utf-8"))
    path = folder / "stack.yaml"
    path.write_text(yaml.safe_dump({**stack, "tasks": entries}, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("permission", "where", "on", "what"),
    [
        ({"table": "gone", "actions": ["dynamodb:Query"]}, "[0].table", "table: gone", "there is no table 'gone'"),
        ({"table": "records", "actions": ["dynamodb:Quary"]}, "[0].actions[0]", "Quary", "AWS knows no action"),
        ({"table": "records", "index": "No", "actions": ["dynamodb:Query"]}, "[0].index", "index:", "has no index"),
        ({"table": "records", "actions": ["sqs:SendMessage"]}, "[0]", "table: records", "not an action on a table"),
    ],
)
def test_a_mistake_in_its_permissions_is_named_with_its_line(
    tmp_path: Path, permission: dict[str, Any], where: str, on: str, what: str
) -> None:
    path = written(tmp_path, archive={**TASK, "permissions": [permission]})
    with pytest.raises(Problem, match=re.escape(what)) as raised:
        load(path, LAMBDA_SRC)
    told = re.search(r"tasks\.archive\.permissions" + re.escape(where) + r" \(line (\d+)\)", raised.value.what)
    assert told, raised.value.what
    assert on in path.read_text().splitlines()[int(told[1]) - 1]


def test_it_cannot_be_called_as_another_owner(tmp_path: Path) -> None:
    load(written(tmp_path, archive=TASK))
    with pytest.raises(Problem, match=r"tasks\.api \(line \d+\): is the name of an entry of functions too"):
        load(written(tmp_path, api=TASK))


def test_it_gets_its_role_and_its_names_and_loses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")

    def context(**entries: dict[str, Any]) -> Context:
        stack = json.loads(compile_stack(load(written(tmp_path, **entries))))
        return Context(stack, NAMES, lambda s: boto3.client(s, region_name="us-east-1"), b"", "python3.13", "arm64", {})

    with mock_aws():
        there = context(archive=TASK)
        assert Role(there, "archive").converge() == "made"
        assert Role(there, "archive").converge() == "unchanged"
        role = boto3.client("iam").get_role(RoleName="barback-dev-archive")["Role"]
        assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": PRINCIPAL}
        assert environment(there, there.stack["tasks"]["archive"]) == {
            "TABLE_RECORDS": "barback-dev-records",
            "BUCKET_PROCESSED": "barback-dev-processed-123456789012",
        }
        assert remove_leftovers(there, with_data=False) == ([], [])
        assert remove_leftovers(context(), with_data=False) == (["role archive"], [])
