"""What an engine can do, and the questions that are the same for both."""

import json
import socket
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from barback.config import Config
from barback.console import Step
from barback.errors import Problem

State = Literal["stopped", "starting", "ready", "failed"]


@dataclass(frozen=True)
class Status:
    state: State
    # The version of LocalStack, the failed hook, or what else there is to say.
    detail: str = ""


class Engine(ABC):
    name: str

    def __init__(self, config: Config) -> None:
        self.config = config

    @abstractmethod
    def up(self, step: Step) -> None:
        """Starts it, or brings a running one up to date, and returns when the stack is built."""

    @abstractmethod
    def down(self, step: Step, *, forget: bool = False) -> None:
        """Stops it and everything it started; with `forget`, also removes what it keeps for the next time."""

    @abstractmethod
    def status(self) -> Status: ...

    @abstractmethod
    def logs(self, *, follow: bool) -> int:
        """Prints the engine's own log; an exit code."""

    @staticmethod
    def require_port(port: int, variable: str) -> None:
        """Stops early, in words, where something else holds a port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Problem(
                    f"port {port} is taken by another program",
                    f"stop that program, or choose another port: {variable}={port + 1000} make up",
                ) from None


def localstack_status(endpoint: str) -> Status:
    """What LocalStack says of itself: not there, still starting, built, or a hook that failed."""
    try:
        info = _get(f"{endpoint}/_localstack/health")
        hooks = _get(f"{endpoint}/_localstack/init/ready")
    except (OSError, ValueError):
        return Status("stopped")
    scripts = hooks.get("scripts", [])
    failed = [script["name"] for script in scripts if script["state"] == "ERROR"]
    if failed:
        return Status("failed", f"the hook {', '.join(failed)} failed")
    if hooks.get("completed") and scripts and all(script["state"] == "SUCCESSFUL" for script in scripts):
        return Status("ready", f"LocalStack {info.get('version', '')}".strip())
    return Status("starting", "waiting for the hook that builds the stack")


def _get(url: str) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=3) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
