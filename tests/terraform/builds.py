"""What the tests build once and look at many times: the stack by the ready hook, by Terraform and by `tf-local`, and
the bootstrap. Each is plain data when it is done. conftest.py says which share an engine.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from barback.aws.destroy import WRITERS
from barback.aws.plan import Plan
from barback.aws.terraform import Terraform
from barback.aws.workspace import INFRA, Workspace, provider_mirror, provider_version
from barback.package import Build
from barback.paths import ROOT, STACK
from barback.provision.resource import Context
from barback.provision.stages import build
from barback.stack.load import compile_stack, load
from barback.stack.names import LOCAL_KEY, Names
from barback.stack.policy import owners, policy
from tests.another_kind import TERRAFORM, tasks
from tests.terraform.accounts import REGION, Address, clients
from tests.terraform.describe import describe

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")
TASKS = {
    "every_kind_archive": {
        "description": "An owner of a role that is no function",
        "image": "python:3.13",
        "permissions": [
            {"table": "every_kind", "index": "ByDay", "actions": ["dynamodb:Query"]},
            {"bucket": "everykind", "prefix": "old/", "actions": ["s3:PutObject", "s3:ListBucket"]},
        ],
    }
}
FreshEngine = Callable[[], AbstractContextManager[Address]]


@dataclass(frozen=True)
class EveryKind:
    """The project's stack, with something of every kind in it."""

    file: Path
    stack: dict[str, Any]

    @property
    def names(self) -> Names:
        return Names.local(self.stack["name"], REGION)


def every_kind(folder: Path) -> EveryKind:
    file = folder / "stack.yaml"
    file.write_text(with_every_kind(tasks=TASKS), encoding="utf-8")
    with tasks():
        return EveryKind(file, json.loads(compile_stack(load(file))))


@dataclass(frozen=True)
class ByHook:
    described: dict[str, Any]
    policies: dict[str, Any]


def build_by_hook(endpoint: Address, every: EveryKind, package: Path) -> ByHook:
    client, here = clients(endpoint), Build.for_here()
    runtime = f"python{here.python}"
    with tasks():
        build(Context(every.stack, every.names, client, package.read_bytes(), runtime, here.architecture, {}))
        policies = {owner: policy(every.stack, owner, every.names) for owner in owners(every.stack)}
    return ByHook(describe(client), policies)


@dataclass(frozen=True)
class ByTerraform:
    described: dict[str, Any]
    policies: dict[str, Any]
    # After the state was given the addresses of earlier versions, with the package in another place.
    second_plan: Plan
    plan_of_other_code: Plan
    removal_of_writers: Plan


def build_by_terraform(endpoint: Address, every: EveryKind, package: Path, folder: Path) -> ByTerraform:
    here = Build.for_here()
    variables = {
        "env": "dev",
        "region": REGION,
        "package": str(package),
        "package_digest": "first",
        "python": here.python,
        "architecture": here.architecture,
        "stack_file": str(every.file),
        "name_prefix": every.names.prefix,
        "bucket_suffix": "",
        "emulator": "true",
        "alarm_email": "none",
    }

    def ready(**others: str) -> Terraform:
        workspace = Workspace.local(folder / "home", "dev")
        terraform = Terraform(workspace, {**variables, **others}, environment=credentials(endpoint))
        terraform.init()
        (workspace.infra / "tasks_override.tf").write_text(TERRAFORM, encoding="utf-8")
        return terraform

    terraform = ready()
    terraform.apply(terraform.plan(print), print)
    described, policies = describe(clients(endpoint)), terraform.outputs()["policies"]
    with_earlier_addresses(terraform.workspace.state_file)
    elsewhere = shutil.copy(package, folder / "elsewhere.zip")
    second_plan = ready(package=str(elsewhere)).plan(print)
    other_code = ready(package_digest="other").plan(print, "-refresh=false")
    removal = terraform.plan(print, "-destroy", f"-target={WRITERS}", "-refresh=false")
    return ByTerraform(described, policies, second_plan, other_code, removal)


@dataclass(frozen=True)
class Parity:
    every: EveryKind
    hook: ByHook
    terraform: ByTerraform

    @property
    def stack(self) -> dict[str, Any]:
        return self.every.stack

    @property
    def names(self) -> Names:
        return self.every.names


@dataclass(frozen=True)
class Bootstrap:
    outputs: dict[str, Any]
    # As they then are in the account.
    roles: dict[str, Any]
    versioning: str


def build_bootstrap(endpoint: Address, folder: Path, state_bucket: str, repository: str) -> Bootstrap:
    shutil.copytree(INFRA / "bootstrap", folder / "infra")
    mirror = provider_mirror(provider_version(INFRA))

    def terraform(*arguments: str) -> str:
        command = ["terraform", f"-chdir={folder / 'infra'}", *arguments]
        done = subprocess.run(command, env=credentials(endpoint), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    given = {"region": REGION, "state_bucket": state_bucket, "repository": repository, "emulator": "true"}
    terraform("init", "-no-color", *([f"-plugin-dir={mirror}"] if mirror else []))
    terraform("apply", "-no-color", "-auto-approve", *(f"-var={name}={value}" for name, value in given.items()))
    outputs = {name: output["value"] for name, output in json.loads(terraform("output", "-json")).items()}
    client = clients(endpoint)
    roles = {
        name: client("iam").get_role(RoleName=arn.split("/")[-1])["Role"] for name, arn in outputs["roles"].items()
    }
    return Bootstrap(outputs, roles, client("s3").get_bucket_versioning(Bucket=state_bucket)["Status"])


def with_every_kind(**more: Any) -> str:
    stack, extra = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (STACK, EVERY_KIND))
    for section, entries in extra.items():
        stack[section] = {**stack[section], **entries}
    return yaml.safe_dump({**stack, **more}, sort_keys=False)


# As `moved` blocks and barback/aws/moves.py have it, from the other side.
EARLIER_ALARMS = {
    "rejected": "rejected", "missed": "missed_run", "not-started": "failed_start", "not-empty": "dead_letters",
    "too-old": "oldest_message",
}  # fmt: skip


def with_earlier_addresses(state_file: Path) -> None:
    """Gives roles and alarms in a state the addresses that they had in earlier versions."""
    state = json.loads(state_file.read_text(encoding="utf-8"))
    before: list[dict[str, Any]] = []
    for resource in state["resources"]:
        if resource["type"] in ("aws_iam_role", "aws_iam_role_policy"):
            before.append({**resource, "name": "function"})
        elif resource["type"] == "aws_cloudwatch_metric_alarm":
            before += _earlier_alarms(resource)
        else:
            before.append(resource)
    state_file.write_text(json.dumps({**state, "resources": before, "serial": state["serial"] + 1}), encoding="utf-8")


def _earlier_alarms(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for instance in resource["instances"]:
        key = instance["index_key"]
        kind = next((kind for kind in EARLIER_ALARMS if key.endswith(f"-{kind}")), "")
        name = EARLIER_ALARMS.get(kind, "function")
        found.setdefault(name, []).append({**instance, "index_key": key.removesuffix(f"-{kind}") if kind else key})
    for name, instances in found.items():
        yield {**resource, "name": name, "instances": instances}


@dataclass(frozen=True)
class TfLocal:
    done: subprocess.CompletedProcess[str]
    buckets: list[str]


def build_by_tf_local(endpoint: Address, folder: Path) -> TfLocal:
    environment = {
        **without_aws(),
        "TARGET": "localstack",
        "ENGINE": "embedded",
        "ENV": "dev",
        "GATEWAY_PORT": endpoint.rsplit(":", 1)[1],
        "BARBACK_WORK": str(folder),
        "LOCAL_REGION": REGION,
        # As in the shell of somebody who has an account: none of it may be used.
        "AWS_PROFILE": "work",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
    }
    done = subprocess.run(
        [sys.executable, "-m", "barback", "tf-local"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return TfLocal(done, [bucket["Name"] for bucket in clients(endpoint)("s3").list_buckets()["Buckets"]])


def credentials(endpoint: str) -> dict[str, str]:
    """The shell's environment, with an emulator's address and credentials in place of anyone's own."""
    return {
        **without_aws(),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
    }


def without_aws() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
