"""docker-compose.yml and the workflow, read as files: what must hold on every machine."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from barback.engines.docker import DIGEST, IMAGE
from barback.engines.embedded.settings import engine_environment
from barback.paths import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_ports_are_published_on_the_loopback_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports), ports


def test_images_are_pinned_and_can_be_replaced() -> None:
    for name, service in COMPOSE["services"].items():
        assert re.fullmatch(r"\$\{[A-Z_]+:-[^:}]+:[^:}]+\}", service["image"]), name
    assert f"-{IMAGE}}}" in COMPOSE["services"]["localstack"]["image"]


def test_the_digest_to_pin_is_the_same_wherever_it_is_named() -> None:
    for file in ("docs/security.md", ".env.example"):
        assert f"EMULATOR_IMAGE={IMAGE}@{DIGEST}\n" in (ROOT / file).read_text(), file


def test_the_checkout_is_mounted_for_reading_only() -> None:
    mounts = [str(mount) for service in COMPOSE["services"].values() for mount in service["volumes"]]
    assert all(mount.endswith(":ro") for mount in mounts if mount.startswith("./")), mounts


def test_every_variable_has_a_default_and_is_explained() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+):-", text)) == used, "each has a default"
    example = (ROOT / ".env.example").read_text()
    assert {name for name in used if f"{name}=" not in example} == set()


def test_both_engines_have_the_defaults_that_the_example_shows() -> None:
    example = dict(re.findall(r"^#([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    compose = dict(re.findall(r"(?<!\$)\$\{([A-Z_]+):-([^}]*)\}", (ROOT / "docker-compose.yml").read_text()))
    embedded = engine_environment(port=1, state=ROOT, runtime_python=ROOT)
    for name in ("LAMBDA_RETRY_BASE_DELAY", "LAMBDA_KEEPALIVE_MS"):
        assert example[name] == compose[name] == embedded[name], name
    # Without an address of their own, the public APIs are the stand-ins.
    different = {name for name in example.keys() & compose.keys() if example[name] != compose[name]}
    assert different == {"COCKTAILDB_URL", "JSONPLACEHOLDER_URL", "RANDOMUSER_URL"}


def test_nothing_of_the_shells_settings_for_aws_reaches_the_local_environment() -> None:
    used = re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())
    assert [name for name in used if name.startswith("AWS_")] == []


def test_every_name_follows_from_the_project() -> None:
    assert "name" not in COMPOSE, "Compose itself names a project after its folder"
    assert [name for name, service in COMPOSE["services"].items() if "container_name" in service] == []
    assert COMPOSE["services"]["localstack"]["environment"]["MAIN_CONTAINER_NAME"].endswith("-localstack-1")


def test_actions_are_pinned_to_commits() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    uses = re.findall(r"uses: (\S+)", workflow)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use) for use in uses), uses


def test_compose_itself_finds_nothing_wrong() -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        pytest.skip("Docker Compose is not installed")
    done = subprocess.run(
        ["docker", "compose", "--project-directory", str(ROOT), "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
