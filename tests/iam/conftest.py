"""The whole stack on moto's server, built by the same provisioner as on LocalStack, and one owner of a role at a time
run under that role."""

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from barback.paths import LAMBDA_SRC, STACK
from barback.provision.compute import LogGroup, environment
from barback.provision.resource import Context
from barback.provision.storage import Bucket, Queue, Table
from barback.stack.load import compile_stack, load
from barback.stack.names import LOCAL_KEY, Names
from barback.stack.policy import Entry, owners
from tests.iam.bench import Bench, as_its_service_does
from tests.iam.exercises import exercise_of
from tests.iam.gate import Gate
from upstream.server import Upstream

ACCOUNT = "123456789012"
REGION = "us-east-1"


@pytest.fixture(scope="package")
def stack() -> dict[str, Any]:
    compiled: dict[str, Any] = json.loads(compile_stack(load(STACK)))
    return compiled


@pytest.fixture(scope="package")
def names(stack: dict[str, Any]) -> Names:
    return Names.aws(stack["name"], "dev", ACCOUNT, REGION)


@pytest.fixture(scope="package")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="package")
def upstream() -> Iterator[Upstream]:
    """The public APIs that functions fetch from."""
    with Upstream() as server:
        yield server


@pytest.fixture(scope="package")
def admin(endpoint: str) -> Callable[[str], Any]:
    """Clients that may do everything."""
    session = boto3.Session(aws_access_key_id=LOCAL_KEY, aws_secret_access_key=LOCAL_KEY, region_name=REGION)
    settings = Config(s3={"addressing_style": "path"}, proxies={})
    return cache(lambda service: session.client(service, endpoint_url=endpoint, config=settings))


# Runs an owner's exercise on a fresh account under a policy; returns the gate, which knows what was needed.
Run = Callable[[str, dict[str, Any]], Gate]


@pytest.fixture
def run(
    stack: dict[str, Any],
    names: Names,
    endpoint: str,
    admin: Callable[[str], Any],
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    def under(owner: str, policy: dict[str, Any]) -> Gate:
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
        context = Context(stack, names, admin, b"", "python3.13", "arm64", upstream.base_urls())
        build(context, owners(stack)[owner].entry)
        gate = Gate(policy, names)
        session = gate.session()
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        for name, value in environment(context, owners(stack)[owner].entry).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        forget_the_code()
        bench = Bench(stack, owner, names, admin, session, upstream)
        try:
            as_its_service_does(bench)
            exercise_of(owner)(bench)
        finally:
            session.close()
        return gate

    before = dict(sys.modules)
    yield under
    forget_the_code()
    sys.modules.update({name: module for name, module in before.items() if is_deployed(module)})


def build(context: Context, owner: Entry) -> None:
    """What the owner works on; functions themselves are called, not deployed."""
    stack = context.stack
    entries = [*owner["permissions"], *owner.get("triggers", [])]
    buckets, tables, queues = (
        {entry[kind] for entry in entries if entry.get(kind)} for kind in ("bucket", "table", "queue")
    )
    queues |= {owner["failed_events"]} if owner.get("failed_events") else set()
    dead = {stack["queues"][name]["dead_letters"] for name in queues} - {None}
    for kind, names in ((Bucket, buckets), (Table, tables), (Queue, dead), (Queue, queues - dead)):
        for name in names:
            kind(context, name).apply(None)
    for name in stack["functions"]:
        if stack["functions"][name] is owner:
            LogGroup(context, name).apply(None)
    for name in buckets:
        # It refuses calls that are not encrypted, rightly, and there is no certificate here.
        context.client("s3").delete_bucket_policy(Bucket=context.names.bucket(name))


def forget_the_code() -> None:
    """The next import begins like a cold start: no client and no setting is kept from the run before."""
    for name in [name for name, module in sys.modules.items() if is_deployed(module)]:
        del sys.modules[name]


def is_deployed(module: Any) -> bool:
    return str(getattr(module, "__file__", None) or "").startswith(str(LAMBDA_SRC))
