"""Tries again what may pass: a bounded number of times, spread by chance, and not before the service asked for it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from common.http import Unavailable

T = TypeVar("T")

TRIES = 4
FIRST_WAIT = 0.5  # seconds; doubles with each try
LONGEST_WAIT = 20.0  # a service that asks for more is left alone until the next run


class GaveUp(Exception):
    """All tries are used up, or the next one would come too late. The message is the last reason."""

    def __init__(self, reason: str, tries: int) -> None:
        super().__init__(reason)
        self.tries = tries


@dataclass
class Patience:
    """How long to try. The clock, the wait and the dice are given, so that tests need none of them."""

    deadline: float  # on `clock`; no wait goes past it
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    chance: Callable[[], float] = random.random

    def call(self, action: Callable[[], T]) -> tuple[T, int]:
        """What the action returns, and with which try."""
        for tries in range(1, TRIES + 1):
            if self.clock() >= self.deadline:
                raise GaveUp("no time left in this run", tries - 1)
            try:
                return action(), tries
            except Unavailable as error:
                if tries == TRIES:
                    raise GaveUp(str(error), tries) from error
                wait = self._wait(tries, error.retry_after)
                if wait > LONGEST_WAIT or self.clock() + wait >= self.deadline:
                    raise GaveUp(f"{error}, and {wait:.0f} s until the next try is too long", tries) from error
                self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _wait(self, tries: int, retry_after: str | None) -> float:
        """What the service asks for, plus up to the usual pause: many clients must not come back at once."""
        pause = FIRST_WAIT * float(2 ** (tries - 1)) * self.chance()
        return seconds_until(retry_after, self.now()) + pause


def seconds_until(retry_after: str | None, now: datetime) -> float:
    """Retry-After is a number of seconds or a date; what is neither asks for nothing."""
    if not retry_after:
        return 0.0
    try:
        return max(0.0, float(retry_after)) if float(retry_after) < float("inf") else 0.0
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())
