"""LocalStack in a process of its own: install it, start it, ask how it is, stop it.

Runs in the project's own Python, with the standard library only.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from barback.engines.embedded import processes
from barback.engines.embedded.install import ENVIRONMENTS, install, is_installed
from barback.engines.embedded.settings import engine_environment
from barback.engines.health import Health, health_of
from barback.engines.ports import require_free
from barback.errors import Problem, hook_failures
from barback.files import replacing, write
from barback.paths import ROOT
from barback.setup import Progress, alone, python_of

MODULE = "localstack.runtime.main"
TIMEOUT = 180.0  # for all hooks together
# LocalStack's index of all AWS services: takes seconds to make, depends on LocalStack's version alone.
INDEX = "service-catalog-*.dill"


def default_home() -> Path:
    """Where the engine is installed and keeps its state: `.engine` in the checkout, or BARBACK_HOME."""
    return Path(os.environ.get("BARBACK_HOME", "").strip() or ROOT / ".engine").absolute()


class AlreadyRunning(Problem):
    """Only one engine at a time lives in a home."""


@dataclass(frozen=True)
class Running:
    """An engine that runs: enough to talk to it and to end it."""

    pid: int
    started: str
    port: int
    # The port of the stand-ins beside it; 0 where there are none.
    upstream: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class LocalStack:
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "engine.log"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def runtime_python(self) -> Path:
        return python_of(self.home / "runtime")

    def installed(self) -> bool:
        return is_installed(self.home)

    def sibling(self, home: Path) -> "LocalStack":
        """Another engine, with a state of its own, that shares what is installed for this one."""
        self.install()
        home.mkdir(parents=True, exist_ok=True)
        for folder in ENVIRONMENTS:
            (home / folder).symlink_to(self.home / folder)
        return LocalStack(home)

    def install(self, progress: Progress = lambda line: None) -> None:
        install(self.home, progress)

    def status(self) -> Running | None:
        """The engine started from this home, if it still runs: the one noted, or one whose note was lost."""
        try:
            noted = Running(**json.loads(self._note.read_text()))
            if processes.born(noted.pid) == noted.started:
                return noted
        except (OSError, ValueError, TypeError):
            pass
        return self._found()

    def start(
        self,
        *,
        port: int,
        hooks: Path | None = None,
        environment: Mapping[str, str] | None = None,
        progress: Progress = lambda line: None,
        timeout: float = TIMEOUT,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> Running:
        """Start with an empty state and wait until every ready hook was successful; if one was not, nothing is left.

        `meanwhile` is called as soon as the engine's process runs.
        """
        self._require_startable(port)
        self.install(progress)
        with alone(self.home / "start.lock", progress, "starting the engine"):
            self._require_startable(port)
            return self._launch(port, hooks, environment, progress, timeout, meanwhile)

    def start_or_join(self, **how: Any) -> tuple[Running, bool]:
        """As `start`, but an engine that runs, or that another command is starting, is waited for and taken.

        The second value tells whether it was started by this call.
        """
        progress: Progress = how.get("progress", lambda line: None)
        self.install(progress)
        with alone(self.home / "start.lock", progress, "starting the engine"):
            if running := self.status():
                self._wait(running, progress, how.get("timeout", TIMEOUT))
                return running, False
        try:
            return self.start(**how), True
        except AlreadyRunning:
            return self.start_or_join(**how)

    def stop(self, patience: float = 1.5) -> bool:
        """End the engine and with it every function's process. False if none ran.

        What it holds is given up anyway, so it gets little time to be tidy.
        """
        running = self.status()
        ended = running is not None and processes.end(running.pid, running.started, patience)
        self._wait_for_the_last()
        self._note.unlink(missing_ok=True)
        return ended

    def health(self) -> Health | None:
        """What the engine that runs answers now; `None` while it does not answer."""
        running = self.status()
        return health_of(running.url) if running else None

    def log_tail(self, lines: int = 20) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _require_startable(self, port: int) -> None:
        if running := self.status():
            raise AlreadyRunning(f"the embedded engine is already running ({running.url})", "stop it first")
        require_free(port, "GATEWAY_PORT")

    def _launch(
        self,
        port: int,
        hooks: Path | None,
        environment: Mapping[str, str] | None,
        progress: Progress,
        timeout: float,
        meanwhile: Callable[[], object],
    ) -> Running:
        # After a kill -9 the last functions may be ending just now; their folders are about to be removed.
        self._wait_for_the_last()
        self._reset(hooks)
        progress("starting the engine")
        environ = engine_environment(port=port, state=self.state, runtime_python=self.runtime_python, extra=environment)
        running = self._run(port, int(environ.get("BARBACK_UPSTREAM_PORT") or 0), environ)
        try:
            meanwhile()
            self._wait(running, progress, timeout)
        except BaseException:
            self.stop()
            raise
        if hooks:  # they have called AWS: the index is whole
            self._keep_index()
        return running

    def _run(self, port: int, upstream: int, environ: Mapping[str, str]) -> Running:
        """Notes the engine before it runs, so that none can run that nobody knows of."""
        command = [*self._command, f"port={port}", f"upstream={upstream}"]
        places = {"log": self.log, "lock": self._guard_lock, "cwd": self.state}
        try:
            with processes.launched(command, env=environ, **places) as process:
                running = Running(*process, port, upstream)
                self._write_note(running)
        except processes.NotStartedError as said:
            self._note.unlink(missing_ok=True)
            raise Problem(f"the engine could not be started: {said}", f"remove {self.home}") from None
        return running

    @property
    def _cache(self) -> Path:
        """Where LocalStack keeps what it made for itself; each engine has its own, as its certificate is not
        written in one go."""
        return self.state / "var" / "lib" / "localstack" / "cache"

    @property
    def _kept(self) -> Path:
        return self.home / "venv" / "cache"

    def _keep_index(self) -> None:
        self._kept.mkdir(exist_ok=True)
        for index in self._cache.glob(INDEX):
            if not (self._kept / index.name).exists():
                with replacing(self._kept / index.name) as part:
                    shutil.copy(index, part)

    @property
    def _note(self) -> Path:
        return self.home / "engine.pid"

    @property
    def _guard_lock(self) -> Path:
        return self.home / "guard.lock"

    @property
    def _command(self) -> list[str]:
        return [str(python_of(self.home / "venv")), "-m", MODULE]

    def _write_note(self, running: Running) -> None:
        write(self._note, json.dumps(asdict(running)))

    def _found(self) -> Running | None:
        """An engine of this home by its command line, which names its ports for this case."""
        for pid, words in processes.running(self._command):
            ports = dict(word.split("=", 1) for word in words if "=" in word)
            started = processes.born(pid)
            if started and ports.get("port", "").isdigit():
                return Running(pid, started, int(ports["port"]), int(ports.get("upstream") or 0))
        return None

    def _wait_for_the_last(self) -> None:
        """Until the functions' warden and the engine's guard, which end what the engine leaves, have ended too."""
        processes.wait_until_released(self.state / "warden.lock", seconds=5)
        processes.wait_until_released(self._guard_lock, seconds=5)

    def _reset(self, hooks: Path | None) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        if self.state.exists():
            raise Problem(f"{self.state} of the last run cannot be removed", "remove it, then try again")
        ready = self.state / "etc" / "localstack" / "init" / "ready.d"
        for folder in (ready, self.state / "tmp", self.state / "home", self.state / "cache"):
            folder.mkdir(parents=True, exist_ok=True)
        self._cache.mkdir(parents=True)
        for index in self._kept.glob(INDEX):
            shutil.copy(index, self._cache)
        for hook in sorted(hooks.glob("*.py")) if hooks else ():
            shutil.copy(hook, ready)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))

    def _wait(self, running: Running, progress: Progress, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        said = ""
        while True:
            if processes.born(running.pid) != running.started:
                raise self._problem("the engine ended while starting")
            health = health_of(running.url)
            if health and health.failed:
                raise self._problem(f"the ready hook {', '.join(health.failed)} failed")
            if health and health.ready:
                progress("the engine is ready")
                return
            now = "waiting for the engine to answer" if health is None else _hooks_in_words(health)
            if now != said:
                progress(now)
                said = now
            if time.monotonic() > deadline:
                raise self._problem(f"the engine was not ready after {timeout:g} seconds ({now})")
            time.sleep(0.1)

    def _problem(self, what: str) -> Problem:
        if reasons := hook_failures(self.log_tail(5000)):
            return Problem(f"{what}:\n{reasons}", "fix what it names, then try again")
        return Problem(f"{what}. The end of {self.log}:\n{self.log_tail()}", "the whole log shows what happened before")


def _hooks_in_words(health: Health) -> str:
    done = sum(state == "SUCCESSFUL" for state in health.hooks.values())
    return f"building the stack: hook {done + 1} of {len(health.hooks)}" if health.hooks else "loading"
