"""`barback terraform -- …`: a command of Terraform's own, with the backend and the variables of this stack."""

import argparse

from barback.aws.session import begin
from barback.config import read_config

# These compare with what would be deployed; for all others any file stands in for the package.
NEED_A_PACKAGE = {"plan", "apply", "refresh", "console"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for example: -- state list")
    parser.epilog = "Only Terraform's own questions are asked."


def run(arguments: argparse.Namespace) -> int:
    asked = arguments.arguments
    asked = asked[1:] if asked[:1] == ["--"] else asked
    session = begin(read_config(), "terraform", quiet=True)
    terraform = session.terraform(session.package() if NEED_A_PACKAGE & set(asked[:1]) else None)
    terraform.init()
    terraform.become(*asked or ["-help"])
