"""How Terraform is run: what reaches it of an interruption and of the shell, and what is told when it is killed."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from barback.aws.plan import Plan
from barback.aws.terraform import Interrupted, Terraform
from barback.aws.workspace import Workspace
from barback.errors import Problem
from barback.polling import wait_for

STARTED = json.dumps({"type": "apply_start", "hook": {"resource": {"addr": "aws_iam_role.a"}, "action": "create"}})
DONE = json.dumps({"type": "apply_complete", "hook": {"resource": {"addr": "aws_s3_bucket.b"}}})


def terraform(folder: Path, script: str, **environment: str) -> Terraform:
    """Terraform with a stand-in for its program, which does what no real one can be made to do at a given moment."""
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (folder / "infra").mkdir()
    return Terraform(Workspace.local(folder, "dev"), {"env": "dev"}, {**os.environ, **environment}, str(program))


def test_a_killed_terraform_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Terraform was killed \\(SIGKILL\\)") as raised:
        terraform(tmp_path, f"echo '{DONE}'; kill -9 $$").apply(Plan(()), print)
    assert "1 of 0 changes were made" in raised.value.hint


def test_an_end_without_a_word_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="exit code 3 and said nothing"):
        terraform(tmp_path, "exit 3").apply(Plan(()), print)


def test_however_many_signals_come_terraform_gets_one_interrupt(tmp_path: Path) -> None:
    """A cancelled pipeline sends several; the second would make Terraform forget what it is making."""
    heard, going = tmp_path / "heard", tmp_path / "going"
    script = f"""
trap 'echo INT >> {heard}' INT
trap 'echo TERM >> {heard}' TERM
echo '{STARTED}'
touch {going}
while [ ! -e {tmp_path}/end ]; do sleep 0.05; done
echo '{DONE}'
exit 1
"""

    def cancel() -> None:
        wait_for(lambda: going.exists() or None, "the stand-in to run", seconds=20)
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(lambda: heard.exists() or None, "the interrupt to reach it", seconds=20)
        os.kill(os.getpid(), signal.SIGINT)
        (tmp_path / "end").touch()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Interrupted) as raised:
        terraform(tmp_path, script).apply(Plan(()), print)
    canceller.join()
    assert heard.read_text().split() == ["INT"]
    assert (raised.value.done, raised.value.pending) == (1, {"aws_iam_role.a"})


def test_nothing_of_the_shell_changes_a_run_unseen(tmp_path: Path) -> None:
    told = tmp_path / "told"
    tf = terraform(
        tmp_path,
        f"env > {told}; echo '{{}}'",
        TF_CLI_ARGS="-lock=false",
        TF_VAR_region="eu-west-1",
        TF_WORKSPACE="other",
    )
    tf.state()
    seen = told.read_text()
    assert "TF_VAR_env=dev" in seen
    assert not {"TF_CLI_ARGS", "TF_VAR_region", "TF_WORKSPACE"} & {line.split("=")[0] for line in seen.splitlines()}


def test_each_run_has_a_plan_of_its_own(tmp_path: Path) -> None:
    first = terraform(tmp_path, "exit 0")
    second = Terraform(first.workspace, {}, program=str(tmp_path / "terraform"))
    assert first._saved != second._saved
