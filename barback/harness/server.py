"""The process that serves the API on this machine beside the embedded engine: started, found and ended with it."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from barback.config import Config
from barback.direct import opened
from barback.engines.embedded import processes
from barback.engines.ports import require_free
from barback.errors import Problem
from barback.paths import ROOT
from barback.polling import wait_for

PATIENCE = 60.0
HEALTH = "/health"


@dataclass(frozen=True)
class Running:
    pid: int
    started: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Server:
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "api.log"

    @property
    def _note(self) -> Path:
        return self.home / "api.pid"

    def status(self) -> Running | None:
        try:
            running = Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return running if processes.born(running.pid) == running.started else None

    def start(self, config: Config) -> None:
        """Starts it anew, so that it has the code of now; returns before it answers (see `wait`)."""
        self.stop()
        require_free(config.api_port, "API_PORT")
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "barback.harness", "--port", str(config.api_port)]
        places = {"log": self.log, "lock": self.home / "api.lock", "cwd": ROOT}
        try:
            with processes.launched(command, env=environment(config), **places) as process:
                self._note.write_text(json.dumps(asdict(Running(*process, config.api_port))))
        except processes.NotStartedError as said:
            self._note.unlink(missing_ok=True)
            raise Problem(f"the API could not be started: {said}", f"see {self.log}") from None

    def wait(self, config: Config) -> None:
        def explain() -> str:
            last = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
            return "\n".join([*last, f"see {self.log}"])

        wait_until_answered("the API", config.api, lambda: self.status() is not None, explain)

    def stop(self) -> bool:
        running = self.status()
        ended = running is not None and processes.end(running.pid, running.started, 2.0)
        self._note.unlink(missing_ok=True)
        return ended


def answers(url: str, health: str = HEALTH) -> bool:
    try:
        with opened(url + health, 2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until_answered(
    what: str, url: str, is_running: Callable[[], bool], explain: Callable[[], str], health: str = HEALTH
) -> None:
    """Until a server that has been started answers; ends at once where it has ended."""

    def check() -> bool | None:
        if answers(url, health):
            return True
        if not is_running():
            raise Problem(f"{what} ended before it answered at {url}\n{explain()}".rstrip())
        return None

    wait_for(check, f"an answer of {what} at {url}", seconds=PATIENCE, explain=explain)


def environment(config: Config) -> dict[str, str]:
    """Written from scratch, as for the engine: nothing of the shell's reaches it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TARGET": "localstack",
        "BARBACK_ENDPOINT": config.endpoint,
        "LOCAL_REGION": config.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
    }
