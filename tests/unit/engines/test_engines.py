"""Which engine is taken, and what a person reads when none can be."""

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from barback.config import Config, read_config
from barback.engines import choose, located, with_free_ports
from barback.engines.docker import docker_problem, project_name
from barback.engines.embedded.localstack import Running
from barback.engines.embedded.processes import born
from barback.engines.health import status_of
from barback.engines.ports import Claims, is_free, require_free
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


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_default_port_that_is_taken_is_replaced(taken: int) -> None:
    moved = with_free_ports(Config(gateway_port=taken))
    assert moved.gateway_port != taken
    assert is_free(moved.gateway_port)
    assert moved.upstream_port != moved.gateway_port


def test_two_checkouts_that_choose_at_once_get_different_ports() -> None:
    with Claims() as ours, Claims() as theirs:
        one, other = with_free_ports(Config(), ours.take), with_free_ports(Config(), theirs.take)
        assert set(one.ports.values()).isdisjoint(other.ports.values())
    with Claims() as later:
        assert later.take(one.gateway_port)


def test_a_chosen_port_stays_chosen(taken: int) -> None:
    config = Config(gateway_port=taken, values={"GATEWAY_PORT": str(taken)})
    assert with_free_ports(config).gateway_port == taken


class TestWhatRunsIsFound:
    """An engine's ports are those that it was started with, not those that the settings name."""

    @pytest.fixture(autouse=True)
    def embedded_engine(self, docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BARBACK_HOME", str(tmp_path / "home"))
        (tmp_path / "home").mkdir()
        me = Running(os.getpid(), born(os.getpid()) or "", 5001, 5002)
        (tmp_path / "home" / "engine.pid").write_text(json.dumps(asdict(me)))

    def test_embedded(self) -> None:
        found = located(Config())
        assert (found.gateway_port, found.upstream_port) == (5001, 5002)

    def test_unless_a_port_is_named_for_this_command(self) -> None:
        config = read_config({"GATEWAY_PORT": "5566"}, Path(os.devnull))
        assert located(config).gateway_port == 5566

    def test_not_on_aws(self) -> None:
        assert located(Config(target="aws")).gateway_port == 4566


CONTAINERS = [
    {"Service": "localstack", "State": "running", "ExitCode": 0,
     "Publishers": [{"TargetPort": 4566, "PublishedPort": 5566}, {"TargetPort": 5678, "PublishedPort": 0}]},
    {"Service": "upstream", "State": "running", "ExitCode": 0,
     "Publishers": [{"TargetPort": 4580, "PublishedPort": 5580}]},
    {"Service": "package", "State": "exited", "ExitCode": 0, "Publishers": None},
]  # fmt: skip


@pytest.mark.parametrize("as_lines", [True, False], ids=["a line each", "one array"])
def test_the_ports_of_containers_are_found(
    docker: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_lines: bool
) -> None:
    monkeypatch.setenv("BARBACK_HOME", str(tmp_path / "none"))
    listed = "\n".join(map(json.dumps, CONTAINERS)) if as_lines else json.dumps(CONTAINERS)
    (tmp_path / "listed").write_text(listed)
    cat = f'{{ while read -r line || [ -n "$line" ]; do echo "$line"; done; }} < {tmp_path}/listed'
    docker(f'case "$*" in info*) echo 28.0.0;; *version*) echo v2.40.0;; *" ps "*) {cat};; esac')
    found = located(Config())
    assert (found.gateway_port, found.upstream_port) == (5566, 5580)


@pytest.mark.parametrize(
    ("folder", "projects", "name"),
    [
        ("/a/barback", {}, "barback"),
        ("/a/barback", {"barback": {"/a/barback"}}, "barback"),
        ("/a/My Flows", {"barback": {"/b/barback"}}, "myflows"),
        ("/a/barback", {"barback": {"/b/barback"}}, "barback-OWN"),
        ("/a/barback", {"barback-OWN": {"/a/barback"}}, "barback-OWN"),
        ("/a/---", {}, "barback"),
    ],
)
def test_a_project_is_named_after_its_folder_and_never_meets_another(
    folder: str, projects: dict[str, set[str]], name: str
) -> None:
    own = f"barback-{hashlib.sha256(folder.encode()).hexdigest()[:6]}"
    known = {project.replace("barback-OWN", own): folders for project, folders in projects.items()}
    assert project_name(Path(folder), known) == name.replace("barback-OWN", own)


def test_where_nothing_listens_the_engine_is_stopped() -> None:
    assert status_of("http://127.0.0.1:9").state == "stopped"


def test_the_reason_of_a_failed_hook_is_found_in_the_log() -> None:
    log = "noise\nx | barback: FAILED: bucket raw: no\nTraceback …\nx | barback: FAILED: bucket raw: no\nnoise"
    assert hook_failures(log) == "bucket raw: no"
