"""`barback deploy`: builds the stack on AWS with Terraform, after showing and asking."""

import argparse

from barback.aws.deploy import deploy
from barback.config import read_config


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="take resources that are there already into Terraform's state, after it was lost for example",
    )


def run(arguments: argparse.Namespace) -> int:
    deploy(read_config(), adopt=arguments.adopt)
    return 0
