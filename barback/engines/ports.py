"""Whether a port can be listened on."""

import socket

from barback.errors import Problem


def require_free(port: int, variable: str) -> None:
    """Stops early where something else holds a port, and names the variable that chooses another."""
    with socket.socket() as probe:
        # As the servers themselves do, so that a port that was just left does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(
                f"port {port} is taken by another program",
                f"stop that program, or choose another port: {variable}={port + 1000} make up",
            ) from None
