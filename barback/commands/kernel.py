"""`barback kernel`: compile the kernels of the flows for this machine, for Lambda or for every platform."""

import argparse

from barback.console import Step
from barback.errors import Problem
from barback.kernel import ALL, Platform, build_all, folders
from barback.package import build_for
from barback.paths import STACK
from barback.stack.load import load

HINT = "`make doctor` shows what this machine has to compile with; docs/kernel.md describes it"


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "For this machine its own C compiler is used, if it has one. For other platforms, and without one, a compiler "
        "is downloaded once (85 MB). Flows work without their kernels, only slower."
    )
    goals = "here: this machine; docker, aws: Lambda there; all: Linux and macOS, on both processors"
    parser.add_argument("--for", dest="goal", choices=("here", "docker", "aws", "all"), default="here", help=goals)


def run(arguments: argparse.Namespace) -> int:
    if not folders():
        raise Problem("no flow has a kernel", "one is made of the C sources in lambda_src/FLOW/kernel/")
    for platform in _platforms(arguments.goal):
        with Step(f"kernel for {platform.system} on {platform.machine}") as step:
            kernels = build_all(platform, local=arguments.goal == "here", strict=True, progress=step.detail)
            for kernel in kernels:
                if kernel.path is None:
                    raise Problem(f"the kernel of {kernel.flow} was not built: {kernel.how}", HINT)
            step.note(", ".join(f"{one.flow} {one.how}: {one.path}" for one in kernels))
    return 0


def _platforms(goal: str) -> list[Platform]:
    if goal == "all":
        return ALL
    return [Platform.here() if goal == "here" else build_for(goal, load(STACK)).platform]
