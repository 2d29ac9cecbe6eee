"""What a LocalStack says of itself: not there, still starting, built, or a hook that failed."""

import json
from dataclasses import dataclass
from typing import Any

from barback.direct import opened
from barback.engines.base import Status

SECONDS = 5  # to answer; a busy one may be slow


@dataclass(frozen=True)
class Health:
    """The state of each ready hook's script: `SUCCESSFUL`, `ERROR`, `RUNNING` or `UNKNOWN`."""

    completed: bool
    hooks: dict[str, str]

    @property
    def ready(self) -> bool:
        return self.completed and not self.failed

    @property
    def failed(self) -> list[str]:
        return [name for name, state in self.hooks.items() if state == "ERROR"]


def health_of(endpoint: str) -> Health | None:
    """`None` while nothing answers there."""
    try:
        answer = _get(f"{endpoint}/_localstack/init/ready")
        return Health(bool(answer["completed"]), {script["name"]: script["state"] for script in answer["scripts"]})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def status_of(endpoint: str) -> Status:
    """The same in the words of an engine's status. A LocalStack without any hook has built nothing."""
    health = health_of(endpoint)
    if health is None:
        return Status("stopped")
    if health.failed:
        return Status("failed", f"the hook {', '.join(health.failed)} failed")
    if health.ready and health.hooks and set(health.hooks.values()) == {"SUCCESSFUL"}:
        return Status("ready", f"LocalStack {_version(endpoint)}".strip())
    return Status("starting", "waiting for the hook that builds the stack")


def _version(endpoint: str) -> str:
    try:
        return str(_get(f"{endpoint}/_localstack/health").get("version", ""))
    except (OSError, ValueError):
        return ""


def _get(url: str) -> dict[str, Any]:
    with opened(url, SECONDS) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
