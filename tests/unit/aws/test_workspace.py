"""Where state is kept: one place for each account and environment, never the same for a rehearsal."""

import platform
from pathlib import Path

import pytest

from barback.aws import workspace
from barback.aws.workspace import PROVIDER, copy_infra, provider_mirror, provider_version, workspace_of
from barback.config import Config
from barback.targets import Target


class KnownTarget(Target):
    """On an account that need not be asked for."""

    identity = {"Account": "123456789012"}  # noqa: RUF012  it stands for a property


def target(**options: object) -> Target:
    return KnownTarget(Config(target="aws", **options), None)  # type: ignore[arg-type]


def test_each_account_and_environment_has_a_state_of_its_own() -> None:
    dev, prod = workspace_of(target(env="dev")), workspace_of(target(env="prod"))
    assert dev.state.parent.name == "123456789012-dev"
    assert prod.state.parent.name == "123456789012-prod"
    assert dev.infra == workspace.INFRA


def test_a_rehearsal_never_touches_the_real_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "BUILD", tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4999")
    rehearsal = workspace_of(target(allow_emulator=True))
    assert rehearsal.home == tmp_path / "rehearsal" / "127.0.0.1-4999-dev"
    assert rehearsal.infra.is_relative_to(tmp_path)
    assert (rehearsal.infra / "stack.yaml").read_bytes() == (workspace.INFRA / "stack.yaml").read_bytes()


def test_a_remote_backend_is_not_copied_to_a_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    infra = tmp_path / "infra"
    copy_infra(infra)
    (infra / "backend_override.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    monkeypatch.setattr(workspace, "INFRA", infra)
    assert workspace_of(target(env="prod")).backend_options() == ["-backend-config=key=barback/prod.tfstate"]
    copy_infra(tmp_path / "copy")
    assert not (tmp_path / "copy" / "backend_override.tf").exists()


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
