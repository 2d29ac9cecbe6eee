"""`barback api`: serve the API in the foreground and restart it at every change of its code."""

import argparse
import os
import subprocess
import sys

from barback.console import say
from barback.engines import current_config, running
from barback.engines.embedded.localstack import default_home
from barback.errors import Problem
from barback.harness.server import Server, environment
from barback.paths import ROOT


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "It replaces the one that `up` has started, until you stop it with Ctrl-C."


def run(arguments: argparse.Namespace) -> int:
    config = current_config()
    engines = running(config)
    if not engines:
        raise Problem("nothing runs that the API could read from", "start it: make up")
    if engines[0].name == "docker":
        raise Problem(f"in Docker the API at {config.api} restarts by itself", "see what it says: make logs")
    background = Server(default_home())
    background.stop()
    say(f"{config.api}, reading from {config.endpoint}; Ctrl-C ends it")
    command = [sys.executable, "-m", "barback.harness", "--port", str(config.api_port), "--reload"]
    try:
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment(config)}, check=False).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        background.start(config)
        background.wait(config)
