"""Starts a program that outlives us, and sees to it that nothing outlives the program:
`launch.py LOG LOCK PROGRAM ARGUMENT…`.

Run by path, with nothing but the standard library. It prints the program's process number and runs the program once a
line comes on standard input: whoever wants it has then noted the number. If that never comes, nothing is started. The
program gets a session of its own, so that neither the terminal's Ctrl-C nor its closing reaches it.

A guard stays behind as its parent and holds LOCK. On Linux the guard adopts every process whose parent has ended below
it, whatever session or environment that gave itself; when the program has ended, it kills what is left.
"""

import ctypes
import fcntl
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

# What the engine may hold open at once: connections, and the files of uploads under way.
OPEN_FILES = 65536
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    log, lock, *command = sys.argv[1:]
    if os.fork():
        return
    os.setsid()
    # Never closed here: it is let go of when the guard has ended, and not a moment earlier.
    fcntl.flock(os.open(lock, os.O_RDWR | os.O_CREAT, 0o644), fcntl.LOCK_EX)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    program = os.fork()
    if not program:
        run(log, command)
    os.write(1, f"{program}\n".encode())
    redirect(os.devnull)
    guard(program)
    os._exit(0)


def run(log: str, command: list[str]) -> None:
    report = os.dup(1)  # closed without a word once the program runs
    os.setsid()
    if not os.read(0, 1):
        os._exit(0)
    try:
        raise_limit()
        redirect(log)
        os.execv(command[0], command)  # noqa: S606 - the point of it
    except OSError as error:
        os.write(report, f"{error.filename or command[0]}: {error.strerror}".encode())
    os._exit(127)


def raise_limit() -> None:
    """The number of open files: shells give 1,024 of them, and systems allow more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS has a lower limit of its own
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def redirect(output: str) -> None:
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(file, 1)
    os.dup2(file, 2)


def guard(program: int) -> None:
    """Waits for the program, and then until nothing that it started is left."""
    ended = 0
    with suppress(ChildProcessError):
        while ended != program:
            ended, _ = os.wait()
        while True:
            for child in children():
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(child, signal.SIGKILL)
            # What the ended one had started has become our child by now.
            os.wait()


def children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The command's name stands in parentheses and may itself contain any character.
            if stat.read_text(errors="replace").rpartition(")")[2].split()[1] == str(os.getpid()):
                found.append(int(stat.parent.name))
    return found


if __name__ == "__main__":
    main()
