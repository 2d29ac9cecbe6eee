"""Builds every resource of the stack, in the order in which they need each other, many at a time."""

import json
import os
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from barback.errors import HOOK_FAILURE
from barback.provision.compute import Function, LogGroup, Retries, Role
from barback.provision.removal import remove_leftovers
from barback.provision.resource import Context, Outcome, Resource, StepFailed
from barback.provision.storage import Bucket, Queue, Table
from barback.provision.triggers import Mappings, Notifications, Permissions, Rule, Url, schedules
from barback.stack.names import LOCAL_KEY, Names
from barback.stack.policy import owners

WORKERS = 8
PACKAGE_LABEL = "package.json"
# The services that the stack needs, each with a call that changes nothing.
SERVICES = {
    "s3": "list_buckets",
    "dynamodb": "list_tables",
    "sqs": "list_queues",
    "iam": "list_roles",
    "logs": "describe_log_groups",
    "lambda": "list_functions",
    "events": "list_rules",
    "sts": "get_caller_identity",  # an environment of a function gets its credentials there
}
WAKE_SECONDS = 60.0


@dataclass
class Report:
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    # What the stack no longer names: gone, or still there because it holds data.
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        outcomes = list(self.outcomes.values())
        counts = ", ".join(f"{n} {kind}" for kind in ("made", "changed", "unchanged") if (n := outcomes.count(kind)))
        removed = f", {len(self.removed)} removed" if self.removed else ""
        kept = f"; kept, as they hold data: {', '.join(self.kept)} (REMOVE_DATA=1 make up)" if self.kept else ""
        return f"{counts}{removed} and read back in {self.seconds:.1f} s{kept}"


def stages(context: Context) -> list[list[Resource]]:
    """What can be built side by side, stage after stage."""
    stack = context.stack
    functions = stack["functions"]
    targets = {queue["dead_letters"] for queue in stack["queues"].values()}
    rules = [Rule(context, *rule) for name, f in functions.items() for rule in _rules(name, f)]
    return [
        [
            *(Bucket(context, name) for name in stack["buckets"]),
            *(Table(context, name) for name in stack["tables"]),
            *(Queue(context, name) for name in stack["queues"] if name in targets),
            *(Role(context, name) for name in owners(stack)),
            *(LogGroup(context, name) for name in functions),
        ],
        [Queue(context, name) for name in stack["queues"] if name not in targets],
        [Function(context, name) for name in functions],
        # A function must be there and allow the bucket before S3 takes it into a notification.
        [*(kind(context, name) for name in functions for kind in (Retries, Permissions, Url)), *rules],
        [
            *(Notifications(context, name) for name in stack["buckets"]),
            *(Mappings(context, name) for name in functions),
        ],
    ]


def _rules(name: str, function: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(rule, name, trigger) for rule, trigger in schedules(name, function)]


def build(
    context: Context, progress: Callable[[str], None] = lambda message: None, *, remove_data: bool = False
) -> Report:
    """Builds what is missing, changes what differs and removes what the stack no longer names.

    Every failure of a stage is reported, not only the first.
    """
    report, started = Report(), time.monotonic()
    for stage in stages(context):
        failures: list[str] = []
        with ThreadPoolExecutor(WORKERS) as pool:
            running = {pool.submit(resource.converge): resource for resource in stage}
            for done in as_completed(running):
                label = running[done].label
                try:
                    report.outcomes[label] = done.result()
                except StepFailed as failure:
                    failures.append(str(failure))
                else:
                    progress(f"{label}: {report.outcomes[label]}")
        if failures:
            raise StepFailed("\n".join(sorted(failures)))
    report.removed, report.kept = remove_leftovers(context, with_data=remove_data)
    report.seconds = time.monotonic() - started
    return report


def context_from_build(
    folder: Path, package: Path, client: Callable[[str], Any], region: str, environment: Mapping[str, str] = os.environ
) -> Context:
    """The context for what `barback package` left in a folder."""
    with zipfile.ZipFile(package) as archive:
        label = json.loads(archive.read(PACKAGE_LABEL))
    stack = json.loads((folder / "stack.json").read_text(encoding="utf-8"))
    return Context(
        stack=stack,
        names=Names.local(stack["name"], region),
        client=client,
        package=package.read_bytes(),
        runtime=f"python{label['python']}",
        architecture=label["architecture"],
        environment=dict(environment),
    )


def wake(client: Callable[[str], Any], seconds: float = WAKE_SECONDS) -> None:
    """Has LocalStack load every service, one after the other.

    It loads a service at the first call, and calls to several services at once then deadlock in Python's imports or
    meet a service without handlers. Somebody else's call can do that to ours too, so one that fails is made again.
    """
    deadline = time.monotonic() + seconds
    for service, operation in SERVICES.items():
        while True:
            try:
                getattr(client(service), operation)()
                break
            except (BotoCoreError, ClientError) as error:
                if time.monotonic() > deadline:
                    raise StepFailed(f"the service {service} of LocalStack does not work: {error}") from error
                time.sleep(0.2)


def main() -> None:
    """The ready hook: builds what lies in BARBACK_BUILD on the engine it runs in.

    A failure is told in lines that start with HOOK_FAILURE, which `barback up` looks for, and then raised: LocalStack
    keeps it as the hook's state, and nobody takes the environment for healthy.
    """
    try:
        report = _build_here()
    except StepFailed as failure:
        for line in str(failure).splitlines():
            print(f"{HOOK_FAILURE}{line}", flush=True)
        raise
    print(f"barback: {report}", flush=True)


def _build_here() -> Report:
    folder = Path(os.environ.get("BARBACK_BUILD", "/opt/barback/build"))
    package = folder / os.environ.get("BARBACK_PACKAGE", "lambda.zip")
    if not package.is_file():
        raise StepFailed(f"there is no Lambda package at {package}: run `make package`")
    region = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
    endpoint = os.environ.get("BARBACK_ENDPOINT", "http://127.0.0.1:4566")
    settings = Config(retries={"mode": "standard"}, max_pool_connections=WORKERS * 2, proxies={})
    session = boto3.Session(aws_access_key_id=LOCAL_KEY, aws_secret_access_key=LOCAL_KEY, region_name=region)
    clients: dict[str, Any] = {
        service: session.client(service, endpoint_url=endpoint, config=settings) for service in SERVICES
    }
    context = context_from_build(folder, package, clients.__getitem__, region)
    here = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if os.environ.get("LAMBDA_RUNTIME_EXECUTOR") == "process" and context.runtime != here:
        raise StepFailed(
            f"{package.name} is for {context.runtime}, but functions run on {here} here: run `make up` again"
        )
    wake(clients.__getitem__)
    return build(context, remove_data=os.environ.get("BARBACK_REMOVE_DATA", "") not in ("", "0"))
