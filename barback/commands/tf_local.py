"""`barback tf-local`: applies the Terraform of infra/ to the local LocalStack."""

import argparse

from barback.aws.tf_local import tf_local
from barback.engines import current_config


def add(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    tf_local(current_config())
    return 0
