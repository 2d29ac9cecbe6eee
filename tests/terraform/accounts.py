"""Clients for the accounts that the tests build in."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from barback.stack.names import LOCAL_KEY

REGION = "us-east-1"


class Address(str):
    """Where a fresh engine answers, and the log of what was called there."""

    log: Path

    def __new__(cls, url: str, log: Path) -> "Address":
        address = super().__new__(cls, url)
        address.log = log
        return address


def clients(endpoint: str) -> Callable[[str], Any]:
    session = boto3.Session(aws_access_key_id=LOCAL_KEY, aws_secret_access_key=LOCAL_KEY, region_name=REGION)
    settings = Config(s3={"addressing_style": "path"}, proxies={})
    return cache(lambda service: session.client(service, endpoint_url=endpoint, config=settings))
