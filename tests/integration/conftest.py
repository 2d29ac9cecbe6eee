"""One suite for every target: the fixtures here choose it, the tests never ask which one it is.

Locally an engine of the suite's own is started, on free ports, whatever else runs: Docker through testcontainers and
our own compose file, or the embedded engine. With TARGET=aws the deployed stack is used; what a run leaves there
carries the run's own prefix and is removed at the end, also after a failure.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from testcontainers.compose import DockerCompose

from barback.config import Config, read_config
from barback.console import Step, say
from barback.engines import choose
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.errors import Problem
from barback.package import Build, build_package, machine
from barback.paths import LAMBDA_SRC, ROOT, STACK
from barback.provision.resource import Context
from barback.provision.stages import context_from_build
from barback.stack.load import load
from barback.targets import Target, target_of
from tests.integration.flows import Flows
from tests.ports import free_port
from upstream.server import PREFIXES

COMPOSE_PROJECT = f"barback-test-{os.getpid()}"


@pytest.fixture(scope="session")
def config() -> Config:
    config = read_config()
    if config.target == "aws":
        if config.env == "prod":
            pytest.exit("the suite drops files and makes functions fail: it does not run on prod", returncode=1)
        return config
    return replace(config, gateway_port=free_port(), upstream_port=free_port(), api_port=free_port())


@pytest.fixture(scope="session")
def engine_name(config: Config) -> str:
    return "aws" if config.target == "aws" else choose(config)[0].name


@pytest.fixture(scope="session")
def target(
    config: Config, engine_name: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Target]:
    if engine_name == "aws":
        try:
            aws = target_of(config)
            say(f"the suite runs in account {aws.names.account}, {config.region}, environment {config.env}")
        except Problem as problem:
            pytest.exit(str(problem), returncode=1)
        yield aws
    elif engine_name == "docker":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COMPOSE_PROJECT_NAME", COMPOSE_PROJECT)
            patch.setenv("GATEWAY_PORT", str(config.gateway_port))
            patch.setenv("UPSTREAM_PORT", str(config.upstream_port))
            patch.setenv("API_PORT", str(config.api_port))
            # Also what LocalStack could not remove before it was ended.
            patch.setenv("COMPOSE_REMOVE_ORPHANS", "1")
            with DockerCompose(ROOT, wait=True):
                yield target_of(config)
    else:
        request.getfixturevalue("package")
        home = LocalStack(default_home()).sibling(tmp_path_factory.mktemp("engine")).home
        engine = EmbeddedEngine(config, home)
        with Step("embedded engine for the suite") as step:
            engine.up(step)
        try:
            yield target_of(config)
        finally:
            with Step("stopping it") as step:
                engine.down(step)


@pytest.fixture(autouse=True)
def only_where_it_makes_sense(request: pytest.FixtureRequest, config: Config) -> None:
    if config.target == "aws" and request.node.get_closest_marker("local_only"):
        pytest.skip("needs a local engine: " + request.node.get_closest_marker("local_only").kwargs["reason"])


@pytest.fixture(scope="session")
def flows(target: Target) -> Iterator[Flows]:
    """What tests do with the deployed flows, under a prefix of this run's own."""
    flows = Flows(target, run=uuid.uuid4().hex[:12])
    yield flows
    if target.is_aws:
        flows.clean_up()


@pytest.fixture(scope="session")
def package(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stack is built from: a copy, as other tests may build the package anew with a compiler that they got."""
    stack = load(STACK, LAMBDA_SRC)
    goal = Build.for_here() if engine_name == "embedded" else Build(stack.runtime.python, machine())
    built, folder = build_package(stack, goal).path, tmp_path_factory.mktemp("package")
    shutil.copy(built.with_name("stack.json"), folder)
    return Path(shutil.copy(built, folder))


@pytest.fixture(scope="session")
def context(target: Target, package: Path) -> Context:
    upstream = {name: target.config.upstream + path for name, path in PREFIXES.items()}
    return context_from_build(package.parent, package, target.client, target.config.region, upstream)
