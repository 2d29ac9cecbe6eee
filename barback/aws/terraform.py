"""Runs Terraform and turns what it says into progress and, when it fails, into words a person can act on.

Terraform runs in a process group of its own: an interruption reaches it once, from here, and it then ends in order.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn, Self

from barback.aws.explain import problem_from
from barback.aws.moves import write_moves
from barback.aws.plan import Plan, read_plan
from barback.aws.state import HOLDS_DATA, State, read_state
from barback.aws.workspace import Backend, Workspace, provider_mirror, provider_version
from barback.errors import Problem
from barback.setup import alone

# The first that locks a state in S3 without a table beside it.
OLDEST = (1, 10)
INSTALL_HINT = "install Terraform 1.10 or later (https://developer.hashicorp.com/terraform/install)"
Progress = Callable[[str], None]
# Of the shell, what would change a run unseen.
LEFT_OUT = ("TF_CLI_ARGS", "TF_VAR_", "TF_WORKSPACE", "TF_DATA_DIR")

LOOK_SECONDS = 0.05
# The provider mostly waits for what it created to settle; with Terraform's default of 10, such waits take all places.
AT_ONCE = "-parallelism=30"
AFTER_A_KILL = "run the same command again; a deployment with ARGS=--adopt, if it names resources that already exist"
# What Terraform says to a plan for some resources, when others have new addresses that the state does not know yet.
MOVED_ELSEWHERE = "Moved resource instances excluded by targeting"


@dataclass
class Said:
    """What one run of Terraform reported."""

    code: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    done: int = 0
    # Of a plan: whether there is anything to do.
    changes: bool = True
    # What was begun and has not been reported as done.
    pending: set[str] = field(default_factory=set)


class Interrupted(KeyboardInterrupt):
    """Terraform was asked to stop, and has ended in good order. A call that was under way then may still have made
    something of what is `pending`."""

    def __init__(self, done: int, pending: set[str]) -> None:
        super().__init__()
        self.done, self.pending = done, pending


class Interruptions:
    """Takes Ctrl-C and SIGTERM while Terraform runs, and passes the first of them on. As an exception one could come at
    a moment when nobody catches it, and Terraform would not hear of it."""

    def __init__(self) -> None:
        self.count = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def pass_on_to(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        if self.count:
            process.send_signal(signal.SIGINT)

    def _take(self, *_: object) -> None:
        self.count += 1
        # A second one makes Terraform forget what it is making: that is for a person at a terminal to say.
        if self._process and (self.count == 1 or sys.stdin.isatty()):
            self._process.send_signal(signal.SIGINT)


class Terraform:
    def __init__(
        self,
        workspace: Workspace,
        variables: Mapping[str, str],
        environment: Mapping[str, str] | None = None,
        program: str | None = None,
    ) -> None:
        self.workspace = workspace
        self._variables = dict(variables)
        self._shell = os.environ if environment is None else environment
        self._program = program or find_terraform()
        workspace.home.mkdir(parents=True, exist_ok=True)
        # As it was when this run began.
        self.began_with = read_state("")
        # A plan is applied by the run that showed it: no other run may write over it.
        self._own = Path(tempfile.mkdtemp(prefix="run-", dir=workspace.home))
        self._clean_up = weakref.finalize(self, shutil.rmtree, self._own, ignore_errors=True)

    def init(self, progress: Progress = lambda _: None) -> None:
        """Makes the workspace ready. A state that was kept elsewhere until now is brought along."""
        home = self.workspace.home
        with alone(home / "init.lock", progress, "making Terraform ready"):
            self.workspace.prepare()
            before, wanted = self.workspace.last_backend(), self.workspace.backend
            moving = None
            if before and before != wanted:
                progress(f"reading the state in {before.describe()}")
                moving = self._state_at(before)
            self._use(wanted)
            if moving and before:
                progress(f"moving the state to {wanted.describe()}")
                self._move(moving, before)
            self.workspace.remember(wanted)
            self.began_with = self.state()
            write_moves(self.workspace.infra, [resource.address for resource in self.began_with.resources])

    def _use(self, backend: Backend) -> None:
        self.workspace.point_at(backend)
        mirror = provider_mirror(provider_version(self.workspace.infra))
        if self.workspace.is_initialised(mirror):
            return
        options = [f"-plugin-dir={mirror}"] if mirror else []
        done = self._run("init", "-reconfigure", "-no-color", *options)
        if done.returncode:
            raise problem_from([{"summary": "terraform init failed", "detail": done.stderr or done.stdout}])
        self.workspace.remember_initialised(mirror)

    def _state_at(self, backend: Backend) -> State:
        try:
            self._use(backend)
            return self.state()
        except Problem as problem:
            raise Problem(
                f"the state was in {backend.describe()} until now, which cannot be read: {problem.what}",
                f"make it readable again; if it is not needed any more, remove {self.workspace.home / 'backend.json'}",
            ) from None

    def _move(self, moving: State, before: Backend) -> None:
        there = self.state()
        if not moving.resources:
            return
        if there.resources and there.lineage != moving.lineage:
            raise Problem(
                f"there are two states of {self.workspace.env}: one in {before.describe()}, another in "
                f"{self.workspace.backend.describe()}",
                "see which one is correct (terraform state list on each), and remove the other",
            )
        # What is there of the same lineage may be what was moved away from it earlier.
        if not there.resources or there.serial < moving.serial:
            done = self._run("state", "push", "-", given=moving.text)
            if done.returncode:
                raise problem_from([{"summary": "the state could not be moved", "detail": done.stderr}])
        if before.kind == "local":
            path = Path(str(before.settings["path"]))
            path.replace(path.with_suffix(".tfstate.moved"))

    def plan(self, progress: Progress, *options: str) -> Plan:
        command = ("plan", "-json", AT_ONCE, f"-out={self._saved}", *options)
        said = self._stream(progress, *command)
        if any(error.get("summary") == MOVED_ELSEWHERE for error in said.errors):
            self._checked("apply", "-refresh-only", "-auto-approve", "-no-color")
            said = self._stream(progress, *command)
        if said.code:
            raise problem_from(said.errors, _last_words(said))
        return read_plan(self._json("show", "-json", self._saved)) if said.changes else Plan(())

    def show(self, *, colour: bool) -> str:
        """The last plan as Terraform itself shows it: every attribute that changes."""
        return self._checked("show", *([] if colour else ["-no-color"]), self._saved).stdout

    def apply(self, plan: Plan, progress: Progress) -> None:
        """Carries out the plan that was shown, and nothing else."""
        said = self._stream(progress, "apply", "-json", AT_ONCE, self._saved)
        if said.code:
            made = f"{said.done} of {len(plan.changes)} changes were made"
            if said.code < 0:
                left = f"{made}, some of which may not be in the state: {AFTER_A_KILL}"
            else:
                left = (
                    f"{made} and are in the state: fix the cause and run the same command again; it goes on from there"
                )
            raise problem_from(said.errors, _last_words(said), left)

    def outputs(self) -> dict[str, Any]:
        return {name: output["value"] for name, output in self._json("output", "-json").items()}

    def state(self) -> State:
        return read_state(self._checked("state", "pull").stdout)

    def keep_interrupted(self) -> None:
        """What holds data and is there, though an interruption kept Terraform from seeing it ready, is finished by the
        next plan and not replaced."""
        for resource in self.began_with.resources:
            if resource.tainted and resource.kind in HOLDS_DATA:
                self._checked("untaint", resource.address)

    def become(self, *arguments: str) -> NoReturn:
        """Goes on as a command of Terraform's own, with this workspace's backend and variables."""
        environment = self._environment()
        del environment["TF_INPUT"]
        self._clean_up()
        os.execve(self._program, self._command(*arguments), environment)  # noqa: S606

    @property
    def _saved(self) -> str:
        return str(self._own / "plan")

    def _command(self, *arguments: str) -> list[str]:
        return [self._program, f"-chdir={self.workspace.infra}", *arguments]

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in self._shell.items() if not name.startswith(LEFT_OUT)},
            **{f"TF_VAR_{name}": value for name, value in self._variables.items()},
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_DATA_DIR": str(self.workspace.data),
            "CHECKPOINT_DISABLE": "1",
        }

    def _run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments), env=self._environment(), capture_output=True, text=True, check=False, input=given
        )

    def _checked(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self._run(*arguments)
        if done.returncode:
            detail = done.stderr or done.stdout or f"it was ended by signal {-done.returncode}"
            raise problem_from([{"summary": f"terraform {arguments[0]} failed", "detail": detail}])
        return done

    def _json(self, *arguments: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._checked(*arguments).stdout)
        return answer

    def _stream(self, progress: Progress, *arguments: str) -> Said:
        """Runs a command that reports in JSON lines; waits for its end also when interrupted."""
        said, told = Said(), self._own / "told"
        # Not a pipe: if this process were killed, that would break, and Terraform would end in the middle of its work.
        with Interruptions() as interruptions, told.open("wb") as writing, told.open("rb") as reading, subprocess.Popen(
            self._command(*arguments), env=self._environment(), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            interruptions.pass_on_to(process)
            for message in _messages(_followed(reading, process), said):
                _take(message, said, progress)
                if interruptions.count:
                    progress("interrupted: waiting for Terraform to end what it has begun, so that the state knows it")
        said.code = process.returncode
        if said.code < 0:
            _end_group(process.pid)
        if interruptions.count:
            raise Interrupted(said.done, said.pending)
        return said


def _last_words(said: Said) -> list[str]:
    """What a run that failed has said besides its errors. One that was killed has said nothing about that."""
    if said.code < 0:
        name = signal.Signals(-said.code).name
        return [f"Terraform was killed ({name}), by someone or for want of memory, before it could say anything"]
    return said.text or [f"Terraform ended with exit code {said.code} and said nothing"]


def _end_group(leader: int) -> None:
    """Providers of a Terraform that was killed would run for ever."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _followed(file: IO[bytes], process: "subprocess.Popen[bytes]") -> Iterator[str]:
    """The lines that a process writes into a file, until it has ended."""
    line, ended = b"", False
    while not ended:
        ended = process.poll() is not None  # before the last look
        while part := file.readline():
            line += part
            if line.endswith(b"\n"):
                yield line.decode(errors="replace")
                line = b""
        if not ended:
            time.sleep(LOOK_SECONDS)
    if line:
        yield line.decode(errors="replace")


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
    elif kind == "change_summary":
        said.changes = any(message["changes"].get(of) for of in ("add", "change", "remove", "import"))
    elif kind in ("apply_start", "apply_complete", "refresh_start"):
        hook = message["hook"]
        address = hook["resource"]["addr"]
        if kind == "apply_start":
            said.pending.add(address)
        if kind == "apply_complete":
            said.pending.discard(address)
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
