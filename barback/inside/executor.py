"""LocalStack's runtime executor for processes: one light object per LocalStack environment, workers from one pool.

LocalStack makes an environment for every concurrent invocation. Ours only remembers what it was told; the process
that serves an invocation is borrowed for just that invocation, so that a burst waits in the pool's queue.
"""

import hashlib
import json
import logging
import os
import platform
import sys
import threading
from base64 import b64decode
from collections import Counter
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from localstack import config
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, Invocation, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from barback.inside import reports
from barback.inside.pool import Pool, PoolClosed
from barback.inside.warden import Warden
from barback.inside.worker import Recipe, Request, Worker

LOG = logging.getLogger(__name__)

# LocalStack tells executors only part of an invocation; plugins.py puts the whole of it here.
INVOCATION: ContextVar[Invocation | None] = ContextVar("invocation", default=None)

# Of what LocalStack sets, these tell its own containers where to report, and nothing else reads them.
INTERNAL = ("LOCALSTACK_RUNTIME_ID", "LOCALSTACK_RUNTIME_ENDPOINT", "LOCALSTACK_FUNCTION_ACCOUNT_ID")


def concurrency() -> int:
    """How many functions may run at once: BARBACK_LAMBDA_CONCURRENCY, or two a core."""
    return int(os.environ.get("BARBACK_LAMBDA_CONCURRENCY") or max(2, 2 * (os.cpu_count() or 1)))


_making = threading.RLock()


def pool() -> Pool[Worker]:
    # A cache alone would let the first two invocations, arriving together, make one each.
    with _making:
        return _pool()


def warden() -> Warden:
    with _making:
        return _warden()


@cache
def _pool() -> Pool[Worker]:
    made: Pool[Worker] = Pool(concurrency(), config.LAMBDA_KEEPALIVE_MS / 1000)
    SHUTDOWN_HANDLERS.register(made.close)
    return made


@cache
def _warden() -> Warden:
    return Warden(Path(os.environ["BARBACK_STATE"]) / "warden.lock")


class ProcessExecutor(RuntimeExecutor):  # type: ignore[misc]  # LocalStack is not typed for us
    # The trace of every invocation that runs or waits, to know a call that one of them makes.
    _traces: ClassVar[Counter[str]] = Counter()
    _traces_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._environment: dict[str, str] = {}

    def start(self, env_vars: dict[str, str]) -> None:
        self._environment = {name: str(value) for name, value in env_vars.items() if name not in INTERNAL}

    def stop(self) -> None:
        """Nothing to stop: workers are the pool's. An invocation that runs may finish, as on AWS."""

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request = _request(payload)
        whole = INVOCATION.get()
        root = request.trace.partition(";")[0]
        # Without an answer the caller cannot go on; an asynchronous invocation can always wait.
        waited_for = whole is not None and whole.invocation_type != "Event"
        recipe = self._recipe()
        key = _key(self.function_version, recipe)
        with self._traces_lock:
            nested = waited_for and self._traces[root] > 0
            self._traces[root] += 1
        try:
            worker = pool().acquire(key, lambda: Worker(recipe, warden()), nested)
            try:
                result = worker.run(request)
            finally:
                pool().release(key, worker)
        except PoolClosed:
            shutting_down = reports.error("Runtime.ExitError", "The engine is shutting down")
            return InvocationResult(request.request_id, shutting_down, is_error=True, logs="")
        finally:
            with self._traces_lock:
                self._traces[root] -= 1
                if not self._traces[root]:
                    del self._traces[root]
        return InvocationResult(request.request_id, result.payload, is_error=result.is_error, logs=result.logs)

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return ""

    def get_logs(self) -> str:
        return "the logs of each invocation are in its log group"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        settings = function_version.config
        if not settings.code:
            raise ValueError("the embedded engine runs functions from zip archives, not from images")
        settings.code.prepare_for_execution()
        for layer in settings.layers:
            layer.code.prepare_for_execution()
        here = f"python{sys.version_info.major}.{sys.version_info.minor}"
        if settings.runtime != here:
            LOG.info(
                "Function %s is configured for %s and runs on this machine's %s",
                function_version.id.function_name,
                settings.runtime,
                platform.python_version(),
            )

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        version = _version_key(function_version)
        pool().retire(lambda key: isinstance(key, tuple) and key[:2] == version)

    def _recipe(self) -> Recipe:
        settings = self.function_version.config
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return Recipe(
            python=Path(os.environ["BARBACK_RUNTIME_PYTHON"]),
            handler=settings.handler,
            version=self.function_version.id.qualifier,
            task_root=Path(settings.code.get_unzipped_code_location()),
            # A later layer hides what an earlier one brings under the same name.
            layers=tuple(Path(layer.code.get_unzipped_code_location()) for layer in reversed(settings.layers)),
            environment={**self._environment, "AWS_EXECUTION_ENV": f"AWS_Lambda_{python}"},
            memory=settings.memory_size,
            timeout=settings.timeout,
            folder=Path(os.environ["BARBACK_STATE"]) / "environments",
            hot_reload=settings.code.is_hot_reloading(),
        )


def _request(payload: dict[str, str]) -> Request:
    whole = INVOCATION.get()
    return Request(
        request_id=payload["invoke-id"],
        arn=payload["invoked-function-arn"],
        payload=payload["payload"].encode(),
        trace=payload["trace-id"],
        client_context=_client_context(whole.client_context) if whole and whole.client_context else "",
    )


def _client_context(given: str) -> str:
    """JSON on one line. The API takes it in base64; LocalStack's function URLs put plain JSON there."""
    for decoded in (str, b64decode):
        with suppress(ValueError):
            return json.dumps(json.loads(decoded(given)))
    LOG.warning("A client context that is not JSON was dropped: %.100s", given)
    return ""


def _version_key(function_version: FunctionVersion) -> tuple[str, str]:
    return function_version.qualified_arn, function_version.config.internal_revision


def _key(function_version: FunctionVersion, recipe: Recipe) -> tuple[Any, ...]:
    """What a warm worker must have in common with an invocation. With hot reload that includes the files."""
    version = _version_key(function_version)
    if not recipe.hot_reload:
        return version
    key = (*version, fingerprint(recipe.task_root))
    pool().retire(lambda other: isinstance(other, tuple) and other[:2] == version and other != key)
    return key


def fingerprint(folder: Path) -> str:
    """Changes whenever a file below the folder does; what Python writes there itself does not count."""
    seen = hashlib.sha256()
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(files):
            path = Path(base, name)
            try:
                status = path.stat()
            except OSError:  # an editor's file that lived for a moment
                continue
            seen.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    return seen.hexdigest()
