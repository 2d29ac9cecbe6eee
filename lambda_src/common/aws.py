"""AWS clients, made when first used so that a function imports only what it needs.

Where they connect to is the environment's business (AWS_ENDPOINT_URL): no code here knows of an emulator.
"""

import os
from functools import cache
from typing import Any

# Pauses between them double and are spread by chance: in all a quarter of a minute, half of one at most. A service that
# stumbles is outlived within the invocation, and one that is away is left to the event's own retries.
TRIES = 6


@cache
def client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        config=Config(retries={"mode": "standard", "total_max_attempts": TRIES}, connect_timeout=5, read_timeout=60),
    )


def prepare(*services: str) -> None:
    """Makes clients while a function's module loads: in Lambda that phase has a whole CPU, an invocation a share of it.

    Elsewhere, as when the package is checked, nothing happens.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for service in services:
            client(service)
