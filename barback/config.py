"""What the user chose: environment variables, and below them the file .env (see .env.example)."""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from barback.errors import Problem
from barback.paths import ROOT

EngineChoice = Literal["auto", "docker", "embedded"]
TargetChoice = Literal["localstack", "aws"]
DEFAULT_REGION = "us-east-1"
PORTS = {"GATEWAY_PORT": "gateway_port", "UPSTREAM_PORT": "upstream_port", "API_PORT": "api_port"}


@dataclass(frozen=True)
class Config:
    target: TargetChoice = "localstack"
    engine: EngineChoice = "auto"
    env: str = "dev"
    region: str = DEFAULT_REGION
    gateway_port: int = 4566
    upstream_port: int = 4580
    api_port: int = 4590
    dashboard_port: int = 4595
    # The account that TARGET=aws must turn out to be, when given.
    account: str = ""
    # Answers every question with yes.
    yes: bool = False
    # Lets `up` remove tables, buckets and queues that the stack no longer names with what they hold.
    remove_data: bool = False
    # Lets TARGET=aws talk to an emulator: for rehearsals.
    allow_emulator: bool = False
    # Everything that was set, for settings that are only passed on.
    values: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    # The names of those that were set for this command alone, in the environment.
    here_only: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def upstream(self) -> str:
        return f"http://127.0.0.1:{self.upstream_port}"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def ports(self) -> dict[str, int]:
        """By the variable that chooses each."""
        return {variable: getattr(self, field) for variable, field in PORTS.items()}


def read_config(environ: Mapping[str, str] | None = None, dotenv: Path = ROOT / ".env") -> Config:
    shell = os.environ if environ is None else environ
    values = {**read_dotenv(dotenv), **shell}

    def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = values.get(name, "").strip() or default
        if value not in allowed:
            raise Problem(
                f"{name}={value} is not a choice", f"set {name} to one of {', '.join(allowed)}, or leave it out"
            )
        return value

    def port(name: str, default: int) -> int:
        value = values.get(name, "").strip() or str(default)
        if not value.isdigit() or not 1 <= int(value) <= 65535:
            raise Problem(f"{name}={value} is not a port", f"set {name} to a number from 1 to 65535")
        return int(value)

    target = cast(TargetChoice, choice("TARGET", "localstack", ("localstack", "aws")))
    # A region that the shell has for AWS would split the local environment: what is built, and what is looked for.
    regions = ("AWS_REGION", "AWS_DEFAULT_REGION") if target == "aws" else ("LOCAL_REGION",)
    return Config(
        target=target,
        engine=cast(EngineChoice, choice("ENGINE", "auto", ("auto", "docker", "embedded"))),
        env=choice("ENV", "dev", ("dev", "staging", "prod")),
        region=next((values[name].strip() for name in regions if values.get(name, "").strip()), DEFAULT_REGION),
        gateway_port=port("GATEWAY_PORT", 4566),
        upstream_port=port("UPSTREAM_PORT", 4580),
        api_port=port("API_PORT", 4590),
        dashboard_port=port("DASHBOARD_PORT", 4595),
        account=values.get("ACCOUNT", "").strip(),
        yes=values.get("YES", "") not in ("", "0"),
        allow_emulator=values.get("ALLOW_EMULATOR", "") not in ("", "0"),
        remove_data=values.get("REMOVE_DATA", "") not in ("", "0"),
        values=values,
        here_only=frozenset(name for name in shell if shell[name].strip()),
    )


def unknown_settings(dotenv: Path = ROOT / ".env", example: Path = ROOT / ".env.example") -> list[str]:
    """What .env sets that .env.example does not know: most likely misspelt, and without any effect."""
    known = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example.read_text(encoding="utf-8"), re.MULTILINE)
    found = []
    for name in read_dotenv(dotenv).keys() - set(known):
        near = difflib.get_close_matches(name.upper(), known, n=1)
        found.append(f"{dotenv.name}: {name} is not a setting" + (f"; did you mean {near[0]}?" if near else ""))
    return sorted(found)


def read_dotenv(path: Path) -> dict[str, str]:
    """KEY=VALUE lines as Docker Compose reads them: comments, an optional `export`, optional quotes."""
    values: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return values
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Problem(f"{path.name}, line {number}: not of the form NAME=value", "fix the line or remove it")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        else:
            value = value.split(" #", 1)[0].rstrip()
        values[name.strip()] = value
    return values
