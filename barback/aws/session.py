"""What every command on AWS begins with: who and where we are, and a Terraform that is tied to just that account."""

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barback.aws.terraform import Terraform
from barback.aws.workspace import Workspace, workspace_of
from barback.config import Config
from barback.console import ask, is_answerable, say
from barback.errors import Problem
from barback.package import Build, Package, build_for, build_package
from barback.setup import Progress
from barback.targets import Target, target_of


@dataclass(frozen=True)
class Session:
    target: Target
    workspace: Workspace
    doing: str

    def describe(self) -> str:
        config, identity = self.target.config, self.target.identity
        lines = [
            ("account", identity["Account"]),
            ("as", identity["Arn"]),
            ("region", config.region),
            ("ENV", config.env),
            ("state", self.workspace.backend.describe()),
            *((name, f"{value}   (from your shell or .env)") for name, value in self._options().items()),
        ]
        if config.allow_emulator:
            lines.append(("ALLOW_EMULATOR", "this is a rehearsal against an emulator"))
        return "\n".join(f"  {name:<8} {value}" for name, value in lines)

    def command(self, what: str = "") -> str:
        """How a person runs this again, or another command on the same stack."""
        return f"TARGET=aws ENV={self.target.config.env} make {what or self.doing}"

    def package(self, progress: Progress = lambda line: None) -> Package:
        return build_package(self.target.stack, self.build(), progress=progress)

    def terraform(self, package: Package | None = None) -> Terraform:
        """Without a package nothing can be deployed, but all else be done: Terraform only wants to read some file."""
        config, build = self.target.config, self.build()
        path: Path = package.path if package else self.workspace.source / "stack.yaml"
        variables = {
            "env": config.env,
            "region": config.region,
            "account": self.target.identity["Account"],
            "package": str(path.resolve()),
            **({"package_digest": package.digest} if package else {}),
            "python": build.python,
            "architecture": build.architecture,
            "emulator": "true" if config.allow_emulator else "false",
            "environment": json.dumps(self._options()),
        }
        return Terraform(self.workspace, variables)

    def _options(self) -> dict[str, str]:
        """What the user chose for options that some function has."""
        chosen = self.target.config.values
        return {name: chosen[name] for name in self.target.stack.options if chosen.get(name)}

    def build(self) -> Build:
        """What the stack says; an emulator runs functions on this machine, so there for what it can run."""
        config = self.target.config
        goal = config.values.get("PACKAGE_FOR") or ("docker" if config.allow_emulator else "aws")
        return build_for(goal, self.target.stack)

    def require_yes(self, question: str) -> None:
        """Goes on only when a person, or YES=1, says so."""
        if self.target.config.yes:
            return
        if not ask(question):
            raise Problem("nothing was changed", "answer y to continue; without a terminal, set YES=1")

    def require_consent_to_loss(self) -> None:
        """YES=1 is not enough where data would be lost: the stack's name has to be given, typed or set."""
        name = self.target.names.prefix
        given = self.target.config.values.get("CONFIRM_DATA_LOSS", "").strip()
        if not given and is_answerable():
            given = input(f"Data will be lost permanently. Type the name of the stack ({name}) to continue: ").strip()
        if given != name:
            raise Problem(
                "nothing was changed, because data would be lost",
                f"if that is what you want, set CONFIRM_DATA_LOSS={name} and run it again",
            )

    def require_same_region(self, terraform: Terraform) -> None:
        """Terraform would look for everything in the new region, find nothing, and forget what is in the old one."""
        config = self.target.config
        if elsewhere := terraform.began_with.regions - {config.region}:
            deployed = " and ".join(sorted(elsewhere))
            raise Problem(
                f"{config.env} is deployed in {deployed}, but the region is {config.region}",
                f"set AWS_REGION={deployed}; to move it, destroy it there first",
            )


def begin(config: Config, doing: str, *, quiet: bool = False) -> Session:
    if config.target != "aws":
        raise Problem(f"`{doing}` is for AWS", f"TARGET=aws make {doing}; the local environment has up and down")
    if config.env == "prod" and not config.account:
        raise Problem("ENV=prod needs ACCOUNT", "set ACCOUNT in .env to the number of the account that prod lives in")
    # A cancelled pipeline sends this one; what is being made is then brought to an end as after Ctrl-C.
    signal.signal(signal.SIGTERM, _interrupt)
    target = target_of(config)
    session = Session(target, workspace_of(target), doing)
    if not quiet:
        say(session.describe())
    return session


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt
