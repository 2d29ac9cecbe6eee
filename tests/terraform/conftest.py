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
from tests.terraform.builds import FreshEngine, Parity, TfLocal, build_by_tf_local, build_parity


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
    def start() -> Iterator[str]:
        engine = installed.sibling(tmp_path_factory.mktemp("engine"))
        running = engine.start(port=free_port())
        try:
            yield Address(running.url, engine.log)
        finally:
            engine.stop()

    return start


@pytest.fixture(scope="session")
def builds(
    request: pytest.FixtureRequest,
    infra: Path,
    package: Path,
    fresh_engine: FreshEngine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[Any]]]:
    """What this session's tests look at, by the name of the fixture that waits for it."""
    del infra  # only whether Terraform can be used at all
    makers: dict[str, Callable[[], Any]] = {
        "parity": lambda: build_parity(package, fresh_engine, tmp_path_factory.mktemp("parity")),
        "tf_local": lambda: build_by_tf_local(fresh_engine, tmp_path_factory.mktemp("tf-local")),
    }
    needed = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(make) for name, make in makers.items() if name in needed}


@pytest.fixture(scope="session")
def parity(builds: Mapping[str, Future[Parity]]) -> Parity:
    return builds["parity"].result()


@pytest.fixture(scope="session")
def tf_local(builds: Mapping[str, Future[TfLocal]]) -> TfLocal:
    try:
        find_tflocal()
    except Problem as problem:
        pytest.skip(str(problem))
    return builds["tf_local"].result()


@pytest.fixture
def terraform_at(infra: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={infra}", *arguments]
        environment = {**os.environ, "TF_DATA_DIR": str(infra.parent / ".terraform")}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run
