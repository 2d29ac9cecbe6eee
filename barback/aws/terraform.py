"""Runs Terraform and turns what it says into progress and, when it fails, into words a person can act on."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from barback.aws.explain import problem_from
from barback.aws.plan import Plan, read_plan
from barback.aws.workspace import Workspace, provider_mirror, provider_version
from barback.errors import Problem

OLDEST = (1, 9)
INSTALL_HINT = "install Terraform 1.9 or later (https://developer.hashicorp.com/terraform/install)"
Progress = Callable[[str], None]


@dataclass
class Said:
    """What one run of Terraform reported."""

    code: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    done: int = 0


class Terraform:
    def __init__(
        self, workspace: Workspace, variables: Mapping[str, str], environment: Mapping[str, str] = os.environ
    ) -> None:
        self.workspace = workspace
        self._variables = dict(variables)
        self._shell = environment
        self._program = find_terraform()

    def init(self) -> None:
        self.workspace.home.mkdir(parents=True, exist_ok=True)
        mirror = provider_mirror(provider_version(self.workspace.infra))
        options = [*self.workspace.backend_options(), *([f"-plugin-dir={mirror}"] if mirror else [])]
        done = subprocess.run(
            self._command("init", "-reconfigure", "-no-color", *options),
            env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise problem_from([{"summary": "terraform init failed", "detail": done.stderr or done.stdout}])

    def plan(self, progress: Progress, *, destroy: bool = False) -> Plan:
        variables = [f"-var={name}={value}" for name, value in self._variables.items()]
        values = f"-var-file=environments/{self.workspace.env}.tfvars"
        mode = ["-destroy"] if destroy else []
        said = self._stream(progress, "plan", "-json", f"-out={self._saved}", *mode, values, *variables)
        if said.code:
            raise problem_from(said.errors, said.text)
        return read_plan(self._json("show", "-json", self._saved))

    def apply(self, plan: Plan, progress: Progress) -> None:
        """Carries out the plan that was shown, and nothing else."""
        said = self._stream(progress, "apply", "-json", self._saved)
        if said.code:
            total = len(plan.changes)
            left = (
                f"{said.done} of {total} changes were made and are in the state: "
                "mend the cause and run the same command again; it goes on from there"
            )
            raise problem_from(said.errors, said.text, left)

    def outputs(self) -> dict[str, Any]:
        return {name: output["value"] for name, output in self._json("output", "-json").items()}

    def resources(self) -> list[str]:
        """The addresses of all that the state says is deployed."""
        values = self._json("show", "-json").get("values") or {}
        return [
            entry["address"]
            for entry in values.get("root_module", {}).get("resources", [])
            if entry["mode"] == "managed"
        ]

    @property
    def _saved(self) -> str:
        return str(self.workspace.home / "deploy.tfplan")

    def _command(self, *arguments: str) -> list[str]:
        return [self._program, f"-chdir={self.workspace.infra}", *arguments]

    def _environment(self) -> dict[str, str]:
        return {
            **self._shell,
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_DATA_DIR": str(self.workspace.home / ".terraform"),
            "CHECKPOINT_DISABLE": "1",
        }

    def _json(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            self._command(*arguments), env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise problem_from([{"summary": f"terraform {arguments[0]} failed", "detail": done.stderr or done.stdout}])
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def _stream(self, progress: Progress, *arguments: str) -> Said:
        """Runs a command that reports in JSON lines. Ctrl-C reaches Terraform too, which then ends in good order."""
        said = Said()
        with subprocess.Popen(
            self._command(*arguments), env=self._environment(), text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            try:
                for message in _messages(process.stdout, said):
                    _take(message, said, progress)
            except KeyboardInterrupt:
                progress("letting Terraform end in good order; the state is kept")
                process.communicate()
                raise
        said.code = process.returncode
        return said


def _messages(lines: Iterator[str], said: Said) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if isinstance(message, dict):
            yield message
        elif line.strip():
            said.text.append(line.rstrip())


def _take(message: dict[str, Any], said: Said, progress: Progress) -> None:
    kind = message.get("type")
    if kind == "diagnostic" and message["diagnostic"]["severity"] == "error":
        said.errors.append(message["diagnostic"])
    elif kind in ("apply_start", "apply_complete", "refresh_start"):
        hook = message["hook"]
        address = hook["resource"]["addr"]
        if kind == "apply_complete":
            said.done += 1
            progress(f"{said.done} done, {address}")
        else:
            progress(f"{hook.get('action', 'read')} {address}" if kind == "apply_start" else f"looking at {address}")


def find_terraform() -> str:
    program = shutil.which("terraform")
    if program is None:
        raise Problem("Terraform is not installed", INSTALL_HINT)
    done = subprocess.run([program, "version", "-json"], capture_output=True, text=True, check=False)
    try:
        version = json.loads(done.stdout)["terraform_version"]
    except (ValueError, KeyError):
        raise Problem(f"{program} does not say its version: {done.stderr.strip()}", INSTALL_HINT) from None
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise Problem(f"Terraform is {version}", INSTALL_HINT)
    return program
