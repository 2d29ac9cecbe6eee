"""What the ready hook builds and what Terraform builds, from the same stack, is the same: every field of every
resource, but for the differences that are listed here with their reason."""

import re
from typing import Any

from barback.aws.workspace import INFRA
from barback.paths import ROOT
from barback.stack.names import LIVE
from tests.terraform.builds import Parity
from tests.terraform.describe import DESCRIBED, NOT_BUILT

# Where the two may differ, and why.
REASONED = {
    r"\S.* · (?:tags|Tags)(?: · TagSet)? · environment": "locally there is only one environment",
    r"bucket \S+ · notification · LambdaFunctionConfigurations · \d+ · Id": "a random name that nothing refers to",
    r"bucket \S+ · encryption · .* · BucketKeyEnabled": "reported as false or not at all, which means the same",
    r"function \S+ · alias · .*": "locally the saved code is the code that runs",
    r"bucket \S+-packages · .*": "every function gets the package itself",
    r"(?:alarm|dashboard|topic) .*": "locally the developer sees the errors",
}


def comparable(value: Any) -> Any:
    """The two engines listen on different ports, and Terraform's triggers start an alias; the rest is the same."""
    if not isinstance(value, str):
        return value
    value = re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", value)
    value = re.sub(r"\w{32}\.lambda-url", "lambda-url", value)  # a name that is drawn
    return re.sub(rf"(:function:[\w-]+):{LIVE}$", r"\1", value)


def test_hook_and_terraform_build_the_same(parity: Parity) -> None:
    nothing = object()
    different = {
        path: (parity.hook.described.get(path), parity.terraform.described.get(path))
        for path in sorted(parity.hook.described.keys() | parity.terraform.described.keys())
        if comparable(parity.hook.described.get(path, nothing))
        != comparable(parity.terraform.described.get(path, nothing))
    }
    for path, (hook, terraform) in different.items():
        print(f"{path}\n    hook       {hook!r}\n    terraform  {terraform!r}")
    unexplained = {p: seen for p, seen in different.items() if not any(re.fullmatch(known, p) for known in REASONED)}
    assert unexplained == {}
    # A reason that explains nothing any more is to be taken out.
    assert [known for known in REASONED if not any(re.fullmatch(known, path) for path in different)] == []


def test_every_entry_of_the_stack_was_described(parity: Parity) -> None:
    names = parity.names
    for kind, section, name in (
        ("bucket", "buckets", names.bucket),
        ("table", "tables", names.table),
        ("queue", "queues", names.queue),
        ("function", "functions", names.function),
        ("role", "functions", names.role),
        ("role", "tasks", names.role),
        ("log group", "functions", names.log_group),
    ):
        for entry in parity.stack[section]:
            assert any(path.startswith(f"{kind} {name(entry)} · ") for path in parity.terraform.described), (
                kind,
                entry,
            )


def test_every_kind_of_resource_is_compared() -> None:
    declared = {
        kind
        for file in INFRA.glob("*.tf")
        for kind in re.findall(r'^resource "(\w+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert declared == DESCRIBED | NOT_BUILT


def test_the_documented_differences_are_the_ones_that_are_allowed() -> None:
    documented = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8").casefold()
    assert [reason for reason in REASONED.values() if reason.casefold() not in documented] == []


def test_terraform_computes_the_same_policies(parity: Parity) -> None:
    """Not only as an engine stores them: the very documents, which the tests of least privilege enforce."""
    assert parity.hook.policies == parity.terraform.policies
    assert parity.hook.policies.keys() == {*parity.stack["functions"], *parity.stack["tasks"]}, (
        "a kind of owner that only tests have"
    )


def test_a_second_plan_is_empty(parity: Parity) -> None:
    """Also of a state with the addresses of earlier versions, where nothing is replaced, and on a machine that has the
    package in another place."""
    assert parity.terraform.second_plan.changes == ()


def test_other_code_is_uploaded_once_and_every_function_gets_it(parity: Parity) -> None:
    """And as a version of its own: the alias moves."""
    changes = {change.address: change for change in parity.terraform.plan_of_other_code.changes}
    functions = parity.stack["functions"]
    assert changes.keys() == {
        "aws_s3_object.package",
        *(f'aws_lambda_{kind}["{function}"]' for kind in ("function.this", "alias.live") for function in functions),
    }
    for function in functions:
        assert list(changes[f'aws_lambda_function.this["{function}"]'].attributes()) == [
            "s3_key: first.zip → other.zip"
        ]
    assert not parity.terraform.plan_of_other_code.losses


def test_a_removal_begins_with_what_writes_also_where_the_rest_has_moved(parity: Parity) -> None:
    removed = {change.address for change in parity.terraform.removal_of_writers.changes}
    assert {change.action for change in parity.terraform.removal_of_writers.changes} == {"remove"}
    assert 'aws_lambda_function.this["csv_profile"]' in removed
    assert not any(address.startswith(("aws_s3_bucket.", "aws_iam_role.")) for address in removed)
