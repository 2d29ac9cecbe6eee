"""`barback plan`: shows what a deployment to AWS would change, attribute by attribute, and changes nothing."""

import argparse

from barback.aws.deploy import show_plan
from barback.config import read_config

CHANGES = 2


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--adopt", action="store_true", help="as `deploy --adopt` would do it")
    parser.epilog = f"The exit code is 0 if nothing would change, {CHANGES} if something would."


def run(arguments: argparse.Namespace) -> int:
    return CHANGES if show_plan(read_config(), adopt=arguments.adopt) else 0
