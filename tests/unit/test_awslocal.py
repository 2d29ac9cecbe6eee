"""The AWS CLI for the local engine: nothing of the shell leads it elsewhere."""

import os
import sys
from pathlib import Path

import pytest

from barback import awslocal
from barback.commands import env
from barback.config import Config

SHELL = {
    "PATH": "/bin",
    "AWS_PROFILE": "work",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
    "AWS_SESSION_TOKEN": "real",
    "AWS_PAGER": "",
}


def test_the_cli_is_led_to_the_engine_whatever_the_shell_says() -> None:
    found = awslocal.environment(Config(gateway_port=5566), SHELL)
    aws = {name: value for name, value in found.items() if name.startswith("AWS_")}
    assert aws == {
        "AWS_PAGER": "",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5566",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    assert found["PATH"] == "/bin"


def test_the_same_settings_for_a_shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(env, "current_config", lambda: Config(gateway_port=5566))
    env.run(None)  # type: ignore[arg-type]
    said = capsys.readouterr().out.splitlines()
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:5566" in said
    assert all(line.startswith("export AWS_") for line in said)


def test_the_command_of_the_package_is_kept_beside_ours() -> None:
    package, ours = (Path(sys.executable).with_name(name) for name in ("awslocal-package", "awslocal"))
    assert "localstack_client" in package.read_text()
    assert "from barback.awslocal import main" in ours.read_text()
