"""`barback env`: settings that lead the plain `aws`, Terraform or a program of your own to the local engine."""

import argparse

from barback.awslocal import aws_settings
from barback.console import say
from barback.engines import current_config
from barback.errors import Problem


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = 'Use them in a shell with: eval "$(barback env)". To undo this, open a new shell.'


def run(arguments: argparse.Namespace) -> int:
    config = current_config()
    if config.target == "aws":
        raise Problem("TARGET=aws needs no settings of the local engine", "leave TARGET out")
    for name, value in aws_settings(config).items():
        say(f"export {name}={value}")
    return 0
