"""Starts a program that outlives us: `launch.py LOG PROGRAM ARGUMENT…` prints its process number and returns.

Run by path, with nothing but the standard library. The program gets a session of its own, so that neither the
terminal's Ctrl-C nor its closing reaches it, and has no parent left that would have to wait for it.
"""

import os
import sys


def main() -> None:
    log, *command = sys.argv[1:]
    ready, told = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        failure = os.read(ready, 1000).decode()  # closed without a word once the program runs
        sys.stdout.write(failure or str(pid))
        sys.exit(1 if failure else 0)
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        os.execv(command[0], command)  # noqa: S606 - the point of it
    except OSError as error:
        os.write(told, f"{command[0]}: {error.strerror}".encode())
        os._exit(127)


if __name__ == "__main__":
    main()
