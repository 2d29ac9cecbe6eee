"""What an engine can do."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from barback.config import Config
from barback.console import Step

State = Literal["stopped", "starting", "ready", "failed"]


@dataclass(frozen=True)
class Status:
    state: State
    # The version of LocalStack, the failed hook, or what else there is to say.
    detail: str = ""


@dataclass(frozen=True)
class Ports:
    """Where a running engine listens: LocalStack, the stand-ins, and the API for people."""

    gateway: int
    upstream: int
    api: int


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
    def ports(self) -> Ports | None:
        """Where it listens, whichever ports were chosen when it was started; `None` when it does not run."""

    @abstractmethod
    def logs(self, *, follow: bool) -> int:
        """Prints the engine's own log; an exit code."""
