"""`barback rollback`: has triggers on AWS start what ran before the last deployment."""

import argparse

from barback.aws.rollback import rollback
from barback.config import read_config


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--function", metavar="NAME", help="only this function (default: all that the last deployment changed)"
    )


def run(arguments: argparse.Namespace) -> int:
    rollback(read_config(), arguments.function)
    return 0
