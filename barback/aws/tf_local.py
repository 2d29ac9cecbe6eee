"""`barback tf-local`: the same Terraform on the local LocalStack, through tflocal, beside what the ready hook built.

Its resources carry the environment's name (barback-dev-…), so the two never touch each other.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import deque
from pathlib import Path

from barback.aws.moves import write_moves
from barback.aws.state import read_state
from barback.aws.terraform import AT_ONCE, find_terraform
from barback.aws.workspace import Workspace, provider_mirror, provider_version
from barback.config import Config
from barback.console import Step, is_terminal, say
from barback.engines.health import status_of
from barback.errors import Problem
from barback.package import Build, build_package, machine
from barback.paths import BUILD, STACK
from barback.stack.load import load
from barback.stack.names import LOCAL_ACCOUNT, LOCAL_KEY, Names


def tf_local(config: Config) -> None:
    if status_of(config.endpoint).state == "stopped":
        raise Problem(f"no LocalStack answers at {config.endpoint}", "start it: make up")
    program = find_tflocal()
    find_terraform()
    stack = load(STACK)
    with Step("building the package") as step:
        build = _build_for(config, stack.runtime.python)
        package = build_package(stack, build, progress=step.detail)
        step.note(package.describe())
    home = BUILD / "tf-local"
    workspace = Workspace.local(home, config.env)
    workspace.prepare()
    workspace.point_at(workspace.backend)
    if workspace.state_file.is_file():
        state = read_state(workspace.state_file.read_text(encoding="utf-8"))
        write_moves(workspace.infra, [resource.address for resource in state.resources])
    variables = {
        "env": config.env,
        "region": config.region,
        "package": str(package.path.resolve()),
        "python": build.python,
        "architecture": build.architecture,
        "emulator": "true",
    }
    mirror = provider_mirror(provider_version(workspace.infra))
    _run(program, config, workspace, "init", "-reconfigure", *([f"-plugin-dir={mirror}"] if mirror else []))
    options = [f"-var={name}={value}" for name, value in variables.items()]
    _run(program, config, workspace, "apply", "-auto-approve", AT_ONCE, *options)
    names = Names.aws(stack.name, config.env, LOCAL_ACCOUNT, config.region)
    say(f"\nTerraform built it on LocalStack. Try it:\n  awslocal s3 ls s3://{names.bucket('raw')}")


def _build_for(config: Config, python: str) -> Build:
    embedded = config.engine == "embedded" or shutil.which("docker") is None
    return Build.for_here() if embedded else Build(python, machine())


# The lines of Terraform that are worth keeping in a log.
NOTABLE = re.compile(
    r": (Creation|Modifications|Destruction) complete|^(Plan:|Apply complete|No changes|Outputs:|Warning:)"
)
LAST_LINES = 60


def find_tflocal() -> str:
    """tflocal beside this Python, where `make` installs it, or on PATH."""
    beside = Path(sys.executable).with_name("tflocal")
    program = str(beside) if beside.is_file() else shutil.which("tflocal")
    if program is None:
        raise Problem("tflocal is not installed", "pip install terraform-local==0.26.0, or run it as `make tf-local`")
    return program


def _run(program: str, config: Config, workspace: Workspace, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **kept,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_DEFAULT_REGION": config.region,
        "AWS_ENDPOINT_URL": config.endpoint,
        # Else buckets would be looked for under host names that resolve nowhere.
        "S3_HOSTNAME": "127.0.0.1",
        "TF_DATA_DIR": str(workspace.data),
        "TF_INPUT": "0",
        **({} if is_terminal(sys.stdout) else {"TF_CLI_ARGS": "-no-color"}),
        "CHECKPOINT_DISABLE": "1",
    }
    command = [program, f"-chdir={workspace.infra}", *arguments]
    failed = subprocess.call(command, env=environment) if is_terminal(sys.stdout) else _in_short(command, environment)
    if failed:
        raise Problem(f"tflocal {arguments[0]} failed; the reason is above", "fix it and run make tf-local again")


def _in_short(command: list[str], environment: dict[str, str]) -> int:
    """For a pipe or a log: what happened to each resource and how it ended; the last lines whole if it failed."""
    last: deque[str] = deque(maxlen=LAST_LINES)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            if NOTABLE.search(line):
                say(line.rstrip())
    if process.returncode:
        say("\n".join(last))
    return process.returncode
