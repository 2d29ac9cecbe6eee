"""`make tf-local`: the same Terraform through tflocal, beside what the ready hook built."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from barback.aws.tf_local import find_tflocal
from barback.errors import Problem
from barback.paths import ROOT
from barback.stack.names import LOCAL_ACCOUNT
from tests.terraform.conftest import REGION, clients


def test_builds_the_stack_under_the_name_of_the_environment(
    infra: Path, fresh_engine: Callable[..., Any], tmp_path: Path
) -> None:
    del infra  # only whether Terraform can be used at all
    try:
        find_tflocal()
    except Problem as problem:
        pytest.skip(str(problem))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with fresh_engine() as endpoint:
        environment = {
            **kept,
            "TARGET": "localstack",
            "ENGINE": "embedded",
            "ENV": "dev",
            "GATEWAY_PORT": endpoint.rsplit(":", 1)[1],
            "BARBACK_WORK": str(tmp_path),
            "AWS_REGION": REGION,
            # As in the shell of somebody who has an account: none of it may be used.
            "AWS_PROFILE": "work",
            "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
        }
        done = subprocess.run(
            [sys.executable, "-m", "barback", "tf-local"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        buckets = [bucket["Name"] for bucket in clients(endpoint)("s3").list_buckets()["Buckets"]]
    assert buckets == [f"barback-dev-processed-{LOCAL_ACCOUNT}", f"barback-dev-raw-{LOCAL_ACCOUNT}"]
