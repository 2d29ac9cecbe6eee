"""`barback down`: everything stopped, whichever engine it was."""

import argparse

from barback.config import read_config
from barback.console import Step, say
from barback.engines import running


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Its data goes with it: the next `up` starts empty."


def run(arguments: argparse.Namespace) -> int:
    engines = running(read_config())
    for engine in engines:
        with Step(f"stopping LocalStack, {engine.name}") as step:
            engine.down(step)
    if not engines:
        say("nothing runs")
    return 0
