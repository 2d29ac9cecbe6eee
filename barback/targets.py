"""Where commands and tests send their calls: the local engine, or AWS. The one place that knows endpoint, region,
credentials and names.

Locally, clients carry dummy credentials, read no profile and no proxy, and refuse any address but the engine's.
On AWS they refuse an emulator unless that is allowed out loud.
"""

import os
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from barback.config import Config
from barback.errors import Problem
from barback.paths import STACK
from barback.stack.load import load
from barback.stack.model import Stack
from barback.stack.names import LOCAL_KEY, Names


class WrongAddress(Problem):
    """A call was about to leave for somewhere it must never go."""


@dataclass(frozen=True)
class Target:
    config: Config
    # Where the local engine answers; `None` on AWS.
    endpoint: str | None

    @property
    def is_aws(self) -> bool:
        return self.endpoint is None

    @cached_property
    def stack(self) -> Stack:
        return load(STACK)

    @cached_property
    def names(self) -> Names:
        if not self.is_aws:
            return Names.local(self.stack.name, self.config.region)
        identity = self.identity
        partition = identity["Arn"].split(":")[1]
        return Names.aws(self.stack.name, self.config.env, identity["Account"], self.config.region, partition)

    @cached_property
    def identity(self) -> dict[str, str]:
        """Who we are: account and ARN. On AWS this is the first call, and the one that tells what is wrong."""
        try:
            answer: dict[str, str] = self.client("sts").get_caller_identity()
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise Problem(
                f"AWS cannot be asked for your identity: {error}", "check the network, or AWS_ENDPOINT_URL"
            ) from None
        except (BotoCoreError, ClientError) as error:
            raise Problem(f"AWS does not accept your credentials: {error}", CREDENTIALS_HINT) from None
        expected = self.config.account
        if self.is_aws and expected and answer["Account"] != expected:
            raise Problem(
                f"these credentials belong to account {answer['Account']}, but ACCOUNT={expected}",
                "switch to the right profile (AWS_PROFILE=…), or change ACCOUNT",
            )
        return answer

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client for this target. Clients are made once and are safe to share between threads."""
        return _client(self, service, **options)

    def at(self, endpoint: str) -> "Target":
        return replace(self, endpoint=endpoint)


CREDENTIALS_HINT = "sign in (aws sso login), or set AWS_PROFILE, and try again; docs/aws.md tells more"


def target_of(config: Config) -> Target:
    if config.target == "localstack":
        return Target(config, config.endpoint)
    pointed = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL") and os.environ[name])
    if pointed and not config.allow_emulator:
        raise Problem(
            f"TARGET=aws, but {', '.join(pointed)} does not point to AWS",
            f"unset {' '.join(pointed)}; for a rehearsal against an emulator set ALLOW_EMULATOR=1",
        )
    if config.allow_emulator:
        _require_emulator()
    return Target(config, None)


def _require_emulator() -> None:
    """A rehearsal must not reach AWS: without an address of its own every call would."""
    address = os.environ.get("AWS_ENDPOINT_URL", "")
    if not address:
        raise Problem(
            "ALLOW_EMULATOR=1, but AWS_ENDPOINT_URL names no emulator: this would go to AWS itself",
            "set AWS_ENDPOINT_URL=http://127.0.0.1:4566, or remove ALLOW_EMULATOR to work on AWS",
        )
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        raise Problem("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true would send a rehearsal to AWS itself", "unset it")
    for name in sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL") and os.environ[name]):
        if ".amazonaws.com" in (urlsplit(os.environ[name]).hostname or ""):
            raise Problem(f"ALLOW_EMULATOR=1, but {name} is AWS itself", f"set {name} to the emulator's address")


@cache
def _client(target: Target, service: str, **options: Any) -> Any:
    settings = ClientConfig(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, **options)
    # Buckets in the path, where their host names do not resolve.
    by_path = settings.merge(ClientConfig(s3={"addressing_style": "path"}))
    if target.endpoint is None:
        settings = by_path if target.config.allow_emulator else settings
        try:
            client = boto3.client(service, region_name=target.config.region, config=settings)
        except BotoCoreError as error:
            raise Problem(f"AWS cannot be reached with these settings: {error}", CREDENTIALS_HINT) from None
        if not target.config.allow_emulator and ".amazonaws.com" not in client.meta.endpoint_url:
            raise WrongAddress(
                f"TARGET=aws, but {service} would be called at {client.meta.endpoint_url}",
                "take endpoint_url out of your AWS profile; for a rehearsal set ALLOW_EMULATOR=1",
            )
        return client
    local = by_path.merge(ClientConfig(proxies={}, max_pool_connections=32))
    client = _local_session().client(
        service,
        endpoint_url=target.endpoint,
        region_name=target.config.region,
        aws_access_key_id=LOCAL_KEY,
        aws_secret_access_key=LOCAL_KEY,
        config=local,
    )
    allowed = urlsplit(target.endpoint).netloc
    client.meta.events.register("before-send", lambda request, **_: _refuse_others(request.url, allowed))
    return client


@cache
def _local_session() -> boto3.Session:
    """A session that reads nothing of the user's: no profile, no config file, no credentials file."""
    nothing = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    return boto3.Session(botocore_session=botocore.session.Session(session_vars=nothing))


def _refuse_others(url: str, allowed: str) -> None:
    if urlsplit(url).netloc != allowed:
        raise WrongAddress(
            f"a local call was about to go to {urlsplit(url).netloc}", "nothing was sent; to work on AWS set TARGET=aws"
        )
