"""Unit tests see nothing of the developer's AWS settings, nor of an engine that another test has named."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_aws_settings_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
        monkeypatch.delenv(name)
