"""`barback down`: everything stopped, whichever engine it was."""

import argparse

from barback.config import read_config
from barback.console import Step, say
from barback.engines import running, usable


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--forget", action="store_true", help="also remove the volumes that Docker keeps between runs")
    parser.epilog = "Its data is lost: the next `up` starts empty."


def run(arguments: argparse.Namespace) -> int:
    config = read_config()
    engines = usable(config) if arguments.forget else running(config)
    for engine in engines:
        with Step(f"stopping LocalStack, {engine.name}") as step:
            engine.down(step, forget=arguments.forget)
    if not engines:
        say("nothing runs")
    return 0
