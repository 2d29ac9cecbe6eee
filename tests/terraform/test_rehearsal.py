"""The whole road of TARGET=aws, on an emulator that is reached as AWS would be: deploy, the suite, destroy, and both
again. The guard that refuses emulators is lifted out loud; nothing else is different."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from barback.aws.leftovers import leftovers
from barback.config import read_config
from barback.paths import ROOT
from barback.targets import Target, target_of
from tests.terraform.accounts import REGION
from tests.terraform.builds import FreshEngine, without_aws
from upstream.server import Upstream

ACCOUNT = "000000000000"
PATIENCE = 900
# What the stack brings by itself every few minutes.
SCHEDULED = ("raw/source=", "records_")


@dataclass(frozen=True)
class Stage:
    """An account that holds nothing yet, and how to run commands against it."""

    environment: dict[str, str]

    def barback(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "barback", *arguments, **changes)

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in (self.environment | changes).items() if value}
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def target(self, patch: pytest.MonkeyPatch) -> Target:
        for name, value in self.environment.items():
            patch.setenv(name, value)
        return target_of(read_config(self.environment, dotenv=Path(os.devnull)))


@pytest.fixture(scope="module")
def stage(
    infra: Path, builds: Mapping[str, Any], fresh_engine: FreshEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    del infra, builds  # only whether Terraform can be used at all; and that the others are begun
    with Upstream() as upstream, fresh_engine() as endpoint:
        yield Stage(
            {
                **without_aws(),
                "TARGET": "aws",
                "ALLOW_EMULATOR": "1",
                "PACKAGE_FOR": "embedded",
                "YES": "1",
                "ENV": "staging",
                "ACCOUNT": ACCOUNT,
                "BARBACK_WORK": str(tmp_path_factory.mktemp("build")),
                **upstream.base_urls(),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": REGION,
            }
        )


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_1_nothing_happens_unless_someone_says_yes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    done = stage.barback("deploy", YES="")
    assert done.returncode == 1
    assert f"account  {ACCOUNT}" in done.stdout
    assert REGION in done.stdout
    assert "nothing was changed" in said(done)
    assert leftovers(stage.target(monkeypatch)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ACCOUNT": "123456789012"}, "belong to account 000000000000, but ACCOUNT=123456789012"),
        ({"ALLOW_EMULATOR": ""}, "AWS_ENDPOINT_URL points somewhere else than AWS"),
        ({"TARGET": "localstack"}, "TARGET=aws make deploy"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}, "aws sso login"),
    ],
)
def test_2_a_wrong_beginning_is_told_in_words(stage: Stage, changes: dict[str, str], words: str) -> None:
    done = stage.barback("deploy", HOME=os.devnull, **changes)
    assert done.returncode == 1
    assert words in said(done)


def test_3_a_bucket_name_that_is_taken(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    target = stage.target(monkeypatch)
    taken = target.names.bucket("raw")
    target.client("s3").create_bucket(Bucket=taken)
    done = stage.barback("deploy")
    assert done.returncode == 1
    assert f"the bucket name {taken} is taken" in said(done)
    assert leftovers(target) == [f"bucket {taken}"]
    destroyed = stage.barback("destroy")
    assert destroyed.returncode == 1, "it is not in the state, so it is not ours to remove"
    assert f"bucket {taken}" in said(destroyed)
    target.client("s3").delete_bucket(Bucket=taken)


def test_4_a_deployment_that_fails_half_way_goes_on_from_there(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    target = stage.target(monkeypatch)
    group = target.names.log_group("csv_profile")
    target.client("logs").create_log_group(logGroupName=group)
    failed = stage.barback("deploy")
    assert failed.returncode == 1
    assert "there already" in said(failed)
    assert "it goes on from there" in said(failed)
    target.client("logs").delete_log_group(logGroupName=group)
    done = stage.barback("deploy")
    assert done.returncode == 0, said(done)
    assert "profiled" in done.stdout


def test_5_deploying_again_changes_nothing(stage: Stage) -> None:
    done = stage.barback("deploy")
    assert done.returncode == 0, said(done)
    assert "everything is there already" in done.stdout


def test_6_the_suite_passes_and_leaves_nothing_behind(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    done = stage.run("-m", "pytest", "tests/integration", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, said(done)
    s3, names = stage.target(monkeypatch).client("s3"), stage.target(monkeypatch).names
    for bucket in stage.target(monkeypatch).stack.buckets:
        there = s3.list_object_versions(Bucket=names.bucket(bucket))
        left = [entry["Key"] for entry in there.get("Versions", []) if not entry["Key"].startswith(SCHEDULED)]
        assert left == []


def test_7_another_region_does_not_lose_what_is_deployed(stage: Stage) -> None:
    done = stage.barback("deploy", AWS_REGION="eu-west-1")
    assert done.returncode == 1
    assert f"staging is deployed in {REGION}" in said(done)


def test_8_destroy_leaves_nothing_also_the_second_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    target = stage.target(monkeypatch)
    bucket = target.names.bucket("processed")
    for body in (b"one", b"two"):
        target.client("s3").put_object(Bucket=bucket, Key="by-hand.txt", Body=body)
    target.client("s3").delete_object(Bucket=bucket, Key="by-hand.txt")
    done = stage.barback("destroy")
    assert done.returncode == 0, said(done)
    assert f"emptying {bucket}: 3 versions and markers" in done.stdout
    assert leftovers(target) == []
    again = stage.barback("destroy")
    assert again.returncode == 0, said(again)
    assert f"nothing of {target.names.prefix} is in account {ACCOUNT}" in again.stdout
