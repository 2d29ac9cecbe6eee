"""Clients for the accounts that the tests build in."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from barback.stack.names import LOCAL_KEY

REGION = "us-east-1"


def clients(endpoint: str) -> Callable[[str], Any]:
    session = boto3.Session(aws_access_key_id=LOCAL_KEY, aws_secret_access_key=LOCAL_KEY, region_name=REGION)
    settings = Config(s3={"addressing_style": "path"}, proxies={})
    return cache(lambda service: session.client(service, endpoint_url=endpoint, config=settings))
