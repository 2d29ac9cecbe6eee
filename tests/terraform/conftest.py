"""Terraform, where it can be had, and fresh embedded engines with nothing on them to build on."""

import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from barback.aws.terraform import Terraform
from barback.aws.workspace import Workspace, copy_infra
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.errors import Problem
from barback.stack.names import LOCAL_KEY
from tests.ports import free_port

REGION = "us-east-1"


@pytest.fixture(scope="session")
def infra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of infra/ in which Terraform is ready to run; without Terraform or its provider, a skip that says so."""
    folder = tmp_path_factory.mktemp("terraform") / "infra"
    copy_infra(folder)
    try:
        Terraform(Workspace(folder, folder.parent / "home", "dev"), {}).init()
    except Problem as problem:
        pytest.skip(f"Terraform cannot be used here: {' '.join(str(problem).split())}")
    return folder


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something to make functions from that are looked at and never run."""
    path = tmp_path_factory.mktemp("package") / "lambda.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing.py", "")
    return path


@pytest.fixture(scope="session")
def fresh_engine(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Starts an embedded LocalStack that holds nothing; gives its address."""
    installed = LocalStack(default_home())

    @contextmanager
    def start(**environment: str) -> Iterator[str]:
        engine = installed.sibling(tmp_path_factory.mktemp("engine"))
        running = engine.start(port=free_port(), environment=environment)
        try:
            yield running.url
        finally:
            engine.stop()

    return start


def clients(endpoint: str) -> Callable[[str], Any]:
    session = boto3.Session(aws_access_key_id=LOCAL_KEY, aws_secret_access_key=LOCAL_KEY, region_name=REGION)
    settings = Config(s3={"addressing_style": "path"}, proxies={})
    return cache(lambda service: session.client(service, endpoint_url=endpoint, config=settings))


@pytest.fixture
def terraform_at(infra: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={infra}", *arguments]
        environment = {**os.environ, "TF_DATA_DIR": str(infra.parent / "home" / ".terraform")}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run
