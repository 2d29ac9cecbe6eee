"""What a flow can bring beside its functions. The commands ask each flow of the stack; none of them knows one by name.

Samples lie in samples/<flow>/. The exercise that proves a function's rights lies in tests/iam/exercises/<flow>.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barback.console import Step
from barback.invocation import invoke
from barback.paths import SAMPLES
from barback.stack.checks import Loc
from barback.stack.model import Function, QueueTrigger, Stack, UploadTrigger
from barback.targets import Target

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Sample:
    """A file in samples/, and where it starts the flow."""

    path: Path
    bucket: str
    key: str

    def drop(self, target: Target) -> str:
        """Uploads it; its eTag."""
        answer = target.client("s3").put_object(
            Bucket=target.names.bucket(self.bucket), Key=self.key, Body=self.path.read_bytes()
        )
        etag: str = answer["ETag"].strip('"')
        return etag


@dataclass(frozen=True)
class Work:
    """What one invocation of a function costs on AWS beside its requests: measured, for the estimate of the bill."""

    cpu_seconds_per_mb: float = 0.1  # of an upload, on a whole CPU
    seconds_of_a_run: float = 10.0  # of a scheduled run
    seconds_of_a_message: float = 0.1
    items: float = 1.0  # written to each of its tables, for an upload, a message or a scheduled run
    new_items: float = 1.0  # of them, those that take room because they replace nothing
    item_kb: float = 2.0
    transactions: bool = False  # whether items are written in transactions, which cost twice as much
    objects: float = 1.0  # written by a run where they start another function
    object_kb: float = 50.0


@dataclass(frozen=True)
class Shell:
    """How a person calls the tools on this target, for hints that can be pasted."""

    aws: str
    target: Target


@dataclass(frozen=True)
class Flow:
    name: str
    stack: Stack

    @property
    def functions(self) -> dict[str, Function]:
        return {n: f for n, f in self.stack.functions.items() if f.handler.split(".")[0] == self.name}

    def work_of(self, function: str) -> Work:
        """What an invocation costs beside its requests."""
        return Work()

    def samples(self) -> list[Sample]:
        """Its sample files, each at the key where the first trigger that takes it waits."""
        folder = SAMPLES / self.name
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        triggers = [t for f in self.functions.values() for t in f.triggers if isinstance(t, UploadTrigger)]
        found = []
        for path in files:
            name = path.relative_to(folder).as_posix()
            if trigger := next((t for t in triggers if name.endswith(t.suffix)), None):
                found.append(Sample(path, trigger.bucket, trigger.prefix + name))
        return found

    def mistakes(self) -> Iterable[tuple[Loc, str]]:
        """What is wrong with rules for files (`expect`) of this flow's prefixes, each with its path in the stack."""
        return ()

    def demo(self, target: Target) -> None:
        """Shows what it does on a fresh environment; may be run again. Without more, it drops its samples in."""
        if samples := self.samples():
            with Step(f"{self.name}: dropping samples") as step:
                for sample in samples:
                    sample.drop(target)
                step.note(f"{len(samples)} file{'s' * (len(samples) != 1)}")

    def hints(self, shell: Shell) -> list[str]:
        """Commands to try next."""
        return []

    def probes(self) -> dict[str, dict[str, Any]]:
        """A payload for each function that it answers without doing anything: an event about nothing."""
        waits = (UploadTrigger, QueueTrigger)
        return {
            name: {"Records": []}
            for name, function in self.functions.items()
            if any(isinstance(trigger, waits) for trigger in function.triggers)
        }

    def smoke(self, target: Target, progress: Progress) -> str:
        """Checks what is deployed, leaves no trace, and says how that went. Without more: whether each function begins,
        with all that it imports, and answers."""
        probes = self.probes()
        for name, payload in probes.items():
            progress(f"calling {name}")
            invoke(target, name, payload)
        silent = [name for name in self.functions if name not in probes]
        return f"{', '.join(probes) or 'nothing'} answered" + (f"; not called: {', '.join(silent)}" if silent else "")

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        """What `make status` shows of it: a label and a value each."""
        return ()
