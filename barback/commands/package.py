"""`barback package`: the Lambda package for AWS, for Docker here, or for the embedded engine."""

import argparse
import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path

from barback import provision
from barback.console import Step, say
from barback.engines.health import health_of
from barback.errors import Problem
from barback.package import build_for, build_package
from barback.paths import LAMBDA_SRC, STACK
from barback.polling import wait_for
from barback.stack.load import load

HOOK_SECONDS = 600.0


def add(parser: argparse.ArgumentParser) -> None:
    goals = "aws: as the stack says; docker: this machine's architecture; embedded: this Python"
    parser.add_argument("--for", dest="goal", choices=("aws", "docker", "embedded"), default="aws", help=goals)
    parser.add_argument("--python", metavar="3.N", help="build for this Python instead of the stack's")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), help="build for this processor instead")
    parser.add_argument("--out", type=Path, help="where to write the zip (default: build/, named after what it is for)")
    parser.add_argument("--update", metavar="URL", help="also update a LocalStack that runs there")


def run(arguments: argparse.Namespace) -> int:
    stack = load(STACK, LAMBDA_SRC)
    goal = build_for(arguments.goal, stack)
    chosen = {name: value for name in ("python", "architecture") if (value := getattr(arguments, name))}
    goal = replace(goal, **chosen)
    with Step("building the package", sys.stderr) as step:
        package = build_package(stack, goal, arguments.out, step.detail)
    say(package.describe())
    for remark in package.remarks:
        say(f"note: {remark}")
    return _update(arguments.update, package.path) if arguments.update else 0


def _update(endpoint: str, package: Path) -> int:
    """What the ready hook does, from outside."""
    if health_of(endpoint) is None:
        return 0  # it builds the stack itself when it starts
    with contextlib.suppress(Problem):  # a hook that does not end must not keep an update from being tried
        wait_for(lambda: _is_built(endpoint) or None, "the end of the hook", seconds=HOOK_SECONDS)
    os.environ |= {"BARBACK_BUILD": str(package.parent), "BARBACK_PACKAGE": package.name, "BARBACK_ENDPOINT": endpoint}
    try:
        provision.main()
    except provision.StepFailed:
        return 1
    return 0


def _is_built(endpoint: str) -> bool:
    health = health_of(endpoint)
    return health is not None and health.completed
