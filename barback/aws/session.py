"""What deploy and destroy begin with: who we are, where we are, and a Terraform that is tied to just that account."""

import json
from dataclasses import dataclass
from pathlib import Path

from barback.aws.terraform import Terraform
from barback.aws.workspace import Workspace, workspace_of
from barback.config import Config
from barback.console import ask, say
from barback.errors import Problem
from barback.package import Build, build_for
from barback.targets import Target, target_of


@dataclass(frozen=True)
class Session:
    target: Target
    workspace: Workspace

    def describe(self) -> str:
        config, identity = self.target.config, self.target.identity
        rehearsal = "\n  ALLOW_EMULATOR  this is a rehearsal against an emulator" if config.allow_emulator else ""
        return (
            f"  account  {identity['Account']}\n  as       {identity['Arn']}\n"
            f"  region   {config.region}\n  ENV      {config.env}{rehearsal}"
        )

    def terraform(self, package: Path) -> Terraform:
        config, build = self.target.config, self.build()
        variables = {
            "env": config.env,
            "region": config.region,
            "account": self.target.identity["Account"],
            "package": str(package),
            "python": build.python,
            "architecture": build.architecture,
            "emulator": "true" if config.allow_emulator else "false",
            "environment": json.dumps(self._options()),
        }
        return Terraform(self.workspace, variables)

    def _options(self) -> dict[str, str]:
        """What the user chose for options that some function has."""
        known = {name for function in self.target.stack.functions.values() for name in function.environment}
        chosen = self.target.config.values
        return {name: chosen[name] for name in sorted(known) if chosen.get(name)}

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
            raise Problem("nothing was changed", "say y to go on; where nobody can be asked, set YES=1")

    def require_same_region(self, terraform: Terraform) -> None:
        """Terraform would look for everything in the new region, find nothing, and forget what is in the old one."""
        deployed = terraform.outputs().get("region")
        if deployed and deployed != self.target.config.region:
            raise Problem(
                f"{self.target.config.env} is deployed in {deployed}, but the region is {self.target.config.region}",
                f"set AWS_REGION={deployed}; to move it, destroy it there first",
            )


def begin(config: Config, doing: str) -> Session:
    if config.target != "aws":
        raise Problem(f"`{doing}` is for AWS", f"TARGET=aws make {doing}; the local environment has up and down")
    target = target_of(config)
    session = Session(target, workspace_of(target))
    say(session.describe())
    return session
