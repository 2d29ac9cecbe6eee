"""The same for an owner that is no function: a kind that only the tests have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from barback.paths import STACK
from barback.stack.load import compile_stack, load
from tests.another_kind import PRINCIPAL, log_group, tasks
from tests.iam import bench as benches
from tests.iam.bench import Bench, write_logs
from tests.iam.exercises import records
from tests.iam.test_least_privilege import (  # noqa: F401  # run here again, for the owner below
    test_fails_without_any_single_action,
    test_grants_nothing_beyond_the_stack,
    test_passes_with_its_policy_and_uses_all_of_it,
)

TASK = {
    "description": "Puts old records together",
    "image": "python:3.13",
    "permissions": [
        {"table": "records", "actions": ["dynamodb:Scan"]},
        {"bucket": "processed", "prefix": "archive/", "actions": ["s3:PutObject"]},
    ],
}


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path: Path = tmp_path_factory.mktemp("stack") / "stack.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(STACK.read_text()), "tasks": {"archive": TASK}}))
    with tasks():
        compiled: dict[str, Any] = json.loads(compile_stack(load(path)))
    return compiled


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setitem(benches.SERVICES, PRINCIPAL, as_its_service_does)
    monkeypatch.setattr(records, "archive", exercise, raising=False)
    with tasks():
        yield "archive"


def as_its_service_does(bench: Bench) -> None:
    group = log_group(bench.name, bench.names)
    bench.admin("logs").create_log_group(logGroupName=group)
    write_logs(bench, group)


def exercise(bench: Bench) -> None:
    items = bench.role.client("dynamodb").scan(TableName=bench.names.table("records"))["Items"]
    body, bucket = json.dumps(items).encode(), bench.names.bucket("processed")
    bench.role.client("s3").put_object(Bucket=bucket, Key="archive/all.json", Body=body)
