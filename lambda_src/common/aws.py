"""AWS clients, made when first used so that a function imports only what it needs.

Where they connect to is the environment's business (AWS_ENDPOINT_URL): no code here knows of an emulator.
"""

from functools import cache
from typing import Any


@cache
def client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        config=Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=60),
    )
