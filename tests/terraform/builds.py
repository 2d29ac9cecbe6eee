"""What the tests build once and look at many times: the stack by the ready hook and by Terraform, and by `tf-local`.

Each is plain data when it is done, and its engines are gone. Terraform mostly waits for resources to settle, so
conftest.py has these built side by side, behind the tests.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from barback.aws.plan import Plan
from barback.aws.terraform import Terraform
from barback.aws.workspace import Workspace
from barback.package import Build
from barback.paths import ROOT, STACK
from barback.provision.resource import Context
from barback.provision.stages import build
from barback.stack.load import compile_stack, load
from barback.stack.names import LOCAL_KEY, Names
from tests.terraform.accounts import REGION, Address, clients
from tests.terraform.describe import describe

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")
FreshEngine = Callable[[], AbstractContextManager[Address]]


@dataclass(frozen=True)
class Parity:
    stack: dict[str, Any]
    names: Names
    by_hook: dict[str, Any]
    by_terraform: dict[str, Any]
    second_plan: Plan
    policies: dict[str, Any]


def build_parity(package: Path, fresh_engine: FreshEngine, folder: Path) -> Parity:
    stack_file = folder / "stack.yaml"
    stack_file.write_text(with_every_kind(), encoding="utf-8")
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
    }
    with fresh_engine() as hook_engine, fresh_engine() as terraform_engine:
        client = clients(hook_engine)
        build(Context(stack, names, client, package.read_bytes(), f"python{here.python}", here.architecture, {}))
        terraform = Terraform(
            Workspace.local(folder / "home", "dev"), variables, environment=credentials(terraform_engine)
        )
        terraform.init()
        terraform.apply(terraform.plan(print), print)
        return Parity(
            stack,
            names,
            by_hook=describe(client),
            by_terraform=describe(clients(terraform_engine)),
            second_plan=terraform.plan(print),
            policies=terraform.outputs()["policies"],
        )


def with_every_kind() -> str:
    stack, extra = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (STACK, EVERY_KIND))
    for section, entries in extra.items():
        stack[section] = {**stack[section], **entries}
    return yaml.safe_dump(stack, sort_keys=False)


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
