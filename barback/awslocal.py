"""`awslocal`: calls the command of the package awscli-local with the port and the region of this checkout's engine.

By itself that command takes the shell's region and keys. `barback env` prints the same settings for the plain `aws`.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from barback.config import Config
from barback.engines import current_config
from barback.errors import Problem
from barback.stack.names import LOCAL_KEY

# Of the shell's settings for AWS, those that only say how the CLI prints.
KEPT = ("AWS_PAGER", "AWS_DEFAULT_OUTPUT", "AWS_CLI_AUTO_PROMPT", "AWS_CLI_FILE_ENCODING")


def aws_settings(config: Config) -> dict[str, str]:
    """What leads an AWS SDK or the CLI to the local engine."""
    return {
        "AWS_ENDPOINT_URL": config.endpoint,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_REGION": config.region,
        "AWS_DEFAULT_REGION": config.region,
    }


def environment(config: Config, shell: Mapping[str, str]) -> dict[str, str]:
    """The shell's environment with nothing in it that could lead a call elsewhere."""
    kept = {name: value for name, value in shell.items() if not name.startswith("AWS_") or name in KEPT}
    local = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
    return {**kept, **local, **aws_settings(config)}


def main() -> None:
    try:
        config = current_config()
    except Problem as problem:
        sys.exit(f"awslocal: {problem}")
    if config.target == "aws":
        sys.exit("awslocal: TARGET=aws is set; use `aws`, or leave TARGET out")
    command = [sys.executable, str(Path(sys.executable).with_name("awslocal-package")), *sys.argv[1:]]
    os.execve(command[0], command, environment(config, os.environ))  # noqa: S606 - its arguments are the user's own
