"""What the tests build once and look at many times: the stack by the ready hook and by Terraform, and by `tf-local`.

Each is plain data when it is done, and its engines are gone. Terraform mostly waits for resources to settle, so
conftest.py has these built side by side, behind the tests.
"""

import json
import os
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
from barback.aws.workspace import Workspace
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
class Parity:
    stack: dict[str, Any]
    names: Names
    by_hook: dict[str, Any]
    by_terraform: dict[str, Any]
    second_plan: Plan
    # As the hook and as Terraform computed them.
    policies: tuple[dict[str, Any], dict[str, Any]]
    # After the state was given the addresses of earlier versions.
    plan_after_moves: Plan
    removal_after_moves: Plan


def build_parity(package: Path, fresh_engine: FreshEngine, folder: Path) -> Parity:
    stack_file = folder / "stack.yaml"
    stack_file.write_text(with_every_kind(tasks=TASKS), encoding="utf-8")
    with tasks():
        stack = json.loads(compile_stack(load(stack_file)))
    names = Names.local(stack["name"], REGION)
    here = Build.for_here()
    variables = {
        "env": "dev",
        "region": REGION,
        "package": str(package),
        "python": here.python,
        "architecture": here.architecture,
        "stack_file": str(stack_file),
        "name_prefix": names.prefix,
        "bucket_suffix": "",
        "emulator": "true",
        "alarm_email": "none",
    }
    with fresh_engine() as hook_engine, fresh_engine() as terraform_engine:
        client = clients(hook_engine)
        with tasks():
            build(Context(stack, names, client, package.read_bytes(), f"python{here.python}", here.architecture, {}))
            policies = {owner: policy(stack, owner, names) for owner in owners(stack)}
        terraform = Terraform(
            Workspace.local(folder / "home", "dev"), variables, environment=credentials(terraform_engine)
        )

        def plan(*options: str) -> Plan:
            terraform.init()
            (terraform.workspace.infra / "tasks_override.tf").write_text(TERRAFORM, encoding="utf-8")
            return terraform.plan(print, *options)

        terraform.apply(plan(), print)
        by_terraform, second_plan = describe(clients(terraform_engine)), plan()
        with_earlier_addresses(terraform.workspace.state_file)
        return Parity(
            stack,
            names,
            by_hook=describe(client),
            by_terraform=by_terraform,
            second_plan=second_plan,
            policies=(policies, terraform.outputs()["policies"]),
            plan_after_moves=plan(),
            removal_after_moves=plan("-destroy", f"-target={WRITERS}"),
        )


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


def build_by_tf_local(fresh_engine: FreshEngine, folder: Path) -> TfLocal:
    with fresh_engine() as endpoint:
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
