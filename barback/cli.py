"""The command line: `barback COMMAND`. Each command is a module in barback/commands/ with `add` and `run`.

Modules are imported when their command is asked for, so that `barback package` needs neither boto3 nor an engine.
"""

import argparse
import errno
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol

from barback.errors import Problem

COMMANDS = {
    "up": "start the local environment, or bring a running one up to date",
    "down": "stop it and remove what it left running",
    "status": "show what runs and what is deployed",
    "logs": "show the log of a function, or of the engine",
    "demo": "start, drop sample files in, and show what comes out",
    "profile": "show the profile of a CSV file",
    "cocktails": "show the stored drinks by what they are made of; fetch them first",
    "redrive": "show failed events, and send them again",
    "package": "build the Lambda package",
    "check": "check infra/stack.yaml and say what it holds",
    "doctor": "look for what could be wrong on this machine",
    "deploy": "build the stack on AWS: show the plan, ask, apply, smoke-test",
    "destroy": "remove it from AWS: show what goes, ask, prove that nothing is left",
    "cost": "estimate the monthly bill on AWS for a load",
    "tf-local": "try the Terraform code on the local engine",
}


class Command(Protocol):
    def add(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="barback", description="Event-driven data ingestion for AWS, developed offline."
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for name, help_text in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        if name == asked:
            _command(name).add(subparser)
    parsed = parser.parse_args(arguments)
    try:
        return _command(parsed.command).run(parsed)
    except Problem as problem:
        print(f"barback: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("barback: the disk is full\n  → make room and run the same command again", file=sys.stderr)
        return 1
    except Exception as error:
        if type(error).__name__ not in ("EndpointConnectionError", "ConnectionClosedError"):  # of botocore
            raise
        print(f"barback: {error}\n  → does anything run there? make status; start it: make up", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbarback: interrupted", file=sys.stderr)
        return 130


def _command(name: str) -> Command:
    module: Command = importlib.import_module(f"barback.commands.{name.replace('-', '_')}")
    return module
