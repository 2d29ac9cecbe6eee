"""`barback doctor`: everything that could be wrong on this machine, and what to do about each."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from barback.config import Config, unknown_settings
from barback.console import say
from barback.engines import choose, current_config, running, with_free_ports
from barback.engines.docker import DIGEST, IMAGE, digests_of, docker_problem
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.engines.embedded.processes import few_files
from barback.engines.ports import require_free
from barback.errors import Problem
from barback.kernel import Platform, build_all, switched_off
from barback.package import Build, read_label, without_kernels
from barback.paths import BUILD, HOOKS, LAMBDA_SRC, ROOT, STACK
from barback.stack.load import load

MARKS = {"good": "✓", "note": "•", "bad": "✗"}
ROOM_NEEDED = 2 * 1024**3
# From this version on, LocalStack's images want an account.
TOKEN_SINCE = 2026


@dataclass(frozen=True)
class Finding:
    grade: Literal["good", "note", "bad"]
    about: str
    what: str
    hint: str = ""


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "The exit code is 1 when something must be fixed before `make up` can work."


def run(arguments: argparse.Namespace) -> int:
    findings = examine(current_config())
    for finding in findings:
        say(f"{MARKS[finding.grade]} {finding.about:<12} {finding.what}")
        if finding.hint:
            say(f"  {'':<12} → {finding.hint}")
    return int(any(finding.grade == "bad" for finding in findings))


def examine(config: Config) -> list[Finding]:
    checks: list[Callable[[Config], list[Finding]]] = [
        _python, _docker, _engine, _image, _ports, _disk, _files, _stack, _kernels, _packages, _hooks, _terraform,
        _settings, _environment,
    ]  # fmt: skip
    return [finding for check in checks for finding in check(config)]


def _python(config: Config) -> list[Finding]:
    return [Finding("good", "Python", f"{platform.python_version()}, {sys.executable}")]


def _docker(config: Config) -> list[Finding]:
    problem = docker_problem()
    if problem is None:
        version = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"], capture_output=True, text=True, check=False
        )
        return [Finding("good", "Docker", f"{version.stdout.strip()} answers")]
    return [Finding("bad" if config.engine == "docker" else "note", "Docker", problem.what, problem.hint)]


def _engine(config: Config) -> list[Finding]:
    try:
        engine, why = choose(config)
    except Problem as problem:
        return [Finding("bad", "engine", problem.what, problem.hint)]
    found = [Finding("good", "engine", f"{engine.name} ({why})")]
    if engine.name == "embedded":
        installed = LocalStack(default_home()).installed()
        found.append(Finding("good" if installed else "note", "embedded", "installed" if installed else
                             "not installed yet; `make up` does it, about a minute"))  # fmt: skip
    for other in running(config):
        status = other.status()
        grade: Literal["good", "bad"] = "bad" if status.state == "failed" else "good"
        hint = "see `make logs`, fix it, then make down up" if grade == "bad" else ""
        found.append(Finding(grade, "running", f"{other.name}: {status.state} {status.detail}".rstrip(), hint))
    return found


def _image(config: Config) -> list[Finding]:
    image = config.values.get("EMULATOR_IMAGE", "")
    tag = image.partition("@")[0].rpartition(":")[2]
    year = tag.partition(".")[0]
    wants = "localstack" in image and (tag in ("latest", "stable") or (year.isdigit() and int(year) >= TOKEN_SINCE))
    if wants and not config.values.get("LOCALSTACK_AUTH_TOKEN"):
        what = f"{image} needs an account and ends with exit code 55 without one"
        hint = "set LOCALSTACK_AUTH_TOKEN, or leave EMULATOR_IMAGE out for 4.14.0, which needs none"
        return [Finding("bad", "image", what, hint)]
    return [Finding("good", "image", image)] if image else _digest()


def _digest() -> list[Finding]:
    """Whether the default image is the one that we know, where it is here already."""
    digests = digests_of(IMAGE) if docker_problem() is None else None
    if digests is None:
        return []
    if DIGEST in digests:
        return [Finding("good", "image", f"{IMAGE}, with the published digest")]
    if not digests:
        hint = "it was built or loaded here and not pulled; see docs/security.md"
        return [Finding("note", "image", f"{IMAGE} has no digest", hint)]
    hint = f"docker image rm {IMAGE}; then `make up` pulls it anew. See docs/security.md"
    return [Finding("bad", "image", f"{IMAGE} is {digests[0]}, not the published image", hint)]


def _ports(config: Config) -> list[Finding]:
    if running(config):
        return []
    try:
        moved = with_free_ports(config)
        for variable, port in moved.ports.items():
            require_free(port, variable)
    except Problem as problem:
        return [Finding("bad", "port", problem.what, problem.hint)]
    return [
        Finding("good", "port", f"{new} is free" if new == old else f"{old} is taken; `make up` uses {new}")
        for old, new in zip(config.ports.values(), moved.ports.values(), strict=True)
    ]


def _disk(config: Config) -> list[Finding]:
    free = shutil.disk_usage(ROOT).free
    room = f"{free / 1024**3:.1f} GB free"
    if free < ROOM_NEEDED:
        return [Finding("bad", "disk", room, "free some space: the engine and its packages need about 1 GB")]
    return [Finding("good", "disk", room)]


def _files(config: Config) -> list[Finding]:
    few = few_files()
    hint = "raise the hard limit: LimitNOFILE= of the service, or /etc/security/limits.conf"
    return [Finding("note", "open files", few, hint)] if few else []


def _stack(config: Config) -> list[Finding]:
    try:
        stack = load(STACK, LAMBDA_SRC)
    except Problem as problem:
        return [Finding("bad", "stack", problem.what, problem.hint)]
    return [Finding("good", "stack", f"infra/stack.yaml is valid, {len(stack.functions)} functions")]


def _kernels(config: Config) -> list[Finding]:
    """The compiled part of flows: for this machine, which is what the embedded engine and commands use."""
    if switch := switched_off(config.values):
        return [Finding("note", "kernel", f"switched off by {switch}: the same results, more slowly")]
    found = []
    hint = "install a C compiler (gcc or clang), or run `make kernel`, which downloads one (85 MB)"
    for kernel in build_all(Platform.here(), local=True, fetch=False):
        if kernel.path:
            found.append(Finding("good", "kernel", f"{kernel.flow}: {kernel.how}"))
        else:
            what = f"{kernel.flow} works without, more slowly: {kernel.how}"
            found.append(Finding("note", "kernel", what, hint))
    return found


def _packages(config: Config) -> list[Finding]:
    found = []
    for path in sorted(BUILD.glob("lambda-*.zip")):
        try:
            build = read_label(path)
        except Problem as problem:
            found.append(Finding("note", "package", problem.what, problem.hint))
            continue
        fits, bare = path == build.zip_path, without_kernels(path)
        hint = "run `make kernel` and build it again; see docs/kernel.md" if bare else ""
        hint = hint if fits else "run `make clean`; it is not what its name says"
        what = f"{path.name}, Python {build.python}" + "".join(f", without the kernel of {flow}" for flow in bare)
        found.append(Finding("good" if fits and not bare else "note", "package", what, hint))
    if not Build.for_here().zip_path.exists():
        found.append(
            Finding("note", "package", f"none for this Python ({Build.for_here().python}) yet; `make up` makes it")
        )
    return found


def _hooks(config: Config) -> list[Finding]:
    hooks = sorted(path.name for path in HOOKS.iterdir() if path.suffix in (".py", ".sh"))
    if not hooks:
        return [Finding("bad", "hooks", "init-aws.d/ is empty: nothing would be built", "git checkout init-aws.d")]
    found = [Finding("good", "hooks", ", ".join(hooks))]
    for path in HOOKS.glob("*.sh"):
        if not os.access(path, os.X_OK) or b"\r\n" in path.read_bytes():
            found.append(
                Finding("bad", "hooks", f"{path.name} would not run", f"chmod +x {path.name}, and end lines in LF")
            )
    return found


def _terraform(config: Config) -> list[Finding]:
    if shutil.which("terraform") is None:
        return [
            Finding("note", "Terraform", "not installed", "only TARGET=aws needs it: install Terraform 1.10 or later")
        ]
    done = subprocess.run(["terraform", "version"], capture_output=True, text=True, check=False)
    return [
        Finding("good", "Terraform", next((line for line in done.stdout.splitlines() if " v" in line), "installed"))
    ]


def _settings(config: Config) -> list[Finding]:
    return [Finding("note", "settings", remark, "the settings are in .env.example") for remark in unknown_settings()]


def _environment(config: Config) -> list[Finding]:
    real = sorted(name for name in os.environ if name.startswith("AWS_") and ("KEY" in name or "PROFILE" in name))
    if real and config.target == "localstack":
        return [Finding("good", "shell", f"{', '.join(real)} set; not used locally, nothing of it reaches a function")]
    return []
