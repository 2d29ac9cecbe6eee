"""Which engine is taken, and what a person reads when none can be."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from barback.config import Config
from barback.engines import choose
from barback.engines.docker import docker_problem
from barback.engines.health import status_of
from barback.engines.ports import require_free
from barback.errors import Problem, hook_failures

FakeDocker = Callable[[str], None]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDocker]:
    """A `docker` command on an otherwise empty PATH that does what a test says, in shell."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def install(script: str) -> None:
        command = tmp_path / "docker"
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
        docker_problem.cache_clear()

    docker_problem.cache_clear()
    yield install
    docker_problem.cache_clear()


WORKING = 'case "$1" in info) echo 28.0.0;; compose) echo v2.40.0;; esac'


def test_without_docker_the_embedded_engine_is_taken(docker: FakeDocker) -> None:
    engine, why = choose(Config())
    assert (engine.name, why) == ("embedded", "Docker is not installed")


def test_a_docker_engine_that_answers_is_taken(docker: FakeDocker) -> None:
    docker(WORKING)
    engine, why = choose(Config())
    assert (engine.name, why) == ("docker", "a Docker engine answers")


def test_a_choice_is_a_choice(docker: FakeDocker) -> None:
    docker(WORKING)
    assert choose(Config(engine="embedded"))[0].name == "embedded"


@pytest.mark.parametrize(
    ("script", "what", "hint"),
    [
        ("echo 'Cannot connect to the Docker daemon' >&2; exit 1", "not running", "start Docker"),
        ("echo 'permission denied while trying to connect' >&2; exit 1", "socket", "group docker"),
        ('case "$1" in info) echo 28.0.0;; *) exit 1;; esac', "Compose is missing", "install"),
        ('case "$1" in info) echo 20.0;; *) echo 2.3.1;; esac', "Compose is 2.3.1", "install"),
    ],
    ids=["not running", "not allowed", "no compose", "old compose"],
)
def test_a_docker_that_cannot_be_used_is_explained(docker: FakeDocker, script: str, what: str, hint: str) -> None:
    docker(script)
    engine, why = choose(Config())
    assert engine.name == "embedded"
    assert what in why
    with pytest.raises(Problem, match=hint):
        choose(Config(engine="docker"))


def test_a_taken_port_is_named_with_the_way_around() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is taken"):
            require_free(port, "GATEWAY_PORT")


def test_where_nothing_listens_the_engine_is_stopped() -> None:
    assert status_of("http://127.0.0.1:9").state == "stopped"


def test_the_reason_of_a_failed_hook_is_found_in_the_log() -> None:
    log = "noise\nx | barback: FAILED: bucket raw: no\nTraceback …\nx | barback: FAILED: bucket raw: no\nnoise"
    assert hook_failures(log) == "bucket raw: no"
