"""A whole embedded engine on a free port, and what the tests do with it and with the function `trouble`."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from barback.engines.embedded.localstack import LocalStack, Running
from tests.waiting import SECONDS, until

FUNCTION = Path(__file__).parent / "function"
CAP = 3
# What a developer's shell may well contain, and must reach neither the engine nor a function.
SHELL = {
    "AWS_ACCESS_KEY_ID": "AKIAREALLOOKINGKEY00",
    "AWS_SECRET_ACCESS_KEY": "a-real-looking-secret",
    "AWS_SESSION_TOKEN": "a-real-looking-token",
    "AWS_PROFILE": "a-real-looking-profile",
    "AWS_CONFIG_FILE": "/a-real-looking-config",
    "AWS_ENDPOINT_URL": "http://a-real-looking-endpoint.invalid",
    "HTTPS_PROXY": "http://a-real-looking-proxy.invalid",
    "http_proxy": "http://a-real-looking-proxy.invalid",
    "LOCALSTACK_AUTH_TOKEN": "a-real-looking-auth-token",
}


def zipped(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@dataclass(frozen=True)
class Lab:
    """An engine, and what tests do with it."""

    engine: LocalStack
    running: Running
    names: Iterator[str] = field(default_factory=lambda: (f"name-{number}" for number in range(1000)))

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.running.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, read_timeout=SECONDS, max_pool_connections=100, proxies={}),
        )

    def create(self, **changes: Any) -> str:
        """Create a function that does what its event says, and return its name."""
        name = next(self.names)
        values: dict[str, Any] = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Role": "arn:aws:iam::000000000000:role/any",
            "Handler": "trouble.handle",
            "Code": {"ZipFile": zipped({"trouble.py": (FUNCTION / "trouble.py").read_text()})},
            "Timeout": 60,
            "MemorySize": 256,
        }
        functions = self.client("lambda")
        functions.create_function(**values | changes)
        self.settled(name)
        return name

    def settled(self, name: str) -> None:
        functions = self.client("lambda")

        def is_settled() -> bool:
            now = functions.get_function(FunctionName=name)["Configuration"]
            return bool(now["State"] == "Active" and now.get("LastUpdateStatus") == "Successful")

        until(is_settled, f"{name} is active")

    def invoke(self, name: str, event: Any, **more: Any) -> tuple[Any, str | None, str]:
        """What came back, the kind of error if any, and the end of the log."""
        reply = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail", **more)
        log = base64.b64decode(reply["LogResult"]).decode()
        return json.loads(reply["Payload"].read()), reply.get("FunctionError"), log

    def answer(self, name: str, event: Any, **more: Any) -> Any:
        payload, error, log = self.invoke(name, event, **more)
        assert error is None, (payload, log)
        return payload

    def log(self, name: str) -> str:
        """All that the function's log group holds now."""
        logs = self.client("logs")
        try:
            streams = logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
        except logs.exceptions.ResourceNotFoundException:
            return ""
        found: list[str] = []
        for stream in streams:
            more = {"logGroupName": f"/aws/lambda/{name}", "logStreamName": stream["logStreamName"]}
            page = logs.get_log_events(**more, startFromHead=True)
            while page["events"]:
                found += (event["message"] for event in page["events"])
                page = logs.get_log_events(**more, startFromHead=True, nextToken=page["nextForwardToken"])
        return "".join(found)

    def begin(self, event: dict[str, Any]) -> None:
        """Invoke a new function and come back while it runs."""
        name = self.create()
        payload = json.dumps({"write": "begun", **event})
        self.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)
        self.has_begun()

    def has_begun(self) -> None:
        until(lambda: list(self.engine.state.glob("environments/*/begun")), "the function has begun")

    def processes(self) -> list[psutil.Process]:
        """Every process that runs out of this engine's home: the engine, its warden, and functions."""
        found = []
        for process in psutil.process_iter():
            try:
                told = [*process.cmdline(), process.cwd()]
            except psutil.Error:
                continue
            if any(word.startswith(f"{self.engine.home}/") for word in told):
                found.append(process)
        return found

    def workers(self) -> list[psutil.Process]:
        found = []
        for process in self.processes():
            try:
                if any(word.endswith("bootstrap.py") for word in process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found
