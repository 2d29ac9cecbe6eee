"""Waiting in tests, where what comes does so in a moment, except on a slow and busy machine."""

from collections.abc import Callable
from typing import Any

from barback.polling import wait_for

SECONDS = 60.0  # what is still not there by then will not come


def until(condition: Callable[[], Any], what: str = "what the test waits for") -> Any:
    """What the condition returns, once that is something."""
    return wait_for(lambda: condition() or None, what, seconds=SECONDS)
