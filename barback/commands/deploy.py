"""`barback deploy`: builds the stack on AWS with Terraform, after showing and asking."""

import argparse

from barback.aws.deploy import deploy
from barback.config import read_config


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="take existing resources into Terraform's state, for example after the state was lost",
    )


def run(arguments: argparse.Namespace) -> int:
    deploy(read_config(), adopt=arguments.adopt)
    return 0
