"""One execution environment: a process with AWS's runtime client in it, and its invocations one after the other."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty

import psutil

from barback.inside import reports
from barback.inside.function.strays import kill_strays
from barback.inside.memory import MB, Memory
from barback.inside.output import Output
from barback.inside.runtime_api import (
    Answered,
    Ended,
    Event,
    Failed,
    InitFailed,
    Invocation,
    Ready,
    RuntimeApi,
    TooLarge,
)
from barback.inside.warden import FUNCTION, Warden

# AWS gives the init phase 10 seconds before it counts it as part of the first invocation.
INIT_SECONDS = 10
LOOK_EVERY = 0.05
# Room above the memory limit before the system itself says no: only against a jump between two looks.
BACKSTOP = 4 * 1024 * MB


@dataclass(frozen=True)
class Recipe:
    """All it takes to start an environment of one function version."""

    python: Path
    handler: str
    version: str
    task_root: Path
    # What a function finds on its import path besides its own code: its layers, the last one first.
    layers: tuple[Path, ...]
    # What the function was configured with; where it runs and what it may find there is added here.
    environment: Mapping[str, str]
    memory: int  # MB
    timeout: float  # seconds
    # Private folders are made below this one.
    folder: Path
    hot_reload: bool = False


@dataclass(frozen=True)
class Request:
    request_id: str
    arn: str
    payload: bytes
    trace: str = ""
    client_context: str = ""
    cognito_identity: str = ""


@dataclass(frozen=True)
class Result:
    payload: bytes
    is_error: bool
    logs: str


@dataclass
class _Outcome:
    """How an invocation ended, on its way to a result."""

    payload: bytes
    is_error: bool = True
    # For the REPORT line, where the platform rather than the handler failed the invocation.
    status: str = ""
    kind: str = ""
    lines: str = ""
    survives: bool = False


@dataclass(eq=False)
class Worker:
    recipe: Recipe
    warden: Warden
    alive: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self.api = RuntimeApi()
        self.output = Output()
        self.recipe.folder.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(prefix="environment-", dir=self.recipe.folder))
        self.memory: Memory | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._killed_for_memory = False
        self._closing = threading.Lock()
        self._closed = False

    def run(self, request: Request) -> Result:
        """Start the process if this is the first invocation, and see the invocation through, whatever it does."""
        began = time.monotonic()
        init: float | None = None
        log = ""
        failure: Event | None = None
        if self.process is None:
            self._spawn()
            log = reports.init_start()
            event = self._next_event(INIT_SECONDS + self.recipe.timeout)
            init = time.monotonic() - began
            if not isinstance(event, Ready):
                failure = event or Ended(0)
                outcome = self._outcome(event, request)
        log += self.output.take() + reports.start(request.request_id, self.recipe.version)
        seconds = 0.0
        if failure is None:
            began = time.monotonic()
            self.api.offer(self._invocation(request))
            event = self._next_event(self.recipe.timeout)
            seconds = time.monotonic() - began
            if event is None:
                seconds = self.recipe.timeout
            outcome = self._outcome(event, request)
        used = self._used()
        if not outcome.survives:
            self.close()
        log += self.output.take() + outcome.lines
        log += reports.end(
            request.request_id,
            seconds=seconds,
            memory=self.recipe.memory,
            used=used,
            init=init,
            status=outcome.status,
            kind=outcome.kind,
        )
        return Result(outcome.payload, outcome.is_error, log)

    def kill(self) -> None:
        """End the process, its group, and whatever it started that left the group."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        descendants = self.memory.descendants() if self.memory else []
        _kill_group(process.pid)
        for descendant in descendants:
            with suppress(psutil.Error):
                descendant.kill()

    def close(self) -> None:
        """Leave nothing: no process, no port, no folder."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self.alive = False
        self.kill()
        if self.process is None:
            self.output.discard()
        else:
            self._watcher.join()
        self.api.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _spawn(self) -> None:
        self.process = subprocess.Popen(
            [str(self.recipe.python), "-s", str(FUNCTION / "bootstrap.py"), self.recipe.handler],
            cwd=self.recipe.task_root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self.output.inlet,
            stderr=self.output.inlet,
            pass_fds=(self.warden.lifeline,),
            start_new_session=True,
        )
        self.warden.watch(self.process.pid)
        self.memory = Memory(self.process.pid)
        self.output.listen()
        self._watcher = threading.Thread(target=self._watch, args=(self.process,), name="function", daemon=True)
        self._watcher.start()

    def _environment(self) -> dict[str, str]:
        """AWS's documented variables with values that hold here. Nothing comes from the engine's environment."""
        recipe = self.recipe
        own = dict(recipe.environment)
        packages = [str(layer / "python") for layer in recipe.layers]
        configured = [part.replace("/var/task", str(recipe.task_root)) for part in own.pop("PYTHONPATH", "").split(":")]
        path = [str(recipe.python.parent), *(str(layer / "bin") for layer in recipe.layers)]
        environment = {
            "PATH": ":".join([*path, "/usr/local/bin", "/usr/bin", "/bin"]),
            "LANG": "en_US.UTF-8",
            # macOS may have a proxy in its system settings; the engine is never behind it.
            "NO_PROXY": "127.0.0.1,localhost",
            **own,
            "PYTHONPATH": ":".join([str(recipe.task_root), *packages, *filter(None, configured)]),
            "LD_LIBRARY_PATH": ":".join(str(layer / "lib") for layer in recipe.layers),
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "LAMBDA_TASK_ROOT": str(recipe.task_root),
            "LAMBDA_RUNTIME_DIR": str(recipe.python.parent.parent),
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "_HANDLER": recipe.handler,
            "BARBACK_LIFELINE": str(self.warden.lifeline),
            "BARBACK_MEMORY_BACKSTOP": str(recipe.memory * MB + BACKSTOP),
        }
        if not environment["LD_LIBRARY_PATH"]:
            del environment["LD_LIBRARY_PATH"]
        if recipe.hot_reload:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the folder is somebody's working copy
        return environment

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        if hasattr(os, "waitid"):
            # Not collected yet, the process still holds its number, so the group killed here can only be its own.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        else:
            process.wait()
        _kill_group(process.pid)
        status = process.wait()
        kill_strays(str(self.home))
        self.alive = False
        self.warden.forget(process.pid)
        self.api.events.put(Ended(status))

    def _next_event(self, seconds: float) -> Event | None:
        """The next event, or `None` after `seconds`. Looks after the memory limit while it waits."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                event = self.api.events.get(timeout=min(left, LOOK_EVERY))
            except Empty:
                event = None
            if not isinstance(event, Ended) and self._over_memory():
                self.kill()
                self._killed_for_memory = True
                self._watcher.join()
                return Ended(-signal.SIGKILL)
            if event is not None:
                return event
        return None

    def _over_memory(self) -> bool:
        return self.memory is not None and self.memory.measure() > self.recipe.memory * MB

    def _used(self) -> int:
        peak = self.memory.peak // MB if self.memory else 0
        return self.recipe.memory if self._killed_for_memory else peak

    def _invocation(self, request: Request) -> Invocation:
        return Invocation(
            request_id=request.request_id,
            arn=request.arn,
            payload=request.payload,
            deadline_ms=int((time.time() + self.recipe.timeout) * 1000),
            trace=request.trace,
            client_context=request.client_context,
            cognito_identity=request.cognito_identity,
        )

    def _outcome(self, event: Event | None, request: Request) -> _Outcome:
        name, seconds = request.request_id, self.recipe.timeout
        match event:
            case Answered(_, payload):
                return _Outcome(payload, is_error=False, survives=True)
            case Failed(_, payload):
                return _Outcome(payload, survives=True)
            case InitFailed(payload):
                payload = reports.with_request_id(payload, name)
                return _Outcome(payload, status="error", kind=reports.kind_of(payload))
            case TooLarge():
                kind = "Function.ResponseSizeTooLarge"
                return _Outcome(reports.too_large(), status="error", kind=kind)
            case Ended(status):
                lines = reports.exit_lines(name, status)
                return _Outcome(reports.exited(name, status), status="error", kind="Runtime.ExitError", lines=lines)
            case _:
                lines = reports.timeout_line(name, seconds)
                return _Outcome(reports.timed_out(name, seconds), status="timeout", lines=lines)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS answers "not permitted" for a group of zombies
        os.killpg(group, signal.SIGKILL)
