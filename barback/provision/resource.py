"""What every resource has in common, and how one is brought to what it should be."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from barback.stack.names import Names

Description = dict[str, Any]
Outcome = Literal["made", "changed", "unchanged"]
SETTLE_SECONDS = 30.0


@dataclass(frozen=True)
class Context:
    """What a resource needs to build itself: the compiled stack, names, clients, and the Lambda package."""

    stack: dict[str, Any]
    names: Names
    client: Callable[[str], Any]
    package: bytes
    runtime: str
    architecture: str
    # Options that every function gets beside its own, such as the addresses of stand-ins for public APIs.
    environment: dict[str, str]

    def tags(self) -> dict[str, str]:
        return dict(self.stack["tags"])


class StepFailed(Exception):
    """One resource could not be built. The message names it and says why."""


class Resource(ABC):
    # How much longer than others this kind may take to settle.
    patience = 1.0

    def __init__(self, context: Context, name: str) -> None:
        self.context = context
        self.name = name

    @property
    def label(self) -> str:
        return f"{type(self).__name__.lower()} {self.name}"

    @abstractmethod
    def wanted(self) -> Description:
        """What the stack says this resource should be, in the terms of `observed`."""

    @abstractmethod
    def observed(self) -> Description | None:
        """What is there now, read back from the engine; `None` when there is nothing."""

    @abstractmethod
    def apply(self, observed: Description | None) -> None:
        """Makes or changes it. May return before the change has settled."""

    def converge(self) -> Outcome:
        """Applies what is wanted unless it is there, and returns when it has been read back."""
        try:
            wanted, before = self.wanted(), self.observed()
            if before == wanted:
                return "unchanged"
            self.apply(before)
            self._settle(wanted)
        except StepFailed:
            raise
        except Exception as error:  # whatever it is, a person must learn which resource it was
            raise StepFailed(f"{self.label}: {type(error).__name__}: {error}") from error
        # Some are read back as empty fields where there is nothing yet.
        return "changed" if before and any(before.values()) else "made"

    def _settle(self, wanted: Description) -> None:
        seconds = SETTLE_SECONDS * self.patience
        deadline, pause = time.monotonic() + seconds, 0.01
        while (seen := self.observed()) != wanted:
            if time.monotonic() > deadline:
                raise StepFailed(f"{self.label}: {_difference(wanted, seen)} (waited {seconds:.0f} s)")
            time.sleep(pause)
            pause = min(pause * 2, 0.5)


def _difference(wanted: Description, seen: Description | None) -> str:
    if seen is None:
        return "is not there after it was made"
    parts = [f"{k} is {seen.get(k)!r}, not {v!r}" for k, v in wanted.items() if seen.get(k) != v]
    return "; ".join(parts + [f"{k} should not be there" for k in seen.keys() - wanted.keys()])
