"""All of TARGET=aws, on an emulator that is reached as AWS would be: deploy, the suite, destroy, and both
again. The guard that refuses emulators is lifted out loud; nothing else is different."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import pytest

from barback.aws.leftovers import leftovers
from barback.aws.workspace import INFRA
from barback.config import read_config
from barback.diagnosis import queue_length
from barback.paths import ROOT
from barback.polling import wait_for
from barback.targets import Target, target_of
from tests.terraform.accounts import REGION
from tests.terraform.builds import FreshEngine, without_aws
from tests.terraform.calls import not_given, rights_used
from upstream.server import Upstream

ACCOUNT = "000000000000"
PATIENCE = 600
STATES = "terraform-states"
OTHERS = 17
# What the stack brings by itself every few minutes.
SCHEDULED = ("raw/source=", "records_")


@dataclass(frozen=True)
class Stage:
    """An account that holds nothing yet, and how to run commands against it."""

    environment: dict[str, str]
    log: Path

    @property
    def home(self) -> Path:
        """Where the rehearsal keeps its state."""
        address = self.environment["AWS_ENDPOINT_URL"].removeprefix("http://").replace(":", "-")
        return Path(self.environment["BARBACK_WORK"]) / "rehearsal" / f"{address}-staging"

    def barback(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "barback", *arguments, **changes)

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in (self.environment | changes).items() if value}
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def begin(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        """The same without waiting for its end."""
        environment = {name: value for name, value in (self.environment | changes).items() if value}
        return subprocess.Popen(
            [sys.executable, "-m", "barback", *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
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
                "CONFIRM_DATA_LOSS": "barback-staging",
                "ENV": "staging",
                "ACCOUNT": ACCOUNT,
                "BARBACK_WORK": str(tmp_path_factory.mktemp("build")),
                **upstream.base_urls(),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": REGION,
            },
            endpoint.log,
        )


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout + done.stderr


def succeeded(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, said(done)
    return said(done)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, said(done)
    return said(done)


@pytest.fixture
def target(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Target:
    return stage.target(monkeypatch)


def test_01_nothing_happens_unless_someone_says_yes(stage: Stage, target: Target) -> None:
    told = refused(stage.barback("deploy", YES=""))
    assert f"account  {ACCOUNT}" in told
    assert REGION in told
    assert f"COCKTAILDB_URL {stage.environment['COCKTAILDB_URL']}" in told, "what the shell puts into functions is seen"
    assert "nothing was changed" in told
    assert leftovers(target) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ACCOUNT": "123456789012"}, "belong to account 000000000000, but ACCOUNT=123456789012"),
        ({"ALLOW_EMULATOR": ""}, "AWS_ENDPOINT_URL does not point to AWS"),
        ({"AWS_ENDPOINT_URL": ""}, "AWS_ENDPOINT_URL names no emulator"),
        ({"ENV": "prod", "ACCOUNT": ""}, "ENV=prod needs ACCOUNT"),
        ({"TARGET": "localstack"}, "TARGET=aws make deploy"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}, "aws sso login"),
    ],
)
def test_02_a_wrong_beginning_is_told_in_words(stage: Stage, changes: dict[str, str], words: str) -> None:
    assert words in refused(stage.barback("deploy", HOME=os.devnull, **changes))


def test_03_what_is_there_already_is_told_before_anything_is_made(stage: Stage, target: Target) -> None:
    bucket, group = target.names.bucket("raw"), target.names.log_group("csv_profile")
    target.client("s3").create_bucket(Bucket=bucket)
    # With its tags: LocalStack does not keep those that a log group gets later.
    target.client("logs").create_log_group(logGroupName=group, tags={"project": "barback", "environment": "staging"})
    told = refused(stage.barback("deploy"))
    assert f"not in Terraform's state:\n  bucket {bucket}\n  log group {group}" in told
    assert "make deploy ARGS=--adopt" in told
    assert leftovers(target) == [f"bucket {bucket}", f"log group {group}"]
    assert f"bucket {bucket}" in refused(stage.barback("destroy")), (
        "it is not in the state, so it is not ours to remove"
    )


def test_04_a_deployment_that_is_terminated_goes_on_from_there(stage: Stage, target: Target) -> None:
    """As a cancelled pipeline does it, right in the middle. Nothing that was made may be missing in the state."""
    with stage.begin("deploy", "--adopt") as deploying:
        wait_for(lambda: target.client("dynamodb").list_tables()["TableNames"] or None, "a table", seconds=PATIENCE)
        deploying.send_signal(signal.SIGTERM)
        told = deploying.communicate(timeout=PATIENCE)[0]
    assert deploying.returncode == 130, told
    assert "changes were made and are in the state" in told
    shown = stage.barback("plan")
    assert shown.returncode == 2, said(shown)
    assert "not in Terraform's state" not in shown.stdout, shown.stdout
    assert "would be LOST" not in shown.stdout, shown.stdout
    told = succeeded(stage.barback("deploy", CONFIRM_DATA_LOSS=""))
    assert "a file was profiled" in told


def test_05_deploying_again_changes_nothing(stage: Stage) -> None:
    assert "everything is there already" in succeeded(stage.barback("deploy"))


def test_06_a_change_by_hand_is_shown_attribute_by_attribute(stage: Stage, target: Target) -> None:
    name = target.names.function("csv_profile")
    target.client("lambda").update_function_configuration(FunctionName=name, Timeout=3)
    shown = stage.barback("plan")
    assert shown.returncode == 2, said(shown)
    assert re.search(r"timeout +=? *3 -> 900", shown.stdout), shown.stdout
    target.client("lambda").update_function_configuration(FunctionName=name, Timeout=900)


def test_07_the_state_moves_to_a_bucket_and_is_not_forgotten(stage: Stage, target: Target) -> None:
    target.client("s3").create_bucket(Bucket=STATES)
    before = stage.home / "terraform.tfstate"
    assert before.is_file()
    shown = stage.barback("plan", STATE_BUCKET=STATES)
    assert shown.returncode == 0, said(shown)
    assert f"state    s3://{STATES}/barback/{ACCOUNT}/staging.tfstate" in shown.stdout
    assert not before.exists(), "a stale copy that could be taken for the state"
    stage.environment["STATE_BUCKET"] = STATES


def test_08_a_lock_that_a_killed_run_left_is_taken_off_as_told(stage: Stage, target: Target) -> None:
    key = f"barback/{ACCOUNT}/staging.tfstate.tflock"
    lock = {"ID": "11111111-2222-3333-4444-555555555555", "Operation": "OperationTypeApply", "Who": "a@b",
            "Version": "1.11.4", "Created": "2026-01-01T00:00:00Z", "Path": f"{STATES}/{key}"}  # fmt: skip
    target.client("s3").put_object(Bucket=STATES, Key=key, Body=json.dumps(lock).encode())
    told = refused(stage.barback("plan"))
    unlock = re.search(r"make terraform ARGS='([^']+)'", told)
    assert unlock, told
    succeeded(stage.barback("terraform", "--", *unlock[1].split()))
    assert target.client("s3").list_objects_v2(Bucket=STATES, Prefix=key)["KeyCount"] == 0


def test_09_a_lost_state_is_made_anew_from_what_is_there(stage: Stage, target: Target) -> None:
    key = f"barback/{ACCOUNT}/staging.tfstate"
    target.client("s3").delete_object(Bucket=STATES, Key=key)
    there = leftovers(target)
    told = refused(stage.barback("deploy"))
    assert f"table {target.names.table('file_metadata')}" in told
    adopted = succeeded(stage.barback("deploy", "--adopt"))
    assert "to adopt" in adopted
    assert "would be LOST" not in adopted
    assert leftovers(target) == there
    assert stage.barback("plan").returncode == 0


def test_10_the_suite_passes_and_leaves_nothing_behind(stage: Stage, target: Target) -> None:
    """Also beside failed events of others, of which there are more than SQS gives at once."""
    url = target.client("sqs").get_queue_url(QueueName=target.names.queue("failed_events"))["QueueUrl"]
    for number in range(OTHERS):
        target.client("sqs").send_message(QueueUrl=url, MessageBody=f"somebody else's {number}")
    done = stage.run("-m", "pytest", "tests/integration", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, said(done)
    for bucket in target.stack.buckets:
        there = target.client("s3").list_object_versions(Bucket=target.names.bucket(bucket))
        left = [entry["Key"] for entry in there.get("Versions", []) if not entry["Key"].startswith(SCHEDULED)]
        assert left == []
    assert queue_length(target, "failed_events") == OTHERS


def test_11_yes_does_not_mean_that_data_may_be_lost(stage: Stage, target: Target) -> None:
    for environment in ("", "barback-dev"):
        told = refused(stage.barback("destroy", CONFIRM_DATA_LOSS=environment))
        assert "set CONFIRM_DATA_LOSS=barback-staging" in told
    assert f"function {target.names.function('csv_profile')}" in leftovers(target)


def test_12_a_removal_that_is_broken_off_knows_the_rest(stage: Stage, target: Target) -> None:
    bucket = target.names.bucket("processed")
    for body in (b"one", b"two"):
        target.client("s3").put_object(Bucket=bucket, Key="by-hand.txt", Body=body)
    target.client("s3").delete_object(Bucket=bucket, Key="by-hand.txt")

    def functions_gone() -> bool | None:
        return not target.client("lambda").list_functions()["Functions"] or None

    with stage.begin("destroy") as destroying:
        wait_for(functions_gone, "functions to go first", seconds=PATIENCE)
        destroying.send_signal(signal.SIGTERM)
        told = destroying.communicate(timeout=PATIENCE)[0]
    assert destroying.returncode == 130, told
    assert "is deployed in us-east-1" in refused(stage.barback("destroy", AWS_REGION="eu-west-1"))
    # What a removal that got further would have taken first: all that tells the buckets' names but the state itself.
    succeeded(stage.barback("terraform", "--", "destroy", "-auto-approve", "-target=aws_s3_bucket_versioning.this"))
    target.client("s3").put_object(Bucket=bucket, Key="written-late.txt", Body=b"x")


def test_13_destroy_leaves_nothing_also_the_second_time(stage: Stage, target: Target) -> None:
    told = succeeded(stage.barback("destroy"))
    assert f"emptying {target.names.bucket('processed')}: 4 versions and markers" in told
    assert leftovers(target) == []
    assert f"nothing of {target.names.prefix} is in account {ACCOUNT}" in succeeded(stage.barback("destroy"))


def test_14_the_policy_for_deployments_gives_what_was_used(stage: Stage, target: Target) -> None:
    """All that the road above called on AWS, the functions' own calls included, which are in it as well."""
    template = (INFRA / "bootstrap" / "deployer.json.tftpl").read_text(encoding="utf-8")
    policy = Template(template).substitute(partition="aws", account=ACCOUNT, stack="barback", state_bucket=STATES)
    used = rights_used(stage.log)
    assert {"s3:CreateBucket", "iam:PutRolePolicy", "lambda:DeleteFunction", "s3:ListAllMyBuckets"} <= used
    assert list(not_given(policy, used, target.names.prefix, ACCOUNT)) == []
