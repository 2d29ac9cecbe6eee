"""`barback up`: the local environment, ready to take files."""

import argparse

from barback.config import Config, read_config, unknown_settings
from barback.console import Step, say
from barback.engines import Engine, choose, located, running, with_free_ports
from barback.engines.embedded.localstack import default_home
from barback.engines.ports import Claims
from barback.errors import Problem
from barback.paths import LAMBDA_SRC, STACK
from barback.setup import alone
from barback.stack.load import load
from barback.stack.names import Names

AWSLOCAL = ".venv/bin/awslocal"


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "ENGINE=docker|embedded chooses the engine; GATEWAY_PORT, UPSTREAM_PORT and API_PORT the ports. "
        "Other commands find what runs by themselves."
    )


def run(arguments: argparse.Namespace) -> int:
    config = start(read_config()).config
    names = Names.local(load(STACK).name, config.region)
    say(f"\nAPI         {config.api}\nLocalStack  {config.endpoint}\nstand-ins   {config.upstream}")
    say("data        in memory and temporary files: gone when it stops, or is killed")
    say(f"\nDrop a file in:  {AWSLOCAL} s3 cp FILE.csv s3://{names.bucket('raw')}/uploads/")
    return 0


def start(config: Config) -> Engine:
    """Starts the chosen engine, or brings the one that runs up to date."""
    if config.target == "aws":
        raise Problem(
            "TARGET=aws starts nothing on this machine", "deploy with `TARGET=aws make deploy`, or leave TARGET out"
        )
    load(STACK, LAMBDA_SRC)
    for remark in unknown_settings():
        say(f"note: {remark}")
    # One command at a time chooses the ports of this checkout; the next one finds what it has started.
    with alone(default_home() / "up.lock", say, "starting this environment"), Claims() as claims:
        return _start(config, claims)


def _start(config: Config, claims: Claims) -> Engine:
    there = running(config)
    if not there:
        engine, why = choose(moved := with_free_ports(config, claims.take))
        for old, new in zip(config.ports.values(), moved.ports.values(), strict=True):
            if old != new:
                say(f"port {old} is taken by another program; this environment uses {new}")
    elif config.engine not in ("auto", there[0].name):
        hint = f"go on with it (ENGINE={there[0].name}), or stop it first: make down"
        raise Problem(f"LocalStack is already running, {there[0].name}", hint)
    else:
        engine, why = type(there[0])(located(config)), "it runs already"
    with Step(f"LocalStack, {engine.name} ({why})") as step:
        engine.up(step)
    return engine
