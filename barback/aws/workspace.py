"""Where Terraform runs, and where the state of one environment in one account is kept.

A rehearsal runs in a copy of infra/ of its own, so that an emulator's state can never be taken for AWS's.
"""

import os
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from barback.errors import Problem
from barback.paths import BUILD, ROOT
from barback.targets import Target

INFRA = ROOT / "infra"
# Terraform's own way to replace a part of the configuration; docs/aws.md puts the S3 backend there.
BACKEND_OVERRIDE = "backend_override.tf"
# Where people keep a mirror of providers, each in a folder of its own.
PLACES = (Path.home() / ".terraform.d", Path("/usr/local/share/terraform"), Path("/usr/share/terraform"), Path("/opt"))
PROVIDER = "registry.terraform.io/hashicorp/aws"


@dataclass(frozen=True)
class Workspace:
    infra: Path
    # Terraform's data, the saved plan and, without a remote backend, the state.
    home: Path
    env: str

    @property
    def remote(self) -> bool:
        return (self.infra / BACKEND_OVERRIDE).is_file()

    @property
    def state(self) -> Path:
        return self.home / "terraform.tfstate"

    def backend_options(self) -> list[str]:
        where = f"key=barback/{self.env}.tfstate" if self.remote else f"path={self.state}"
        return [f"-backend-config={where}"]


def workspace_of(target: Target) -> Workspace:
    env = target.config.env
    if not target.config.allow_emulator:
        return Workspace(INFRA, INFRA / "state" / f"{target.identity['Account']}-{env}", env)
    address = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).netloc.replace(":", "-") or "emulator"
    home = BUILD / "rehearsal" / f"{address}-{env}"
    copy_infra(home / "infra")
    return Workspace(home / "infra", home, env)


def copy_infra(to: Path) -> None:
    """The .tf files, the stack and the environments; not a remote backend, nor what Terraform left here."""
    to.mkdir(parents=True, exist_ok=True)
    for file in [*INFRA.glob("*.tf"), INFRA / "stack.yaml"]:
        if not file.name.endswith("_override.tf"):
            shutil.copyfile(file, to / file.name)
    shutil.copytree(INFRA / "environments", to / "environments", dirs_exist_ok=True)


def provider_version(infra: Path) -> str:
    """The one version of the AWS provider that versions.tf names."""
    text = (infra / "versions.tf").read_text(encoding="utf-8")
    found = re.search(r'source\s*=\s*"hashicorp/aws"\s*version\s*=\s*"([\d.]+)"', text)
    if found is None:
        raise Problem("infra/versions.tf names no version of hashicorp/aws", "pin one, as it was")
    return found[1]


def provider_mirror(version: str) -> Path | None:
    """A folder that holds the AWS provider already, for machines without network: BARBACK_TF_PLUGIN_DIR, or one of
    the places where people keep such a mirror, known by its layout."""
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    system = f"{platform.system().lower()}_{processor}"
    return next((d for d in _mirrors() if (d / PROVIDER / version / system).is_dir()), None)


def _mirrors() -> Iterator[Path]:
    for name in ("BARBACK_TF_PLUGIN_DIR", "TF_PLUGIN_CACHE_DIR"):
        if folder := os.environ.get(name):
            yield Path(folder)
    for parent in PLACES:
        if parent.is_dir():
            yield from sorted(child for child in parent.iterdir() if child.is_dir())
