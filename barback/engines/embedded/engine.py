"""LocalStack embedded in a process: its process with the stack built on it, and the stand-ins beside it."""

import os
import subprocess
import sys
from pathlib import Path

from barback.config import Config
from barback.console import Step, say, say_output
from barback.engines.base import Engine, Ports, Status
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.engines.embedded.processes import few_files
from barback.engines.health import status_of
from barback.engines.ports import require_free
from barback.errors import Problem
from barback.harness.server import Server
from barback.kernel import fetch_in_background, switched_off
from barback.package import Build, Package, build_package
from barback.paths import BUILD, HOOKS, LAMBDA_SRC, STACK
from barback.stack.load import load
from upstream.server import PREFIXES

# What a user may set in .env or the shell for LocalStack itself; beside it, the options of the functions.
PASSED_ON = ("LAMBDA_RETRY_BASE_DELAY", "LAMBDA_KEEPALIVE_MS", "BARBACK_LAMBDA_CONCURRENCY")


def remarks_on(package: Package, config: Config) -> list[str]:
    """What is missing in a package; a missing compiler is on its way then, unless kernels are switched off."""
    if not package.remarks or switched_off(config.values):
        return []
    fetching = "a compiler is downloaded in the background; `make up` uses it when it is there"
    return [*package.remarks, *([fetching] if fetch_in_background() else [])]


class EmbeddedEngine(Engine):
    name = "embedded"

    def __init__(self, config: Config, home: Path | None = None) -> None:
        super().__init__(config)
        self._engine = LocalStack(home or default_home())
        self._api = Server(self._engine.home)

    def up(self, step: Step) -> None:
        step.detail("building the Lambda package")
        package = build_package(load(STACK, LAMBDA_SRC), Build.for_here(), progress=step.detail)
        notes = remarks_on(package, self.config)
        if self._engine.status() is None:
            self._api.stop()  # of an engine that was killed
            require_free(self.config.gateway_port, "GATEWAY_PORT")
            require_free(self.config.upstream_port, "UPSTREAM_PORT")
            require_free(self.config.api_port, "API_PORT")
        settings = {
            **self._hook_environment(package.path.name),
            "BARBACK_UPSTREAM_PORT": str(self.config.upstream_port),
        }
        try:
            running, started = self._engine.start_or_join(
                port=self.config.gateway_port,
                hooks=HOOKS,
                environment=settings,
                progress=step.detail,
                meanwhile=lambda: self._api.start(self.config),
            )
        except BaseException:
            if self._engine.status() is None:
                self._api.stop()
            raise
        if running.port != self.config.gateway_port:
            raise Problem(
                f"the embedded engine is already running, on port {running.port}",
                f"use that one (GATEWAY_PORT={running.port}), or stop it first: make down",
            )
        if not started:
            notes.append(self._rebuild(step))
            self._api.start(self.config)
        elif warning := few_files():
            notes.append(warning)
        step.note("; ".join(notes))
        step.detail("starting the API")
        self._api.wait(self.config)

    def down(self, step: Step, *, forget: bool = False) -> None:
        """What is installed stays, also with `forget`: it is `make clean` that removes files of the checkout."""
        step.detail("stopping LocalStack")
        self._api.stop()
        step.note("stopped" if self._engine.stop() else "it was not running")

    def status(self) -> Status:
        running = self._engine.status()
        if running is None:
            api = self._api.status()
            return Status("failed", f"LocalStack has ended, the API at {api.url} has not") if api else Status("stopped")
        answer = status_of(running.url)
        return Status("starting", f"process {running.pid}") if answer.state == "stopped" else answer

    def ports(self) -> Ports | None:
        running = self._engine.status()
        if running is None:
            return None
        api = self._api.status()
        return Ports(
            running.port, running.upstream or self.config.upstream_port, api.port if api else self.config.api_port
        )

    def logs(self, *, follow: bool) -> int:
        path = self._engine.log
        if not path.exists():
            raise Problem("the embedded engine has not run yet", "start it: make up")
        if follow:
            return say_output(["tail", "-n", "40", "-F", str(path)])
        with path.open(errors="replace") as lines:
            for line in lines:
                say(line.rstrip("\n"))
        return 0

    def _rebuild(self, step: Step) -> str:
        """A stack that was up already: build again what has changed since, with the hook's own code."""
        step.detail("building what has changed")
        environment = {**os.environ, **self._hook_environment(Build.for_here().zip_path.name)}
        command = [sys.executable, "-m", "barback.provision"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Problem(
                f"the stack could not be brought up to date: {done.stderr.strip().splitlines()[-1]}",
                "fix what it names, or start again from nothing: make down up",
            )
        return done.stdout.strip().removeprefix("barback: ")

    def _hook_environment(self, package: str) -> dict[str, str]:
        """What the ready hook builds from, and where flows find the public APIs."""
        chosen = self.config.values
        return {
            "BARBACK_BUILD": str(BUILD),
            "BARBACK_PACKAGE": package,
            "BARBACK_ENDPOINT": self.config.endpoint,
            "AWS_DEFAULT_REGION": self.config.region,
            "DEBUG": chosen.get("LOCALSTACK_DEBUG") or "0",
            **{name: chosen.get(name) or self.config.upstream + path for name, path in PREFIXES.items()},
            **{name: chosen[name] for name in (*PASSED_ON, *load(STACK).options) if chosen.get(name)},
            "BARBACK_REMOVE_DATA": str(int(self.config.remove_data)),
        }
