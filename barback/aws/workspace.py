"""Where Terraform runs, and where the state of one environment in one account is kept.

Terraform runs in a copy of infra/ that belongs to one environment, so that two environments never share a backend, an
emulator's state can never be taken for AWS's, and nothing is written into infra/ itself.
"""

import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from barback.errors import Problem
from barback.files import write
from barback.paths import BUILD, ROOT
from barback.targets import Target

INFRA = ROOT / "infra"
# Where people keep a mirror of providers, each in a folder of its own.
PLACES = (Path.home() / ".terraform.d", Path("/usr/local/share/terraform"), Path("/usr/share/terraform"), Path("/opt"))
# What a run takes into the state: barback/aws/adopt.py.
ADOPTED = "adopted.tf.json"
PROVIDER = "registry.terraform.io/hashicorp/aws"
BACKEND = "backend_override.tf.json"
LOCK = ".terraform.lock.hcl"


@dataclass(frozen=True)
class Backend:
    """Where a state is kept: `local`, in a file, or `s3`, as an object of a bucket."""

    kind: str
    settings: Mapping[str, object]

    def describe(self) -> str:
        if self.kind == "s3":
            return f"s3://{self.settings['bucket']}/{self.settings['key']}"
        return str(self.settings["path"])

    def configuration(self) -> str:
        return json.dumps({"terraform": {"backend": {self.kind: self.settings}}}, indent=2)


@dataclass(frozen=True)
class Workspace:
    # Terraform's data, its copy of infra/ and, without a remote backend, the state.
    home: Path
    env: str
    backend: Backend
    source: Path = field(default_factory=lambda: INFRA)

    @classmethod
    def local(cls, home: Path, env: str, source: Path | None = None) -> "Workspace":
        return cls(home, env, Backend("local", {"path": str(home / "terraform.tfstate")}), source or INFRA)

    @property
    def infra(self) -> Path:
        return self.home / "infra"

    @property
    def state_file(self) -> Path:
        """Where the state is, or was before it was moved to a remote backend."""
        return self.home / "terraform.tfstate"

    def prepare(self) -> None:
        """A fresh copy of infra/, with the environment's own values where Terraform looks for them by itself."""
        copy_infra(self.source, self.infra)
        (self.infra / ADOPTED).unlink(missing_ok=True)  # which a run that was killed may have left
        values = self.source / "environments" / f"{self.env}.tfvars"
        write(self.infra / "environment.auto.tfvars", values.read_bytes())

    def value(self, name: str) -> str:
        """A text that the environment's own values set; empty without it."""
        values = (self.source / "environments" / f"{self.env}.tfvars").read_text(encoding="utf-8")
        found = re.search(rf'^\s*{name}\s*=\s*"([^"]*)"', values, re.MULTILINE)
        return found[1].strip() if found else ""

    def point_at(self, backend: Backend) -> None:
        write(self.infra / BACKEND, backend.configuration())

    def last_backend(self) -> Backend | None:
        """The one that the state was in when somebody last worked here."""
        try:
            kept = json.loads(self._memory.read_text(encoding="utf-8"))
            return Backend(kept["kind"], kept["settings"])
        except (OSError, ValueError, KeyError):
            path = self.state_file
            return Backend("local", {"path": str(path)}) if path.is_file() else None

    def remember(self, backend: Backend) -> None:
        self._memory.write_text(json.dumps({"kind": backend.kind, "settings": backend.settings}), encoding="utf-8")

    def interrupted(self) -> set[str]:
        """What a run from here was making when it was interrupted: a call that was cut off may have made it all the
        same, without Terraform hearing of it."""
        try:
            return set(json.loads(self._interrupted.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return set()

    def remember_interrupted(self, addresses: Iterable[str]) -> None:
        """Together with what earlier interruptions left; none at all after a deployment that went through."""
        new = set(addresses)
        kept = new | self.interrupted() if new else set()
        self._interrupted.write_text(json.dumps(sorted(kept)), encoding="utf-8")

    def is_initialised(self, mirror: Path | None) -> bool:
        """Whether `terraform init` has run for just this backend and provider: it takes some seconds, and would do the
        same again."""
        try:
            done = self._initialised.read_text(encoding="utf-8") == self._initialised_for(mirror)
        except OSError:
            return False
        return done and _holds(self.data / "providers", provider_version(self.infra))

    def remember_initialised(self, mirror: Path | None) -> None:
        self._initialised.write_text(self._initialised_for(mirror), encoding="utf-8")

    def _initialised_for(self, mirror: Path | None) -> str:
        files = (self.infra / name for name in (BACKEND, LOCK))
        texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
        return json.dumps([str(mirror), provider_version(self.infra), *texts])

    @property
    def data(self) -> Path:
        """Terraform's own."""
        return self.home / ".terraform"

    @property
    def _initialised(self) -> Path:
        return self.data / "initialised.json"

    @property
    def _interrupted(self) -> Path:
        return self.home / "interrupted.json"

    @property
    def _memory(self) -> Path:
        return self.home / "backend.json"


def workspace_of(target: Target) -> Workspace:
    env, account = target.config.env, target.identity["Account"]
    if target.config.allow_emulator:
        address = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).netloc.replace(":", "-")
        home = BUILD / "rehearsal" / f"{address}-{env}"
    else:
        home = INFRA / "state" / f"{account}-{env}"
    if (INFRA / "backend_override.tf").exists() and not target.config.values.get("STATE_BUCKET"):
        raise Problem(
            "infra/backend_override.tf is not used any more: the bucket for the state is a setting",
            "set STATE_BUCKET (and STATE_REGION) in .env and remove that file; docs/aws.md, State",
        )
    backend = remote_backend(target) or Workspace.local(home, env).backend
    return Workspace(home, env, backend)


def remote_backend(target: Target) -> Backend | None:
    """The state in S3, when STATE_BUCKET names a bucket. Its key tells stacks, accounts and environments apart."""
    config = target.config
    bucket = config.values.get("STATE_BUCKET", "").strip()
    if not bucket:
        return None
    settings: dict[str, object] = {
        "bucket": bucket,
        "key": f"{target.stack.name}/{target.identity['Account']}/{config.env}.tfstate",
        "region": config.values.get("STATE_REGION", "").strip() or config.region,
        "encrypt": True,
        "use_lockfile": True,
    }
    if config.allow_emulator:
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        settings |= {"use_path_style": True, "endpoints": {"s3": endpoint, "sts": endpoint, "iam": endpoint}}
    return Backend("s3", settings)


def copy_infra(source: Path, to: Path) -> None:
    """The .tf files, the stack, the environments and the lock of the provider; nothing that was put beside them."""
    to.mkdir(parents=True, exist_ok=True)
    wanted = [file for file in source.glob("*.tf") if not file.name.endswith("_override.tf")]
    for stale in {file.name for file in to.glob("*.tf")} - {file.name for file in wanted}:
        (to / stale).unlink()
    for file in [*wanted, source / "stack.yaml", source / LOCK]:
        if file.is_file():
            write(to / file.name, file.read_bytes())
    (to / "environments").mkdir(exist_ok=True)
    for file in (source / "environments").iterdir():
        write(to / "environments" / file.name, file.read_bytes())


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
    return next((folder for folder in _mirrors() if _holds(folder, version)), None)


def _holds(folder: Path, version: str) -> bool:
    return (folder / PROVIDER / version / system()).is_dir()


def system() -> str:
    """This machine, as Terraform calls it."""
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}_{processor}"


def _mirrors() -> Iterator[Path]:
    for name in ("BARBACK_TF_PLUGIN_DIR", "TF_PLUGIN_CACHE_DIR"):
        if folder := os.environ.get(name):
            yield Path(folder)
    for parent in PLACES:
        if parent.is_dir():
            yield from sorted(child for child in parent.iterdir() if child.is_dir())
