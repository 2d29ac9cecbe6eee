"""`barback up`: the local environment, ready to take files."""

import argparse

from barback.config import Config, read_config
from barback.console import Step, say
from barback.engines import Engine, choose, running
from barback.errors import Problem
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load
from barback.stack.names import Names


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "ENGINE=docker|embedded chooses the engine; GATEWAY_PORT and UPSTREAM_PORT the ports."


def run(arguments: argparse.Namespace) -> int:
    config = read_config()
    start(config)
    names = Names.local(load(STACK).name, config.region)
    say(f"\nLocalStack  {config.endpoint}\nstand-ins   {config.upstream}")
    say(f"\nDrop a file in:  {awslocal(config)} s3 cp FILE.csv s3://{names.bucket('raw')}/uploads/")
    return 0


def start(config: Config) -> Engine:
    """Starts the chosen engine, or brings the one that runs up to date."""
    if config.target == "aws":
        raise Problem(
            "TARGET=aws has nothing to start here", "deploy with `TARGET=aws make deploy`, or leave TARGET out"
        )
    load(STACK, LAMBDA_SRC)
    engine, why = choose(config)
    for other in running(config):
        if other.name != engine.name:
            if config.engine != "auto":
                hint = f"go on with it (ENGINE={other.name}), or stop it first: make down"
                raise Problem(f"LocalStack runs already, {other.name}", hint)
            engine, why = other, "it runs already"
    with Step(f"LocalStack, {engine.name} ({why})") as step:
        engine.up(step)
    return engine


def awslocal(config: Config) -> str:
    """How to call the AWS CLI for the local engine."""
    return ".venv/bin/awslocal" + ("" if config.gateway_port == 4566 else f" --endpoint-url {config.endpoint}")
