"""Whether a port can be listened on, and one that can."""

import socket
from collections.abc import Callable
from typing import Self

from barback.errors import Problem

STEP = 1000
LARGEST = 65535


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers themselves do, so that a port that was just left does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free(port: int, variable: str) -> None:
    """Stops early where something else holds a port, and names the variable that chooses another."""
    if not is_free(port):
        raise Problem(
            f"port {port} is taken by another program",
            f"stop that program, or choose another port: {variable}={port + STEP} make up",
        )


def free_port(preferred: int, take: Callable[[int], bool] = is_free) -> int:
    """The preferred port if it can be had, else the first one in steps of a thousand: 4566, 5566, 6566."""
    for port in range(preferred, LARGEST + 1, STEP):
        if take(port):
            return port
    raise Problem(f"no port of {preferred}, {preferred + STEP}, … is free", "stop what holds them, or name a free one")


class Claims:
    """Ports that this process has chosen and that nobody listens on yet, which takes seconds: other checkouts that
    choose in the meantime get others.

    A claim is the UDP port of the same number, which nothing else uses. That needs no file, works between users, and
    cannot be left behind by a crash.
    """

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for claim in self._sockets:
            claim.close()

    def take(self, port: int) -> bool:
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            return False
        self._sockets.append(claim)
        return is_free(port)
