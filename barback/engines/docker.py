"""LocalStack in Docker: our docker-compose.yml, driven by `docker compose`."""

import os
import re
import shutil
import subprocess
import time
from functools import cache

from barback.console import Step, say_output
from barback.engines.base import Engine, Status
from barback.engines.health import status_of
from barback.engines.ports import require_free
from barback.errors import Problem, hook_failures
from barback.paths import ROOT

# The default of docker-compose.yml, and its digest on Docker Hub.
IMAGE = "localstack/localstack:4.14.0"
DIGEST = "sha256:3ebc37595918b8accb852f8048fef2aff047d465167edd655528065b07bc364a"
WAIT_SECONDS = 300
POLL_SECONDS = 0.2
# Newer LocalStack images end with this code when they want an account.
WANTS_TOKEN = 55
MEND = "mend what it names and run `make up` again; `make logs` shows the whole log"


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
            "the Docker socket may not be read by you",
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


class DockerEngine(Engine):
    name = "docker"

    def up(self, step: Step) -> None:
        before = self.status()
        if before.state == "stopped":
            require_free(self.config.gateway_port, "GATEWAY_PORT")
            require_free(self.config.upstream_port, "UPSTREAM_PORT")
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
        if before.state == "ready":
            self._rebuild(step)

    def down(self, step: Step, *, forget: bool = False) -> None:
        step.detail("docker compose down")
        done = self._run("down", "--remove-orphans", *(["--volumes"] if forget else []))
        if done.returncode:
            raise Problem(
                f"docker compose down failed: {done.stderr.strip()[-400:]}", "see `docker ps` for what is left"
            )

    def status(self) -> Status:
        states = self._states()
        if "running" not in states.values():
            return Status("stopped")
        if states.get("localstack") != "running":
            return Status("failed", f"the container of LocalStack is {states.get('localstack', 'not there')}")
        answer = status_of(self.config.endpoint)
        return Status("starting", "its container runs") if answer.state == "stopped" else answer

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

    def _rebuild(self, step: Step) -> None:
        """A stack that was up already: build again what has changed since, through the same hook."""
        step.detail("building what has changed")
        done = self._run(
            "exec",
            "-T",
            "-e",
            f"BARBACK_REMOVE_DATA={int(self.config.remove_data)}",
            "localstack",
            "/opt/code/localstack/.venv/bin/python",
            "-m",
            "barback.provision",
        )
        if done.returncode:
            raise Problem(f"the stack could not be brought up to date: {(done.stderr or done.stdout).strip()[-800:]}",
                          "mend what it names, or start afresh: make down up")  # fmt: skip
        step.note(done.stdout.strip().removeprefix("barback: "))

    def _states(self) -> dict[str, str]:
        """Each service's container and whether it runs."""
        listed = self._run("ps", "--all", "--format", "{{.Service}} {{.State}}").stdout
        return dict(line.split() for line in listed.splitlines() if len(line.split()) == 2)

    def _explain(self, said: list[str]) -> Problem:
        """Turns a failed `up` into what a person can act on, with the log of the service that failed."""
        whole = "\n".join(said)
        listed = self._run("ps", "--all", "--format", "{{.Service}} {{.State}} {{.ExitCode}}").stdout
        states = {line.split()[0]: line.split()[1:] for line in listed.splitlines() if len(line.split()) == 3}
        if "port is already allocated" in whole or "address already in use" in whole:
            return Problem(f"a port is taken: {said[-1]}", "choose other ports: GATEWAY_PORT=… UPSTREAM_PORT=… make up")
        if "no space left on device" in whole:
            return Problem("the disk is full", "free some room (docker system df shows what Docker holds)")
        if states.get("localstack", ["", ""])[1] == str(WANTS_TOKEN):
            return Problem(
                "this LocalStack image wants an account",
                "set LOCALSTACK_AUTH_TOKEN, or leave EMULATOR_IMAGE out to use the last image that needs none",
            )
        failed = "package" if states.get("package", ["", "0"])[1] != "0" else "localstack"
        log = self._run("logs", "--no-log-prefix", "--tail", "2000", failed).stdout.strip()
        if reasons := hook_failures(log):
            return Problem(f"the stack could not be built:\n{reasons}", MEND)
        last = "\n".join(log.splitlines()[-15:]) or whole[-800:]
        return Problem(f"the service {failed} did not become ready. Its last lines:\n{last}", MEND)

    @property
    def _compose(self) -> list[str]:
        return ["docker", "compose", "--project-directory", str(ROOT)]

    @property
    def _environment(self) -> dict[str, str]:
        """Our ports, and nothing that would colour or animate what we read."""
        return {
            **os.environ,
            "AWS_REGION": self.config.region,
            "GATEWAY_PORT": str(self.config.gateway_port),
            "UPSTREAM_PORT": str(self.config.upstream_port),
            "COMPOSE_PROGRESS": "plain",
            "COMPOSE_ANSI": "never",
            "COMPOSE_MENU": "false",
        }

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._compose, *arguments], cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
