"""A flow is one folder and one entry: a copy of the checkout gets a flow `hello` that way, runs it, and loses it."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from barback.config import Config
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.paths import BUILD, ROOT
from barback.polling import wait_for
from barback.stack.names import Names
from barback.targets import Target, target_of
from tests.ports import free_port

HANDLER = '''"""Greets whoever uploads a text."""

from common.aws import client
from common.batch import for_each_upload
from common.logs import log_for
from common.settings import settings


def handle(event, context):
    return for_each_upload(event, log_for(context), _greet)


def _greet(upload, log):
    client("s3").put_object(Bucket=settings().bucket("processed"), Key=f"hello/{upload.key}", Body=b"hello")
    log.info("greeted")
'''
ENTRY = """
  hello:
    description: Greets whoever uploads a text
    handler: hello.handler.handle
    triggers:
      - {bucket: raw, prefix: texts/, suffix: .txt}
      - {schedule: rate(1 day)}
    permissions:
      - {bucket: processed, prefix: hello/, actions: ["s3:PutObject"]}
"""

pytestmark = pytest.mark.local_only(reason="it changes the stack; the rehearsal of Terraform has a test of its own")


@dataclass(frozen=True)
class Checkout:
    """A copy of this checkout, with an environment of its own."""

    root: Path
    engine: str
    environment: dict[str, str]
    target: Target

    def run(self, *command: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "barback", *command],
            cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def add_hello(self) -> None:
        folder = self.root / "lambda_src" / "hello"
        folder.mkdir()
        (folder / "handler.py").write_text(HANDLER)
        (self.root / "samples" / "hello").mkdir()
        (self.root / "samples" / "hello" / "note.txt").write_text("hi\n")
        with (self.root / "infra" / "stack.yaml").open("a") as stack:
            stack.write(ENTRY)

    def remove_hello(self) -> None:
        shutil.rmtree(self.root / "lambda_src" / "hello")
        shutil.rmtree(self.root / "samples" / "hello")
        stack = self.root / "infra" / "stack.yaml"
        stack.write_text(stack.read_text().removesuffix(ENTRY))

    def functions(self) -> set[str]:
        listed = self.target.client("lambda").list_functions()["Functions"]
        return {function["FunctionName"] for function in listed}

    def rules(self) -> set[str]:
        return {rule["Name"] for rule in self.target.client("events").list_rules()["Rules"]}


@pytest.fixture
def checkout(tmp_path: Path, engine_name: str) -> Iterator[Checkout]:
    root = tmp_path / "copy"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    work = tmp_path / "build"
    work.mkdir()
    for wheels in BUILD.glob("wheels-*"):
        if wheels.is_dir():
            (work / wheels.name).symlink_to(wheels)
    home = LocalStack(default_home()).sibling(tmp_path / "engine").home if engine_name == "embedded" else tmp_path
    settings = {
        "ENGINE": engine_name,
        "GATEWAY_PORT": str(free_port()),
        "UPSTREAM_PORT": str(free_port()),
        "API_PORT": str(free_port()),
        "COMPOSE_PROJECT_NAME": f"barback-{uuid.uuid4().hex[:8]}",
        "BARBACK_HOME": str(home),
        "BARBACK_WORK": str(work),
        "CSV_KERNEL": "off",  # else a compiler may be downloaded in the background
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BARBACK_"))}
    target = target_of(Config(engine="auto", gateway_port=int(settings["GATEWAY_PORT"])))
    made = Checkout(root, engine_name, kept | settings, target)
    yield made
    made.run("down", *(["--forget"] if engine_name == "docker" else []))


def test_a_flow_comes_and_goes(checkout: Checkout) -> None:
    names = Names.local("barback", "us-east-1")
    checkout.add_hello()
    checkout.run("check")
    checkout.run("up")
    assert names.function("hello") in checkout.functions()
    assert names.rule("hello") in checkout.rules()

    s3 = checkout.target.client("s3")
    s3.put_object(Bucket=names.bucket("raw"), Key="texts/note.txt", Body=b"hi")

    def greeted() -> dict[str, Any] | None:
        found: dict[str, Any] = s3.list_objects_v2(Bucket=names.bucket("processed"), Prefix="hello/")
        return found if found["KeyCount"] else None

    found = wait_for(greeted, "the greeting", seconds=60, explain=lambda: checkout.run("logs", "hello"))
    assert [entry["Key"] for entry in found["Contents"]] == ["hello/texts/note.txt"]
    assert "hello" in checkout.run("status")
    assert "greeted" in checkout.run("logs", "hello")
    checkout.run("cost")

    checkout.remove_hello()
    said = checkout.run("up")
    assert "4 removed" in said, said  # the function, its role, its log group and its rule
    assert names.function("hello") not in checkout.functions()
    assert names.rule("hello") not in checkout.rules()
    assert "hello" not in checkout.run("status")
    assert json.dumps(s3.get_bucket_notification_configuration(Bucket=names.bucket("raw"))).count("hello") == 0
