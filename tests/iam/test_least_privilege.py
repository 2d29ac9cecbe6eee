"""Every owner of a role runs with the role's policy enforced: it passes with the policy as it is, fails without any
single action of it, and there is no action in it that nothing uses."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from barback.paths import STACK
from barback.stack.load import load
from barback.stack.names import Names
from barback.stack.policy import policy
from tests.iam.conftest import Run
from tests.iam.exercises import exercise_of
from tests.iam.gate import Gate, Need

# arn:aws:s3:::bucket/folder/: a grant names at least a folder.
FOLDERS = 2
OWNERS = sorted(name for _, name, _ in load(STACK).owners())


@pytest.fixture(params=OWNERS)
def owner(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    assert exercise_of(name)
    return name


def grants(document: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    """Every single action on every single resource that a policy grants."""
    for i, statement in enumerate(document["Statement"]):
        for action in statement["Action"]:
            yield i, action, statement["Resource"]


def without(document: dict[str, Any], statement: int, action: str) -> dict[str, Any]:
    less = copy.deepcopy(document)
    less["Statement"][statement]["Action"].remove(action)
    less["Statement"] = [entry for entry in less["Statement"] if entry["Action"]]
    return less


def test_passes_with_its_policy_and_uses_all_of_it(owner: str, stack: dict[str, Any], names: Names, run: Run) -> None:
    document = policy(stack, owner, names)
    gate = run(owner, document)
    unused = [
        f"{action} on {resource}"
        for i, action, resource in grants(document)
        if not any(need.action == action and only(document, i).allows(need) for need in gate.used)
    ]
    assert unused == []


def test_no_prefix_is_wider_than_what_is_used(owner: str, stack: dict[str, Any], names: Names, run: Run) -> None:
    """A grant on a whole bucket, or on a folder of folders, where only one of them is ever touched."""
    document = policy(stack, owner, names)
    gate = run(owner, document)
    wide = []
    for i, action, resource in grants(document):
        granted, star, _ = resource.partition("*")
        if not (star and resource.startswith("arn:aws:s3:::")):
            continue
        used = [n.resource for n in gate.used if n.action == action and only(document, i).allows(n)]
        folders = {key.removeprefix(granted).split("/")[0] for key in used if "/" in key.removeprefix(granted)}
        if granted.count("/") < FOLDERS and len(folders) == 1 and granted.endswith("/"):
            wide.append(f"{action} on {resource}: only {granted}{folders.pop()}/ is used")
    assert wide == []


def only(document: dict[str, Any], statement: int) -> Gate:
    single = {**document, "Statement": [document["Statement"][statement]]}
    return Gate(single, Names.local("any", "us-east-1"))


# What is refused half way may leave an object's body unread.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_fails_without_any_single_action(owner: str, stack: dict[str, Any], names: Names, run: Run) -> None:
    document = policy(stack, owner, names)
    survived = []
    for statement, action, resource in grants(document):
        try:
            run(owner, without(document, statement, action))
        except Exception:
            continue  # refused, or not what it should come to
        survived.append(f"{action} on {resource}")
    assert survived == []


def test_grants_nothing_beyond_the_stack(owner: str, stack: dict[str, Any], names: Names) -> None:
    """A star stands for the rest of a key or stream, never for an action or for someone else's resource."""
    for _, action, resource in grants(policy(stack, owner, names)):
        assert "*" not in action
        name, star, rest = resource.partition("*")
        assert f":{names.prefix}-" in name or f"/{names.prefix}-" in name, resource
        assert not star or (rest == "" and name.startswith(("arn:aws:s3:::", "arn:aws:logs:"))), resource


def test_the_gate_refuses_what_is_not_granted(names: Names) -> None:
    allowed = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{names.bucket_arn('raw')}/uploads/*"}
    gate = Gate({"Version": "2012-10-17", "Statement": [allowed]}, names)
    assert gate.allows(Need("s3:GetObject", f"{names.bucket_arn('raw')}/uploads/a.csv"))
    assert not gate.allows(Need("s3:GetObject", f"{names.bucket_arn('raw')}/other/a.csv"))
    assert not gate.allows(Need("s3:PutObject", f"{names.bucket_arn('raw')}/uploads/a.csv"))
    assert not gate.allows(Need("s3:GetObject", f"{names.bucket_arn('processed')}/uploads/a.csv"))
