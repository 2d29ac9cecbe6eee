"""Telling that the disk is full, where all that can be seen is an engine that broke off."""

import errno
import os
import shutil
from pathlib import Path

from barback.errors import Problem
from barback.paths import ROOT

MB = 1024 * 1024
NEARLY_FULL = 100 * MB
FULL = (errno.ENOSPC, errno.EDQUOT)
# Of botocore: an engine that cannot store the body of a request closes the connection.
BROKE_OFF = ("EndpointConnectionError", "ConnectionClosedError")


def full_disk(error: BaseException) -> Problem | None:
    """What to say where an error comes from a disk without room: ours, or the engine's."""
    is_full = (isinstance(error, OSError) and error.errno in FULL) or os.strerror(errno.ENOSPC) in str(error)
    if is_full:
        return Problem("the disk is full", "free some space and run the same command again")
    free = free_bytes()
    if type(error).__name__ in BROKE_OFF and free < NEARLY_FULL:
        return Problem(
            f"the disk is nearly full ({free // MB} MB free), and the engine broke off",
            "free some space and run the same command again; if that does not help: make down up",
        )
    return None


def free_bytes() -> int:
    """Where there is least: in the checkout, or where the engine keeps its state."""
    places = [ROOT, Path(os.environ.get("BARBACK_HOME", "").strip() or ROOT)]
    return min(shutil.disk_usage(place).free for place in places if place.exists())
