"""Going back: every function that the last deployment changed, to the version before, and nothing else."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from barback.aws import rollback as module
from barback.aws.rollback import Live, Version, rollback
from barback.config import Config
from barback.errors import Problem
from barback.targets import Target

CONFIG = Config(target="aws", account="123456789012", yes=True)


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr(module, "check_flows", lambda session: None)
    with mock_aws():
        target = Target(CONFIG, None)
        role = target.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({}))["Role"]["Arn"]
        for function in target.stack.functions:
            target.client("lambda").create_function(
                FunctionName=target.names.function(function), Runtime="python3.13", Role=role, Handler="a.b",
                Code={"ZipFile": package(b"1")}, Publish=True,
            )  # fmt: skip
            point(target, function, "1")
        yield target


def package(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.py", content)
    return out.getvalue()


def point(target: Target, function: str, version: str) -> None:
    client, name = target.client("lambda"), target.names.function(function)
    try:
        client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    except client.exceptions.ResourceNotFoundException:
        client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)


def deploy_again(target: Target, function: str) -> None:
    name = target.names.function(function)
    made = target.client("lambda").update_function_code(FunctionName=name, ZipFile=package(b"2"), Publish=True)
    point(target, function, made["Version"])


def live(target: Target, function: str) -> str:
    name = target.names.function(function)
    version: str = target.client("lambda").get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    return version


def test_what_was_deployed_last_goes_back(functions: Target, capsys: pytest.CaptureFixture[str]) -> None:
    for function in functions.stack.functions:
        deploy_again(functions, function)
    rollback(CONFIG)
    assert {live(functions, function) for function in functions.stack.functions} == {"1"}
    assert "csv_profile" in capsys.readouterr().out


def test_one_function_alone(functions: Target) -> None:
    for function in functions.stack.functions:
        deploy_again(functions, function)
    rollback(CONFIG, "csv_profile")
    assert live(functions, "csv_profile") == "1"
    assert live(functions, "cocktails_fetch") == "2"


def test_a_first_deployment_has_nothing_before_it(functions: Target) -> None:
    with pytest.raises(Problem, match="no version to go back to") as raised:
        rollback(CONFIG)
    assert "first deployment" in raised.value.hint


def test_a_name_that_is_no_function_is_told(functions: Target) -> None:
    with pytest.raises(Problem) as raised:
        rollback(CONFIG, "csv_profiel")
    assert "the stack has csv_profile" in raised.value.hint


def test_without_a_yes_nothing_moves(functions: Target) -> None:
    deploy_again(functions, "csv_profile")
    with pytest.raises(Problem, match="nothing was changed"):
        rollback(Config(target="aws", account="123456789012"))
    assert live(functions, "csv_profile") == "2"


def test_what_an_earlier_deployment_changed_stays() -> None:
    now = datetime.now(UTC)
    old, new = Version("3", now - timedelta(days=9)), Version("7", now)
    untouched, changed = Live("a", old, Version("2", now)), Live("b", new, Version("6", now))
    also = Live("c", Version("4", now - timedelta(minutes=2)), None)
    assert module._last_deployment([untouched, changed, also]) == [changed, also]
