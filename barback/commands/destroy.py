"""`barback destroy`: removes the stack from AWS, and proves that nothing is left."""

import argparse

from barback.aws.destroy import destroy
from barback.config import read_config


def add(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    destroy(read_config())
    return 0
