"""Real processes run real functions here; only LocalStack around them is missing (tests/embedded has that)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from barback.engines.embedded.localstack import LocalStack, default_home
from barback.inside.warden import Warden
from barback.inside.worker import Recipe, Request, Result, Worker

FUNCTION = Path(__file__).parents[2] / "embedded" / "function"


@pytest.fixture(scope="session")
def runtime_python() -> Path:
    engine = LocalStack(default_home())
    engine.install()
    return engine.runtime_python


@pytest.fixture(scope="session")
def warden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warden]:
    warden = Warden(tmp_path_factory.mktemp("warden") / "lock")
    yield warden
    warden.close()


@pytest.fixture
def recipe(runtime_python: Path, tmp_path: Path) -> Callable[..., Recipe]:
    def make(**changes: Any) -> Recipe:
        values: dict[str, Any] = {
            "python": runtime_python,
            "handler": "trouble.handle",
            "version": "$LATEST",
            "task_root": FUNCTION,
            "layers": (),
            "environment": {"AWS_LAMBDA_FUNCTION_NAME": "trouble", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"},
            "memory": 256,
            "timeout": 60.0,
            "folder": tmp_path / "environments",
            "hot_reload": True,
        }
        return Recipe(**values | changes)

    return make


@pytest.fixture
def start(recipe: Callable[..., Recipe], warden: Warden) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def make(**changes: Any) -> Worker:
        started.append(Worker(recipe(**changes), warden))
        return started[-1]

    yield make
    for worker in started:
        worker.close()


@pytest.fixture
def run() -> Callable[..., Result]:
    def run(worker: Worker, event: Any, **more: str) -> Result:
        request = Request("request-1", "arn:aws:lambda:x:function:trouble", json.dumps(event).encode(), **more)
        return worker.run(request)

    return run
