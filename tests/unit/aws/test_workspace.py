"""Where state is kept: one place for each account and environment, never the same for a rehearsal."""

import platform
from pathlib import Path

import pytest

from barback.aws import workspace
from barback.aws.workspace import (
    PROVIDER,
    Backend,
    Workspace,
    copy_infra,
    provider_mirror,
    provider_version,
    workspace_of,
)
from barback.config import Config
from barback.errors import Problem
from barback.targets import Target


class KnownTarget(Target):
    """On an account that need not be asked for."""

    identity = {"Account": "123456789012"}  # noqa: RUF012  it stands for a property


def target(**options: object) -> Target:
    return KnownTarget(Config(target="aws", **options), None)  # type: ignore[arg-type]


def test_each_account_and_environment_has_a_state_of_its_own() -> None:
    dev, prod = workspace_of(target(env="dev")), workspace_of(target(env="prod"))
    assert dev.backend.settings["path"] == str(workspace.INFRA / "state" / "123456789012-dev" / "terraform.tfstate")
    assert prod.state_file.parent.name == "123456789012-prod"
    assert not dev.infra.is_relative_to(prod.home), "each has a copy of infra/ of its own"


def test_a_rehearsal_never_touches_the_real_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "BUILD", tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4999")
    rehearsal = workspace_of(target(allow_emulator=True))
    assert rehearsal.home == tmp_path / "rehearsal" / "127.0.0.1-4999-dev"
    rehearsal.prepare()
    assert (rehearsal.infra / "stack.yaml").read_bytes() == (workspace.INFRA / "stack.yaml").read_bytes()


def test_what_another_run_reads_is_never_half_written(tmp_path: Path) -> None:
    source = tmp_path / "infra"
    copy_infra(workspace.INFRA, source)
    home = Workspace.local(tmp_path / "home", "dev", source)
    home.prepare()
    stack = home.infra / "stack.yaml"
    before = stack.read_bytes()
    with stack.open("rb") as reading:
        first = reading.read(100)
        (source / "stack.yaml").write_bytes(b"version: 1\n")
        home.prepare()
        assert first + reading.read() == before
    assert stack.read_bytes() == b"version: 1\n"
    made = stack.stat().st_ino
    home.prepare()
    assert stack.stat().st_ino == made, "what is the same is left alone"
    assert not list(home.infra.glob("*.part"))


def test_a_state_in_s3_is_told_apart_by_stack_account_and_environment() -> None:
    remote = workspace_of(target(env="prod", values={"STATE_BUCKET": "states", "STATE_REGION": "eu-west-1"})).backend
    assert remote.describe() == "s3://states/barback/123456789012/prod.tfstate"
    assert remote.settings["region"] == "eu-west-1"
    assert remote.settings["use_lockfile"] is True


def test_what_was_put_beside_the_files_does_not_reach_a_copy(tmp_path: Path) -> None:
    source = tmp_path / "infra"
    copy_infra(workspace.INFRA, source)
    (source / "backend_override.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    home = Workspace.local(tmp_path / "home", "prod", source)
    home.infra.mkdir(parents=True)
    (home.infra / "gone.tf").write_text("")
    (home.infra / "adopted.tf.json").write_text("{}")
    home.prepare()
    assert {file.name for file in home.infra.glob("*.tf*")} == {
        *(file.name for file in workspace.INFRA.glob("*.tf")),
        "environment.auto.tfvars",
    }
    values = (workspace.INFRA / "environments" / "prod.tfvars").read_text()
    assert (home.infra / "environment.auto.tfvars").read_text() == values


def test_the_last_backend_is_remembered_and_a_file_is_found_without(tmp_path: Path) -> None:
    here = Workspace.local(tmp_path, "dev")
    assert here.last_backend() is None
    here.state_file.write_text("{}")
    assert here.last_backend() == here.backend
    remote = Backend("s3", {"bucket": "states", "key": "k"})
    here.remember(remote)
    assert here.last_backend() == remote


def test_what_was_interrupted_is_known_until_a_deployment_goes_through(tmp_path: Path) -> None:
    here = Workspace.local(tmp_path, "dev")
    assert here.interrupted() == set()
    here.remember_interrupted({"aws_iam_role.a"})
    here.remember_interrupted({"aws_iam_role.b"})
    assert here.interrupted() == {"aws_iam_role.a", "aws_iam_role.b"}
    here.remember_interrupted(())
    assert here.interrupted() == set()


def test_an_override_of_the_backend_that_is_not_read_any_more_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "INFRA", tmp_path)
    (tmp_path / "backend_override.tf").write_text("")
    with pytest.raises(Problem, match="not used any more") as raised:
        workspace_of(target())
    assert "STATE_BUCKET" in raised.value.hint


def test_a_provider_on_disk_is_known_by_its_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setenv("BARBACK_TF_PLUGIN_DIR", str(tmp_path))
    monkeypatch.setattr(workspace, "PLACES", ())
    assert provider_mirror("5.100.0") is None
    (tmp_path / PROVIDER / "5.100.0" / "linux_arm64").mkdir(parents=True)
    assert provider_mirror("5.100.0") == tmp_path
    assert provider_mirror("5.99.0") is None


def test_the_provider_is_pinned() -> None:
    assert provider_version(workspace.INFRA).count(".") == 2
