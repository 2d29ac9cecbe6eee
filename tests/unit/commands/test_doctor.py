"""What `make doctor` says about the emulator's image."""

from collections.abc import Callable
from pathlib import Path

import pytest

from barback.commands.doctor import Finding, _image
from barback.config import Config
from barback.engines.docker import DIGEST, IMAGE, docker_problem

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
