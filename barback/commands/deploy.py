"""`barback deploy`: builds the stack on AWS with Terraform, after showing and asking."""

import argparse

from barback.aws.deploy import deploy
from barback.config import read_config


def add(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    deploy(read_config())
    return 0
