"""What `make doctor` says about the emulator's image, and about kernels."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from barback import kernel
from barback.commands import doctor
from barback.commands.doctor import Finding, _image, _kernels, _packages
from barback.config import Config
from barback.engines.docker import DIGEST, IMAGE, docker_problem
from barback.package import Build
from tests.unit.kernel.compilers import needs_own_compiler

Docker = Callable[[str], None]


@pytest.fixture
def image_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """A `docker` that works, and answers `image inspect` as a test says."""
    monkeypatch.setenv("PATH", str(tmp_path))
    docker_problem.cache_clear()

    def install(inspect: str) -> None:
        command = tmp_path / "docker"
        command.write_text(
            f'#!/bin/sh\ncase "$1" in info) echo 28.0.0;; compose) echo v2.40.0;; image) {inspect};; esac\n'
        )
        command.chmod(0o755)

    return install


@pytest.mark.parametrize(
    ("inspect", "grade"),
    [
        (f"echo localstack/localstack@{DIGEST}", "good"),
        (f"echo mirror.example/ls@sha256:00 localstack/localstack@{DIGEST}", "good"),
        (f"echo localstack/localstack@sha256:{'0' * 64}", "bad"),
        ("echo", "note"),
    ],
    ids=["known", "known, and mirrored", "another", "built here"],
)
def test_the_default_image_is_compared_with_the_digest_that_is_known(
    image_here: Docker, inspect: str, grade: str
) -> None:
    image_here(inspect)
    [finding] = _image(Config())
    assert (finding.grade, finding.about) == (grade, "image")


def test_an_image_that_is_not_here_yet_is_no_finding(image_here: Docker) -> None:
    image_here("exit 1")
    assert _image(Config()) == []


def test_a_digest_hides_no_image_that_wants_an_account() -> None:
    [finding] = _image(Config(values={"EMULATOR_IMAGE": f"localstack/localstack:2026.3.0@{DIGEST}"}))
    assert finding.grade == "bad"
    assert _image(Config(values={"EMULATOR_IMAGE": f"{IMAGE}@{DIGEST}"})) == [
        Finding("good", "image", f"{IMAGE}@{DIGEST}")
    ]


@needs_own_compiler
def test_it_names_the_compiler_of_a_kernel() -> None:
    [finding] = _kernels(Config())
    assert finding.grade == "good"
    assert finding.what.startswith("csv_profile: built by ")


def test_a_machine_without_a_compiler_has_no_problem_but_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "BUILD", tmp_path)
    monkeypatch.setattr(kernel, "own_compiler", lambda: None)
    [finding] = _kernels(Config())
    assert finding.grade == "note"
    assert finding.what == "csv_profile works without, more slowly: there is no C compiler on this machine"
    assert "make kernel" in finding.hint
    assert list(tmp_path.iterdir()) == [], "nothing is downloaded"


@pytest.mark.parametrize("off", ["off", "OFF", "0"])
def test_a_kernel_that_is_switched_off_is_no_missing_compiler(off: str) -> None:
    [finding] = _kernels(Config(values={"CSV_KERNEL": off}))
    assert finding == Finding("note", "kernel", "switched off by CSV_KERNEL: the same results, more slowly")


def test_a_package_without_its_kernel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = Build("3.13", "arm64")
    monkeypatch.setattr("barback.package.BUILD", tmp_path)
    monkeypatch.setattr(doctor, "BUILD", tmp_path)
    label = {"python": "3.13", "architecture": "arm64", "system": "linux", "kernels": {"csv_profile": None}}
    with zipfile.ZipFile(build.zip_path, "w") as archive:
        archive.writestr("package.json", json.dumps(label))
    finding = _packages(Config())[0]
    assert (finding.grade, finding.what) == (
        "note", "lambda-py3.13-linux-arm64.zip, Python 3.13, without the kernel of csv_profile",
    )  # fmt: skip
    assert "make kernel" in finding.hint
