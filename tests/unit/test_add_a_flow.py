"""The walkthrough in docs/add-a-flow.md, done: its code runs, its stack is valid, and its test passes."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from barback.paths import LAMBDA_SRC, ROOT, STACK
from barback.stack.load import load
from tests.events import s3_event, sqs_event

TEXT = (ROOT / "docs" / "add-a-flow.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(?:python|yaml)\n# ([^\n]+)\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with what the page says to add."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(LAMBDA_SRC, root / "lambda_src", ignore=shutil.ignore_patterns("__pycache__"))
    stack = STACK.read_text(encoding="utf-8")
    for place, block in BLOCKS.items():
        file, _, section = place.partition(", ")
        if section:
            stack = stack.replace(f"\n{section}:\n", f"\n{section}:\n{block}", 1)
        else:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(block)
    (root / "stack.yaml").write_text(stack)
    return root


def test_the_page_has_everything() -> None:
    assert [place.rpartition(", ")[2].rpartition("/")[2] for place in BLOCKS] == [
        "words.py", "handler.py", "tables", "queues", "functions", "test_words.py"
    ]  # fmt: skip


def test_the_stack_is_valid_and_fits_the_code(checkout: Path) -> None:
    stack = load(checkout / "stack.yaml", checkout / "lambda_src")
    assert {"notes_read", "notes_store", "notes_report"} <= stack.functions.keys()
    assert stack.functions["notes_read"].failed_events == "failed_events"


def test_the_test_passes(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"],
        cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout / "lambda_src"), "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


@pytest.fixture
def notes(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The handlers, with the resources that they may use."""
    from common.aws import client
    from common.settings import settings

    monkeypatch.syspath_prepend(str(checkout / "lambda_src"))
    for name, value in {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
                        "BUCKET_PROCESSED": "processed", "TABLE_NOTES": "notes"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with mock_aws():
        for bucket in ("raw", "processed"):
            boto3.client("s3").create_bucket(Bucket=bucket)
        boto3.client("dynamodb").create_table(
            TableName="notes", KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        )  # fmt: skip
        monkeypatch.setenv("QUEUE_NOTES", boto3.client("sqs").create_queue(QueueName="notes")["QueueUrl"])
        client.cache_clear()
        settings.cache_clear()
        from notes import handler  # type: ignore[import-not-found]

        yield handler
    client.cache_clear()
    settings.cache_clear()


def test_the_code_does_what_the_page_says(notes: Any) -> None:
    context = SimpleNamespace(aws_request_id="1", function_name="notes")
    for key, content in (("notes/a.txt", b"three plain words"), ("notes/b.txt", b"\x89PNG\r\n\x1a\n\0\xff\xd8\x9c")):
        put = boto3.client("s3").put_object(Bucket="raw", Key=key, Body=content)
        notes.read(s3_event("raw", key, etag=put["ETag"]), context)
    queue = {"QueueUrl": os.environ["QUEUE_NOTES"]}
    received = boto3.client("sqs").receive_message(**queue, MaxNumberOfMessages=10)["Messages"]
    bodies = [message["Body"] for message in received]
    assert notes.store(sqs_event(*bodies, "nonsense"), context) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    notes.report({}, context)
    report = boto3.client("s3").get_object(Bucket="processed", Key="notes/report.json")["Body"].read()
    assert json.loads(report) == {"notes": 2, "words": 3}
