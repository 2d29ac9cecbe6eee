"""Knowing a process again: a number in a file is not enough, since the system hands numbers out a second time."""

import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

LAUNCH = Path(__file__).with_name("launch.py")
# Two for each request under way, a few for each function that runs, and LocalStack's own.
ENOUGH_FILES = 4096


class Born(NamedTuple):
    """A process, and when it started."""

    pid: int
    started: str


def few_files() -> str:
    """What to say where the system lets a process open few files, however high launch.py sets its limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= ENOUGH_FILES:
        return ""
    return f"processes here may open {hard} files (ulimit -Hn); a burst of uploads wants {ENOUGH_FILES}"


def born(pid: int) -> str | None:
    """When the process `pid` started, in the system's own words, or `None` if there is none (a zombie is none)."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The command's name stands in parentheses and may itself contain any character.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if len(listed) < 2 or listed[0].startswith("Z") else listed[1].strip()


def running(command: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Processes whose command line begins so: number, and the words that follow."""
    if Path("/proc/self/cmdline").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = path.read_text(errors="replace").rstrip("\0").split("\0")
                if words[: len(command)] == list(command):
                    yield int(path.parent.name), words[len(command) :]
        return
    beginning = " ".join(command) + " "
    listed = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        pid, _, command = line.strip().partition(" ")
        if command.strip().startswith(beginning):
            yield int(pid), command.strip().removeprefix(beginning).split()


class NotStartedError(Exception):
    """What the launcher or the process said instead of starting."""


@contextmanager
def launched(command: Sequence[str], *, log: Path, lock: Path, env: Mapping[str, str], cwd: Path) -> Iterator[Born]:
    """Starts a process that outlives this one. It begins when the block, which notes its number, has ended: so that
    none can run that nobody knows of."""
    with subprocess.Popen(
        [sys.executable, "-I", str(LAUNCH), str(log), str(lock), *command],
        env=env, cwd=cwd, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as launcher:  # fmt: skip
        assert launcher.stdin
        assert launcher.stdout
        said = launcher.stdout.readline()
        if not said.strip().isdigit():
            raise NotStartedError(said + launcher.stdout.read())
        yield Born(int(said), born(int(said)) or "")
        launcher.stdin.write("\n")
        launcher.stdin.close()
        if said := launcher.stdout.read():
            raise NotStartedError(said)


def end(pid: int, started: str, patience: float) -> bool:
    """Ask the process, wait for it, and after `patience` seconds kill it with its group. False if it was gone."""
    if born(pid) != started:
        return False
    os.kill(pid, signal.SIGTERM)
    if not _gone(pid, started, patience):
        _kill_group(pid)
        _gone(pid, started, 5)
    return True


def _kill_group(pid: int) -> None:
    try:
        # Only a leader's number is the number of its group; anyone else's group is not ours to kill.
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _gone(pid: int, started: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while born(pid) == started:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until_released(lock: Path, seconds: float) -> bool:
    """Whether the process that holds this lock has ended in time: what looks after an engine that is gone."""
    if not lock.exists():
        return True
    deadline = time.monotonic() + seconds
    with lock.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.01)
            else:
                return True
