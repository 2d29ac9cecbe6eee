"""Ports for servers that tests start."""

import random

from barback.engines.ports import Claims

# Below those that systems give to whoever asks for any: between the choice of a port and its use, which can be
# seconds, no connection of another program gets it.
LOWEST, HIGHEST = 20_000, 32_000
_claims = Claims()  # of this process, for as long as it runs: another one's tests choose others


def free_port() -> int:
    return next(port for port in random.sample(range(LOWEST, HIGHEST), 1000) if _claims.take(port))
