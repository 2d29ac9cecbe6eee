"""Whether a port can be listened on, and one that can."""

import socket

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


def free_port(preferred: int) -> int:
    """The preferred port if it is free, else the first free one in steps of a thousand: 4566, 5566, 6566."""
    for port in range(preferred, LARGEST + 1, STEP):
        if is_free(port):
            return port
    raise Problem(f"no port of {preferred}, {preferred + STEP}, … is free", "stop what holds them, or name a free one")
