"""How long the local environment makes you wait, on each engine that this machine has, in one run.

    python -m benchmarks.engines [--uploads 40] [--burst 200]

Ready is from `make up` on an installed engine to a stack that was built and read back; an upload is from putting a
small CSV to its item in the table. Engines that run are not touched: each is started on ports of its own.
"""

import argparse
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from barback.config import Config, read_config
from barback.console import Step, say, table
from barback.engines import Engine
from barback.engines.docker import DockerEngine, docker_problem
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.flows.csv_profile.metadata import metadata
from barback.polling import wait_for
from barback.targets import Target, target_of

CSV = b"name,age,joined\n" + b"Ada,36,2020-02-01\n" * 100
PATIENCE = 300.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--uploads", type=int, default=40, help="one after the other (default: %(default)s)")
    parser.add_argument("--burst", type=int, default=200, help="all at once (default: %(default)s)")
    options = parser.parse_args()
    rows = []
    for name, engine in _engines():
        with engine as (config, made):
            measured = _measure(config, made, options.uploads, options.burst)
        rows.append((name, *measured))
    head = ("engine", "ready, s", "first upload, ms", "later ones, ms (median)", f"burst of {options.burst}, s")
    say("\n" + table(head, rows))


def _engines() -> Iterator[tuple[str, Any]]:
    yield "embedded", _embedded()
    if docker_problem() is None:
        yield "docker", _docker()


@contextmanager
def _embedded() -> Iterator[tuple[Config, Engine]]:
    with TemporaryDirectory(prefix="barback-bench-") as folder:
        home = LocalStack(default_home()).sibling(Path(folder, "engine")).home
        config = _config()
        yield config, EmbeddedEngine(config, home)


@contextmanager
def _docker() -> Iterator[tuple[Config, Engine]]:
    os.environ["COMPOSE_PROJECT_NAME"] = f"barback-bench-{os.getpid()}"
    config = _config()
    engine = DockerEngine(config)
    with Step("docker, once for what it keeps") as step:  # images and the package's cache count as installed
        engine.up(step)
        engine.down(step)
    yield config, engine
    with Step("docker, removing what was kept") as step:
        engine.down(step, forget=True)


def _config() -> Config:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return replace(read_config(), gateway_port=one.getsockname()[1], upstream_port=two.getsockname()[1])


def _measure(config: Config, engine: Engine, uploads: int, burst: int) -> tuple[str, ...]:
    started = time.perf_counter()
    with Step(f"{engine.name}: starting") as step:
        engine.up(step)
    ready = time.perf_counter() - started
    try:
        target = target_of(config)
        target.client("dynamodb")
        with Step(f"{engine.name}: uploads") as step:
            first = _timed(lambda: _through(target, "first"))
            later = [_timed(lambda i=i: _through(target, f"later-{i}")) for i in range(uploads)]  # type: ignore[misc]
        with Step(f"{engine.name}: {burst} at once") as step, ThreadPoolExecutor(16) as pool:
            whole = _timed(lambda: list(pool.map(lambda i: _through(target, f"burst-{i}"), range(burst))))
    finally:
        with Step(f"{engine.name}: stopping") as step:
            engine.down(step)
    return f"{ready:.1f}", f"{first * 1000:.0f}", f"{statistics.median(later) * 1000:.0f}", f"{whole:.1f}"


def _through(target: Target, name: str) -> None:
    key = f"uploads/bench/{name}.csv"
    target.client("s3").put_object(Bucket=target.names.bucket("raw"), Key=key, Body=CSV)
    wait_for(lambda: metadata(target, key), key, seconds=PATIENCE)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
