"""Waiting for something to come true, with a deadline and an account of what was seen."""

import time
from collections.abc import Callable
from typing import TypeVar

from barback.errors import Problem

T = TypeVar("T")
LONGEST_PAUSE = 0.5


def wait_for(
    check: Callable[[], T | None],
    what: str,
    *,
    seconds: float,
    explain: Callable[[], str] = lambda: "",
) -> T:
    """Calls `check` until it returns something; after the deadline, says what was waited for and what is known."""
    deadline, pause = time.monotonic() + seconds, 0.02
    while (found := check()) is None:
        if time.monotonic() > deadline:
            raise Problem(f"{what} did not come within {seconds:.0f} s\n{explain()}".rstrip())
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return found
