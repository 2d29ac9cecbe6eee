"""How Terraform is run: what reaches it of an interruption and of the shell, and what is told when it is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from barback.aws.plan import Plan
from barback.aws.terraform import Interrupted, Terraform
from barback.aws.workspace import INFRA, PROVIDER, Backend, Workspace, provider_version, system
from barback.errors import Problem
from tests.waiting import until

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
    """Whatever it said before; and what it started ends, too."""
    provider = tmp_path / "provider"
    script = f"echo 'Warning: x'; echo '{DONE}'; sleep 600 & echo $! > {provider}; kill -9 $$"
    with pytest.raises(Problem, match="Terraform was killed \\(SIGKILL\\)") as raised:
        terraform(tmp_path, script).apply(Plan(()), print)
    assert "1 of 0 changes were made, some of which may not be in the state" in raised.value.hint
    assert "--adopt" in raised.value.hint
    until(lambda: is_gone(int(provider.read_text())), "the provider to end")


def is_gone(process: int) -> bool:
    command = ["ps", "-o", "stat=", "-p", str(process)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()[:1] in ("", "Z")


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
        try:
            until(going.exists, "the stand-in to run")
            os.kill(os.getpid(), signal.SIGINT)
            until(heard.exists, "the interrupt to reach it")
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            (tmp_path / "end").touch()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Interrupted) as raised:
        terraform(tmp_path, script).apply(Plan(()), print)
    canceller.join()
    assert heard.read_text().split() == ["INT"]
    assert (raised.value.done, raised.value.pending) == (1, {"aws_iam_role.a"})


def test_terraform_ends_in_order_when_what_started_it_is_killed(tmp_path: Path) -> None:
    """And not in the middle of its work, because nobody listens any more."""
    end, ended = tmp_path / "end", tmp_path / "ended"
    script = f"while [ ! -e {end} ]; do echo '{STARTED}'; sleep 0.05; done; echo '{DONE}'; touch {ended}"
    workspace = terraform(tmp_path, script).workspace
    program = (
        "import sys; from pathlib import Path; from barback.aws.plan import Plan\n"
        "from barback.aws.terraform import Terraform; from barback.aws.workspace import Workspace\n"
        f"home = Path({str(workspace.home)!r})\n"
        "Terraform(Workspace.local(home, 'dev'), {}, program=str(home / 'terraform')).apply(Plan(()), print)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as starting:
        assert starting.stdout
        assert "aws_iam_role.a" in starting.stdout.readline()
        starting.kill()
    end.touch()
    until(ended.exists, "the stand-in to end")


def test_it_is_initialised_again_only_for_another_backend_or_provider(tmp_path: Path) -> None:
    tf = terraform(tmp_path, f"[ $2 != init ] || {{ mkdir -p $TF_DATA_DIR; echo init >> {tmp_path}/calls; }}")

    def calls() -> int:
        tf.init()
        return len((tmp_path / "calls").read_text().split())

    version = provider_version(INFRA)
    assert (calls(), calls()) == (1, 2), "there is no provider yet"
    (tf.workspace.data / "providers" / PROVIDER / version / system()).mkdir(parents=True)
    assert (calls(), calls()) == (2, 2)
    tf.workspace = replace(tf.workspace, backend=Backend("local", {"path": str(tmp_path / "other")}))
    # To read the state that is to be moved it need not be: that is where it is.
    assert (calls(), calls()) == (3, 3)
    (tf.workspace.data / "initialised.json").unlink()
    assert (calls(), calls()) == (4, 4)


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


REAL = pytest.mark.skipif(shutil.which("terraform") is None, reason="Terraform is not installed")


@REAL
def test_a_state_moves_with_what_it_knows_and_an_older_copy_gives_way(tmp_path: Path) -> None:
    """There and back and there again: what was moved away from is older by then. No provider is needed for that."""
    source = tmp_path / "source"
    (source / "environments").mkdir(parents=True)
    (source / "environments" / "dev.tfvars").write_text("")
    (source / "stack.yaml").write_text("")
    (source / "versions.tf").write_text(
        'terraform {\n  backend "local" {}\n}\n/* source = "hashicorp/aws"\n version = "5.100.0" */\n'
        'resource "terraform_data" "kept" {\n  input = uuid()\n}\n'
    )
    here, there = (Backend("local", {"path": str(tmp_path / name)}) for name in ("here.tfstate", "there.tfstate"))

    def at(backend: Backend) -> Terraform:
        tf = Terraform(Workspace(tmp_path / "home", "dev", backend, source), {})
        tf.init()
        return tf

    def change(tf: Terraform) -> int:
        tf.apply(tf.plan(print), print)
        return tf.state().serial

    first = change(at(here))
    moved = at(there)
    assert moved.state().serial == first
    assert not (tmp_path / "here.tfstate").exists()
    back = at(here)
    assert change(back) > first
    newest = back.state().resources
    (tmp_path / "there.tfstate").write_text(moved_text := (tmp_path / "there.tfstate.moved").read_text())
    assert json.loads(moved_text)["serial"] == first
    assert at(there).state().resources == newest


@REAL
def test_two_states_that_have_nothing_in_common_are_left_alone(tmp_path: Path) -> None:
    def state(lineage: str) -> str:
        instance = {
            "schema_version": 0,
            "attributes": {"id": "x", "input": None, "output": None, "triggers_replace": None},
        }
        kept = {"mode": "managed", "type": "terraform_data", "name": "kept", "instances": [instance],
                "provider": 'provider["terraform.io/builtin/terraform"]'}  # fmt: skip
        return json.dumps({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": lineage,
                           "outputs": {}, "resources": [kept]})  # fmt: skip

    source = tmp_path / "source"
    (source / "environments").mkdir(parents=True)
    (source / "environments" / "dev.tfvars").write_text("")
    (source / "versions.tf").write_text(
        'terraform {\n  backend "local" {}\n}\n/* source = "hashicorp/aws"\n version = "5.100.0" */\n'
    )
    paths = [tmp_path / "one.tfstate", tmp_path / "two.tfstate"]
    for path, lineage in zip(paths, ("a", "b"), strict=True):
        path.write_text(state(lineage))
    one, two = (Backend("local", {"path": str(path)}) for path in paths)
    Workspace(tmp_path / "home", "dev", one, source).home.mkdir()
    Workspace(tmp_path / "home", "dev", one, source).remember(one)
    with pytest.raises(Problem, match="there are two states of dev"):
        Terraform(Workspace(tmp_path / "home", "dev", two, source), {}).init()
    assert [json.loads(path.read_text())["lineage"] for path in paths] == ["a", "b"]


def test_each_run_has_a_plan_of_its_own(tmp_path: Path) -> None:
    first = terraform(tmp_path, "exit 0")
    second = Terraform(first.workspace, {}, program=str(tmp_path / "terraform"))
    assert first._saved != second._saved


def test_a_plan_of_nothing_is_known_without_reading_it_again(tmp_path: Path) -> None:
    """Reading a plan takes Terraform as long as some plans themselves."""
    summary = {"type": "change_summary", "changes": {"add": 0, "change": 0, "import": 0, "remove": 0}}
    planning = f"[ $2 = plan ] && echo '{json.dumps(summary)}'"
    assert terraform(tmp_path, planning).plan(print) == Plan(())
    changed = json.dumps({**summary, "changes": {**summary["changes"], "change": 1}})
    (tmp_path / "terraform").write_text(f"#!/bin/sh\n[ $2 = plan ] && echo '{changed}'\n")
    with pytest.raises(Problem, match="terraform show failed"):
        Terraform(Workspace.local(tmp_path, "dev"), {}, program=str(tmp_path / "terraform")).plan(print)
