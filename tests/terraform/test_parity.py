"""What the ready hook builds and what Terraform builds, from the same stack, is the same: every field of every
resource, but for the differences that are listed here with their reason."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from barback.aws.cost import alarms
from barback.aws.plan import Plan
from barback.aws.terraform import Terraform
from barback.aws.workspace import Workspace
from barback.package import Build
from barback.paths import ROOT, STACK
from barback.provision.resource import Context
from barback.provision.stages import build
from barback.stack.load import compile_stack, load
from barback.stack.names import LOCAL_KEY, Names
from barback.stack.policy import policy
from tests.terraform.conftest import REGION, clients
from tests.terraform.describe import describe

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")

# Where the two may differ, and why.
REASONED = {
    r"\S.* · (?:tags|Tags)(?: · TagSet)? · environment": "locally there is only one environment",
    r"bucket \S+ · notification · LambdaFunctionConfigurations · \d+ · Id": "a random name that nothing refers to",
    r"bucket \S+ · encryption · .* · BucketKeyEnabled": "told as false or not at all, which means the same",
    r"(?:alarm|dashboard|topic) .*": "who is told of trouble: locally it is the person at the keyboard",
}


@dataclass(frozen=True)
class Built:
    stack: dict[str, Any]
    names: Names
    by_hook: dict[str, Any]
    by_terraform: dict[str, Any]
    second_plan: Plan
    policies: dict[str, Any]


@pytest.fixture(scope="module")  # its settings of the shell end with it
def built(
    infra: Path, package: Path, fresh_engine: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("parity")
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
    terraform = Terraform(Workspace(infra, folder / "home", "dev"), variables)
    with fresh_engine() as hook_engine, fresh_engine() as terraform_engine, pytest.MonkeyPatch.context() as patch:
        client = clients(hook_engine)
        build(Context(stack, names, client, package.read_bytes(), f"python{here.python}", here.architecture, {}))
        patch.setenv("AWS_ENDPOINT_URL", terraform_engine)
        patch.setenv("AWS_ACCESS_KEY_ID", LOCAL_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", LOCAL_KEY)
        terraform.init()
        terraform.apply(terraform.plan(print), print)
        yield Built(
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


def without_port(value: Any) -> Any:
    """The two engines listen on different ports; addresses are the same but for that."""
    return re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", value) if isinstance(value, str) else value


def test_hook_and_terraform_build_the_same(built: Built) -> None:
    nothing = object()
    different = {
        path: (built.by_hook.get(path), built.by_terraform.get(path))
        for path in sorted(built.by_hook.keys() | built.by_terraform.keys())
        if without_port(built.by_hook.get(path, nothing)) != without_port(built.by_terraform.get(path, nothing))
    }
    for path, (hook, terraform) in different.items():
        print(f"{path}\n    hook       {hook!r}\n    terraform  {terraform!r}")
    unexplained = {p: seen for p, seen in different.items() if not any(re.fullmatch(known, p) for known in REASONED)}
    assert unexplained == {}
    # A reason that explains nothing any more is to be taken out.
    assert [known for known in REASONED if not any(re.fullmatch(known, path) for path in different)] == []


def test_every_entry_of_the_stack_was_described(built: Built) -> None:
    names = built.names
    for kind, section, name in (
        ("bucket", "buckets", names.bucket),
        ("table", "tables", names.table),
        ("queue", "queues", names.queue),
        ("function", "functions", names.function),
        ("role", "functions", names.role),
        ("log group", "functions", names.log_group),
    ):
        for entry in built.stack[section]:
            assert any(path.startswith(f"{kind} {name(entry)} · ") for path in built.by_terraform), (kind, entry)


def test_every_function_and_queue_is_watched(built: Built, tmp_path: Path) -> None:
    """As many alarms as the estimate of costs counts, and all of them tell the topic."""
    stack_file = tmp_path / "stack.yaml"
    stack_file.write_text(with_every_kind(), encoding="utf-8")
    named = {path.split(" · ")[0] for path in built.by_terraform if path.startswith("alarm ")}
    assert len(named) == alarms(load(stack_file))
    for function in built.stack["functions"]:
        assert f"alarm {built.names.function(function)}-errors" in named
    for alarm in named:
        assert built.by_terraform[f"{alarm} · AlarmActions · 0"].endswith(f":{built.names.prefix}-alarms")


def test_the_documented_differences_are_the_ones_that_are_allowed() -> None:
    documented = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8").casefold()
    assert [reason for reason in REASONED.values() if reason.casefold() not in documented] == []


def test_a_second_plan_is_empty(built: Built) -> None:
    assert built.second_plan.changes == ()


def test_terraform_computes_the_same_policies(built: Built) -> None:
    """Not only as an engine stores them: the very documents, which the tests of least privilege enforce."""
    assert built.policies == {name: policy(built.stack, name, built.names) for name in built.stack["functions"]}
