"""Calls go where they should, and nowhere else."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from barback.config import Config
from barback.errors import Problem
from barback.stack.names import Names
from barback.targets import Target, WrongAddress, target_of

LOCAL = Config(gateway_port=9)  # nothing listens on it


@pytest.fixture(autouse=True)
def shell_of_somebody_with_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")


def test_locally_nothing_of_the_shell_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1")
    client = target_of(LOCAL).client("s3")
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client._request_signer._credentials.access_key == "test"
    with pytest.raises(EndpointConnectionError, match=r"127\.0\.0\.1:9"):
        client.list_buckets()


def test_a_local_client_refuses_any_other_address() -> None:
    def redirect(request: Any, **_: Any) -> None:
        request.url = "https://raw.s3.eu-west-1.amazonaws.com/"

    client = target_of(LOCAL).client("s3", signature_version="s3v4")
    client.meta.events.register("request-created.s3", redirect)
    with pytest.raises(WrongAddress, match="nothing was sent"):
        client.list_buckets()


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_on_aws_an_emulator_is_refused_unless_allowed(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with pytest.raises(Problem, match=variable):
        target_of(Config(target="aws"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert target_of(Config(target="aws", allow_emulator=True)).is_aws


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "names no emulator"),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}, "names no emulator"),
        ({"AWS_ENDPOINT_URL": "https://sts.eu-west-1.amazonaws.com"}, "is AWS itself"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com"},
            "URL_S3 is AWS",
        ),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "AWS itself"),
    ],
)
def test_a_rehearsal_that_would_reach_aws_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Problem, match=words):
        target_of(Config(target="aws", allow_emulator=True))


def test_an_endpoint_in_the_profile_is_refused_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "config"
    keys = "aws_access_key_id = a\naws_secret_access_key = b\n"
    file.write_text(f"[profile production]\nendpoint_url = http://127.0.0.1:9\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    boto3.setup_default_session()
    try:
        with pytest.raises(WrongAddress, match=r"127\.0\.0\.1:9"):
            target_of(Config(target="aws", region="eu-west-1")).client("s3")
    finally:
        boto3.DEFAULT_SESSION = None


def test_a_profile_that_does_not_exist_is_a_problem_in_words() -> None:
    boto3.DEFAULT_SESSION = None
    with pytest.raises(Problem, match="production"):
        Target(Config(target="aws", region="eu-west-2"), None).client("s3")


def test_names_are_plain_locally_and_carry_environment_and_account_on_aws() -> None:
    local, aws = Names.local("barback", "us-east-1"), Names.aws("barback", "dev", "123456789012", "eu-west-1")
    assert (local.bucket("raw"), local.table("t"), local.function("f")) == ("barback-raw", "barback-t", "barback-f")
    assert (aws.bucket("raw"), aws.table("t")) == ("barback-dev-raw-123456789012", "barback-dev-t")
    assert aws.queue_arn("q") == "arn:aws:sqs:eu-west-1:123456789012:barback-dev-q"


def test_clients_are_shared_by_equal_targets() -> None:
    assert target_of(LOCAL).client("s3") is target_of(replace(LOCAL)).client("s3")
