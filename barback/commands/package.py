"""`barback package`: the Lambda package for AWS, for Docker here, or for the embedded engine."""

import argparse
from pathlib import Path

from barback.console import say
from barback.package import Build, build_for, build_package
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load


def add(parser: argparse.ArgumentParser) -> None:
    goals = "aws: as the stack says; docker: this machine's architecture; embedded: this Python"
    parser.add_argument("--for", dest="goal", choices=("aws", "docker", "embedded"), default="aws", help=goals)
    parser.add_argument("--python", metavar="3.N", help="build for this Python instead of the stack's")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), help="build for this one instead")
    parser.add_argument("--out", type=Path, help="where to write the zip (default: build/, named after what it is for)")


def run(arguments: argparse.Namespace) -> int:
    stack = load(STACK, LAMBDA_SRC)
    goal = build_for(arguments.goal, stack)
    goal = Build(arguments.python or goal.python, arguments.architecture or goal.architecture, goal.system)
    say(build_package(stack, goal, arguments.out).describe())
    return 0
