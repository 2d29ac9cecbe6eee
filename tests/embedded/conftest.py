"""Embedded engines for the tests: one that most of them share, and more for those that end theirs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from barback.engines.embedded.localstack import LocalStack, default_home
from tests.embedded.lab import CAP, SHELL, Lab
from tests.ports import free_port

HOOKS = Path(__file__).parent / "hooks"


@pytest.fixture(scope="session")
def installed() -> LocalStack:
    """The engine as the developer has it, installed when it is not."""
    engine = LocalStack(default_home())
    engine.install()
    return engine


@pytest.fixture(scope="session")
def lab_at(installed: LocalStack) -> Callable[..., Any]:
    @contextmanager
    def lab_at(home: Path, **start: Any) -> Iterator[Lab]:
        """An engine with a state of its own, and the virtual environments that are there already."""
        engine = installed.sibling(home)
        environment = {"BARBACK_LAMBDA_CONCURRENCY": str(CAP), **start.pop("environment", {})}
        running = engine.start(port=start.pop("port", None) or free_port(), environment=environment, **start)
        try:
            yield Lab(engine, running)
        finally:
            engine.stop()

    return lab_at


@pytest.fixture(scope="session")
def lab(lab_at: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The engine that most tests share, started from a shell full of real-looking settings."""
    with pytest.MonkeyPatch.context() as shell:
        for name, value in SHELL.items():
            shell.setenv(name, value)
        standins = {"BARBACK_UPSTREAM_PORT": str(free_port())}
        with lab_at(tmp_path_factory.mktemp("engine"), hooks=HOOKS, environment=standins) as lab:
            for name in SHELL:
                shell.delenv(name)
            yield lab
