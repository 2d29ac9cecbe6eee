"""LocalStack in Docker: our docker-compose.yml, driven by `docker compose`."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from barback.console import Step, say_output
from barback.engines.base import Engine, Ports, Status
from barback.engines.health import status_of
from barback.engines.ports import require_free
from barback.errors import Problem, hook_failures
from barback.harness.server import answers
from barback.paths import ROOT
from barback.polling import wait_for

# The default of docker-compose.yml, and its digest on Docker Hub.
IMAGE = "localstack/localstack:4.14.0"
DIGEST = "sha256:3ebc37595918b8accb852f8048fef2aff047d465167edd655528065b07bc364a"
# Images may have to be pulled, on a slow line.
WAIT_SECONDS = 1200
# Ports inside the containers.
GATEWAY, UPSTREAM, API = 4566, 4580, 4590
POLL_SECONDS = 0.2
API_SECONDS = 60
# Newer LocalStack images end with this code when they want an account.
WANTS_TOKEN = 55
MEND = "fix what it names and run `make up` again; `make logs` shows the whole log"


@cache
def docker_problem() -> Problem | None:
    """Why Docker cannot be used here, or nothing."""
    if shutil.which("docker") is None:
        return Problem("Docker is not installed", "install Docker, or use the embedded engine: ENGINE=embedded")
    try:
        answer = subprocess.run(
            ["docker", "info", "--format", "{{.ServerVersion}}"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Problem("Docker does not answer within 20 s", "restart Docker, or set ENGINE=embedded")
    said = (answer.stderr or answer.stdout).strip()
    if "permission denied" in said.lower():
        return Problem(
            "you may not read the Docker socket",
            "add yourself to the group docker (sudo usermod -aG docker $USER, then sign in again), or ENGINE=embedded",
        )
    if answer.returncode or not answer.stdout.strip():
        return Problem(
            "Docker is installed but not running", "start Docker, or use the embedded engine: ENGINE=embedded"
        )
    compose = subprocess.run(["docker", "compose", "version", "--short"], capture_output=True, text=True, check=False)
    version = re.match(r"v?(\d+)\.(\d+)", compose.stdout.strip())
    if compose.returncode or not version or (int(version[1]), int(version[2])) < (2, 20):
        return Problem(
            f"Docker Compose is {compose.stdout.strip() or 'missing'}; version 2.20 or later is needed",
            "install the Docker Compose plugin, or use the embedded engine: ENGINE=embedded",
        )
    return None


def digests_of(image: str) -> list[str] | None:
    """Under which digests the image that is here was pulled; `None` while it is not here."""
    done = subprocess.run(
        ["docker", "image", "inspect", "--format", '{{join .RepoDigests " "}}', image],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return None if done.returncode else [name.partition("@")[2] for name in done.stdout.split()]


def project_name(root: Path, folders: Mapping[str, Set[str]]) -> str:
    """`folders` are those of the projects that there are, by name."""
    plain = re.sub(r"[^a-z0-9_-]", "", root.name.lower()).lstrip("_-") or "barback"
    own = f"{plain}-{hashlib.sha256(str(root).encode()).hexdigest()[:6]}"
    return own if own in folders or folders.get(plain, {str(root)}) != {str(root)} else plain


class DockerEngine(Engine):
    name = "docker"

    def up(self, step: Step) -> None:
        # Of a service's log, only what this try has written counts.
        self._since = datetime.now(UTC).isoformat(timespec="milliseconds")
        before = self.status()
        if before.state == "stopped":
            require_free(self.config.gateway_port, "GATEWAY_PORT")
            require_free(self.config.upstream_port, "UPSTREAM_PORT")
            require_free(self.config.api_port, "API_PORT")
        elif (ports := self.ports()) and ports.gateway != self.config.gateway_port:
            raise Problem(
                f"LocalStack is already running, on port {ports.gateway}",
                f"use that one (GATEWAY_PORT={ports.gateway}), or stop it first: make down",
            )
        if before.state == "failed":
            # LocalStack does not run its hooks again, so a new one is made; its log is gone with it.
            step.detail("removing what failed")
            self._run("rm", "--stop", "--force", "localstack", "package")
        step.detail("docker compose up")
        process = subprocess.Popen(
            # To Compose, the containers of functions are orphans: of an engine that runs they are left alone.
            [*self._compose, "up", "--detach", *(["--remove-orphans"] if before.state != "ready" else [])],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip():
                said.append(line.strip())
                step.detail(line.strip())
        if process.wait():
            raise self._explain(said)
        self._wait(step, said)
        step.detail("starting the API")
        wait_for(lambda: answers(self.config.api) or None, f"the API at {self.config.api}", seconds=API_SECONDS,
                 explain=lambda: self._run("logs", "--no-log-prefix", "--tail", "15", "api").stdout)  # fmt: skip
        report = self._run("logs", "--no-log-prefix", "--since", self._since, "package").stdout.splitlines()
        notes = [line.removeprefix("note: ") for line in report if line.startswith("note: ")]
        if before.state == "ready" and report:
            # The service `package` has brought it up to date.
            notes.append(report[-1].strip().removeprefix("barback: "))
        step.note("; ".join(notes))

    def down(self, step: Step, *, forget: bool = False) -> None:
        functions = self._functions()
        step.detail(f"removing {len(functions)} containers of functions")
        # LocalStack itself would stop them one after the other, and what it holds is given up anyway.
        self._run("kill", "localstack")
        if functions:
            subprocess.run(["docker", "rm", "--force", *functions], capture_output=True, check=False)
        step.detail("docker compose down")
        done = self._run("--profile", "dashboard", "down", "--remove-orphans", *(["--volumes"] if forget else []))
        if done.returncode:
            raise Problem(
                f"docker compose down failed: {done.stderr.strip()[-400:]}", "see `docker ps` for what is left"
            )
        step.note(f"with {len(functions)} containers of functions" if functions else "")

    def _functions(self) -> list[str]:
        """The containers that LocalStack runs functions in; docker-compose.yml gives them these labels."""
        label = "com.docker.compose"
        filters = (f"label={label}.project={self.project}", f"label={label}.service=lambda")
        command = ["docker", "ps", "--all", "--quiet", *(part for f in filters for part in ("--filter", f))]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()

    def status(self) -> Status:
        states = {container["Service"]: container["State"] for container in self._containers()}
        if "running" not in states.values():
            return Status("stopped")
        if states.get("localstack") != "running":
            return Status("failed", f"the container of LocalStack is {states.get('localstack', 'not there')}")
        answer = status_of(self.config.endpoint)
        return Status("starting", "its container runs") if answer.state == "stopped" else answer

    def ports(self) -> Ports | None:
        published = {
            publisher["TargetPort"]: publisher["PublishedPort"]
            for container in self._containers()
            for publisher in container.get("Publishers") or ()
            if container["State"] == "running" and publisher["PublishedPort"]
        }
        gateway = published.get(GATEWAY)
        if not gateway:
            return None
        config = self.config
        return Ports(gateway, published.get(UPSTREAM, config.upstream_port), published.get(API, config.api_port))

    def logs(self, *, follow: bool) -> int:
        command = [*self._compose, "logs", *(["--follow"] if follow else [])]
        return say_output(command, cwd=ROOT, env=self._environment)

    def _wait(self, step: Step, said: list[str]) -> None:
        """Asks LocalStack itself rather than Docker: a failed hook is known at once, not when patience runs out."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (status := self.status()).state != "ready":
            if status.state in ("failed", "stopped") or time.monotonic() > deadline:
                raise self._explain(said)
            step.detail(status.detail)
            time.sleep(POLL_SECONDS)

    def _containers(self) -> list[dict[str, Any]]:
        """The containers of our services: name of the service, state, exit code and published ports."""
        listed = self._run("ps", "--all", "--format", "json").stdout.strip()
        # Compose 2.20 prints one array, later ones a line each.
        found = json.loads(listed) if listed.startswith("[") else [json.loads(line) for line in listed.splitlines()]
        return [container for container in found if container["Service"] != "lambda"]

    def _explain(self, said: list[str]) -> Problem:
        """Turns a failed `up` into what a person can act on, with the log of the service that failed."""
        whole = "\n".join(said)
        codes = {container["Service"]: container["ExitCode"] for container in self._containers()}
        if "port is already allocated" in whole or "address already in use" in whole:
            return Problem(f"a port is taken: {said[-1]}", "choose other ports: GATEWAY_PORT=… UPSTREAM_PORT=… make up")
        if "no space left on device" in whole:
            return Problem("the disk is full", "free some space (docker system df shows what Docker holds)")
        if codes.get("localstack") == WANTS_TOKEN:
            return Problem(
                "this LocalStack image needs an account",
                "set LOCALSTACK_AUTH_TOKEN, or leave EMULATOR_IMAGE out to use the last image that needs none",
            )
        failed = "package" if codes.get("package", 0) else "localstack"
        log = self._run("logs", "--no-log-prefix", "--since", self._since, failed).stdout.strip()
        if reasons := hook_failures(log):
            return Problem(f"the stack could not be built:\n{reasons}", MEND)
        last = "\n".join(log.splitlines()[-15:]) or whole[-800:]
        return Problem(f"the service {failed} did not become ready. Its last lines:\n{last}", MEND)

    @cached_property
    def project(self) -> str:
        """The name of the Compose project, which follows from the folder of the checkout, as Compose's own does.

        Where the containers of another folder have that name already, a few characters that only this path has are
        added. A name that somebody chose is taken as it is.
        """
        if chosen := self.config.values.get("COMPOSE_PROJECT_NAME", "").strip():
            return chosen
        label = "com.docker.compose.project"
        listed = subprocess.run(
            ["docker", "ps", "--all", "--filter", f"label={label}.working_dir",
             "--format", f'{{{{.Label "{label}"}}}}\t{{{{.Label "{label}.working_dir"}}}}'],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        folders: dict[str, set[str]] = {}
        for line in listed.splitlines():
            name, _, folder = line.partition("\t")
            folders.setdefault(name, set()).add(folder)
        return project_name(ROOT, folders)

    @property
    def _compose(self) -> list[str]:
        return ["docker", "compose", "--project-directory", str(ROOT)]

    @property
    def _environment(self) -> dict[str, str]:
        """Our ports, and nothing that would colour or animate what we read."""
        return {
            **os.environ,
            "COMPOSE_PROJECT_NAME": self.project,
            "LOCAL_REGION": self.config.region,
            "GATEWAY_PORT": str(self.config.gateway_port),
            "UPSTREAM_PORT": str(self.config.upstream_port),
            "API_PORT": str(self.config.api_port),
            "DASHBOARD_PORT": str(self.config.dashboard_port),
            "REMOVE_DATA": str(int(self.config.remove_data)),
            "COMPOSE_PROGRESS": "plain",
            "COMPOSE_ANSI": "never",
            "COMPOSE_MENU": "false",
        }

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._compose, *arguments], cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
