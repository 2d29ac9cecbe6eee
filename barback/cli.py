"""The command line: `barback COMMAND`. Each command is a module in barback/commands/, or in the commands/ of a flow,
with `add` and `run`. What a flow's command is for stands in the first line of its module: "`barback NAME`: …".

Modules are imported when their command is asked for, so that `barback package` needs neither boto3 nor an engine.
"""

import argparse
import ast
import errno
import importlib
import signal
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

from barback.console import say
from barback.disk import BROKE_OFF, full_disk
from barback.errors import Problem
from barback.paths import ROOT
from barback.terminal import plain_lines

NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)

COMMANDS = {
    "up": "start the local environment, or bring a running one up to date",
    "down": "stop it and remove what it left running",
    "watch": "make saved code live at once, and apply a saved infra/stack.yaml",
    "status": "show what runs and what is deployed",
    "logs": "show the log of a function, or of the engine",
    "monitor": "follow the logs of all functions, with a summary of their invocations",
    "env": "print settings for the plain AWS CLI, Terraform and programs of your own",
    "generate": "generate data of any size for a flow, with broken records of chosen kinds",
    "dashboard": "serve the web pages: what is stored, and how the pipeline is",
    "demo": "start, upload sample files, and show the results",
    "redrive": "show failed events, and send them again",
    "package": "build the Lambda package",
    "kernel": "compile the kernels of the flows, without building the package",
    "check": "check infra/stack.yaml and show what it contains",
    "doctor": "check this machine for problems",
    "deploy": "build the stack on AWS: show the plan, ask, apply, smoke-test",
    "plan": "show what a deployment to AWS would change, and change nothing",
    "rollback": "make triggers on AWS invoke the versions before the last deployment",
    "terraform": "run a Terraform command with the state and the variables of this stack",
    "destroy": "remove the stack from AWS: show what will be removed, ask, check that nothing is left",
    "cost": "estimate the monthly bill on AWS for a load",
    "tf-local": "try the Terraform code on the local engine",
}


class Command(Protocol):
    def add(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


class Parser(argparse.ArgumentParser):
    """Complaints of argparse quote what was typed."""

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(plain_lines(message), file)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a ✓ must not end a command where only ASCII can be written
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # see __main__.py
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        parsed = _parser(arguments).parse_args(arguments)
        return _command(parsed.command).run(parsed)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        say("\nbarback: interrupted", sys.stderr)
        return 130
    except Exception as error:
        if (problem := _problem_of(error)) is None:
            raise
        say(f"barback: {problem}", sys.stderr)
        return 1


def _parser(arguments: Sequence[str]) -> Parser:
    parser = Parser(prog="barback", description="Event-driven data ingestion for AWS, developed offline.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for name, help_text in (COMMANDS | {name: _purpose(path) for name, path in _flow_commands().items()}).items():
        subparser = subparsers.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        if name == asked:
            _command(name).add(subparser)
    return parser


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _problem_of(error: Exception) -> Problem | None:
    """What a person can do about an error; nothing, where it is a mistake of ours."""
    cause: BaseException | None = error
    while cause:
        if full := full_disk(cause):
            return full
        cause = cause.__context__
    if isinstance(error, Problem):
        return error
    if isinstance(error, OSError) and error.errno in NOT_ALLOWED and error.filename:
        hint = (
            f"it must be yours to write (ls -ld {error.filename}); the engine's folder may be another: BARBACK_HOME=…"
        )
        return Problem(f"{error.filename} cannot be used: {(error.strerror or '').lower()}", hint)
    if type(error).__name__ in BROKE_OFF:
        return Problem(str(error), "does anything run there? make status; start it: make up")
    return None


def _command(name: str) -> Command:
    path = _flow_commands().get(name)
    room = f"barback.flows.{path.parts[-3]}.commands" if path else "barback.commands"
    module: Command = importlib.import_module(f"{room}.{name.replace('-', '_')}")
    return module


@cache
def _flow_commands() -> dict[str, Path]:
    """The commands that flows bring: name → module."""
    found = Path(__file__).parent.glob("flows/*/commands/[a-z]*.py")
    return {path.stem.replace("_", "-"): path for path in sorted(found)}


def _purpose(path: Path) -> str:
    """Read, not imported: a list of commands must not load what all of them need."""
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]
    return first.partition(": ")[2].rstrip(".")
