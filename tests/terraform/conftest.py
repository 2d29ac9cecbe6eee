"""Terraform, where it can be had, fresh embedded engines with nothing on them to build on, and what is built on them
behind the tests."""

import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from barback.aws.terraform import Terraform
from barback.aws.tf_local import find_tflocal
from barback.aws.workspace import Workspace
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.errors import Problem
from tests.ports import free_port
from tests.terraform.accounts import Address
from tests.terraform.builds import (
    Bootstrap,
    ByHook,
    ByTerraform,
    EveryKind,
    FreshEngine,
    Parity,
    TfLocal,
    build_bootstrap,
    build_by_hook,
    build_by_terraform,
    build_by_tf_local,
    every_kind,
)

# What the bootstrap is given.
STATES = "states-of-barback"
REPOSITORY = "somebody/barback"
Maker = Callable[[Address], Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rehearsal begins first: what the other tests look at is built while it waits."""
    here = [i for i, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    sorted_here = sorted((items[i] for i in here), key=lambda item: item.path.name != "test_rehearsal.py")
    for i, item in zip(here, sorted_here, strict=True):
        items[i] = item


@pytest.fixture(scope="session")
def infra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of infra/ in which Terraform is ready to run; without Terraform or its provider, a skip that says so."""
    workspace = Workspace.local(tmp_path_factory.mktemp("terraform"), "dev")
    try:
        Terraform(workspace, {}).init()
    except Problem as problem:
        pytest.skip(f"Terraform cannot be used here: {' '.join(str(problem).split())}")
    return workspace.infra


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something to make functions from that are looked at and never run."""
    path = tmp_path_factory.mktemp("package") / "lambda.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing.py", "")
    return path


@pytest.fixture(scope="session")
def fresh_engine(tmp_path_factory: pytest.TempPathFactory) -> FreshEngine:
    """Starts an embedded LocalStack that holds nothing; gives its address."""
    installed = LocalStack(default_home())

    @contextmanager
    def start() -> Iterator[Address]:
        engine = installed.sibling(tmp_path_factory.mktemp("engine"))
        running = engine.start(port=free_port())
        try:
            yield Address(running.url, engine.log)
        finally:
            engine.stop()

    return start


@pytest.fixture(scope="session")
def every(tmp_path_factory: pytest.TempPathFactory) -> EveryKind:
    return every_kind(tmp_path_factory.mktemp("stack"))


@pytest.fixture(scope="session")
def builds(
    request: pytest.FixtureRequest,
    infra: Path,
    package: Path,
    every: EveryKind,
    fresh_engine: FreshEngine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[dict[str, Any]]]]:
    """What this session's tests look at, by the name of its fixture. Terraform mostly waits for resources to settle, so
    two engines are built on side by side, behind the tests; on one engine, one thing after the other."""
    del infra  # only whether Terraform can be used at all
    folder = tmp_path_factory.mktemp
    engines: list[dict[str, Maker]] = [
        {
            "by_hook": lambda engine: build_by_hook(engine, every, package),
            "tf_local": lambda engine: build_by_tf_local(engine, folder("tf-local")),
        },
        {
            "by_terraform": lambda engine: build_by_terraform(engine, every, package, folder("by-terraform")),
            "bootstrap": lambda engine: build_bootstrap(engine, folder("bootstrap"), STATES, REPOSITORY),
        },
    ]
    needed = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}

    def build(makers: dict[str, Maker]) -> dict[str, Any]:
        with fresh_engine() as engine:
            return {name: make(engine) for name, make in makers.items()}

    with ThreadPoolExecutor() as pool:
        futures: dict[str, Future[dict[str, Any]]] = {}
        for makers in engines:
            if wanted := {name: make for name, make in makers.items() if name in needed}:
                futures |= dict.fromkeys(wanted, pool.submit(build, wanted))
        yield futures


@pytest.fixture(scope="session")
def by_hook(builds: Mapping[str, Future[dict[str, ByHook]]]) -> ByHook:
    return builds["by_hook"].result()["by_hook"]


@pytest.fixture(scope="session")
def by_terraform(builds: Mapping[str, Future[dict[str, ByTerraform]]]) -> ByTerraform:
    return builds["by_terraform"].result()["by_terraform"]


@pytest.fixture(scope="session")
def parity(every: EveryKind, by_hook: ByHook, by_terraform: ByTerraform) -> Parity:
    return Parity(every, by_hook, by_terraform)


@pytest.fixture(scope="session")
def bootstrap(builds: Mapping[str, Future[dict[str, Bootstrap]]]) -> Bootstrap:
    return builds["bootstrap"].result()["bootstrap"]


@pytest.fixture(scope="session")
def tf_local(builds: Mapping[str, Future[dict[str, TfLocal]]]) -> TfLocal:
    try:
        find_tflocal()
    except Problem as problem:
        pytest.skip(str(problem))
    return builds["tf_local"].result()["tf_local"]


@pytest.fixture
def terraform_at(infra: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={infra}", *arguments]
        environment = {**os.environ, "TF_DATA_DIR": str(infra.parent / ".terraform")}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run
