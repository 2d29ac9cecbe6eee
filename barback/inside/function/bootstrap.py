"""The first thing that runs in a function's process: `bootstrap.py HANDLER`, by path, in the runtime's own Python.

It limits the process as AWS does, sees to it that the process never outlives the engine, and then becomes AWS's own
runtime client. Standard library only; nothing of Barback or LocalStack can be imported from here.
"""

import contextlib
import importlib
import importlib.util
import os
import resource
import select
import signal
import sys
import threading
import time

LIFELINE = "BARBACK_LIFELINE"
BACKSTOP = "BARBACK_MEMORY_BACKSTOP"

# The engine's warden kills more than we can from here; this is for the case that it was killed itself.
WARDEN_FIRST = 1.0


def limit() -> None:
    """AWS's 1,024 open files, no core dumps, and a last barrier against taking the whole machine's memory at once."""
    wanted = [(resource.RLIMIT_NOFILE, 1024), (resource.RLIMIT_CORE, 0)]
    backstop = int(os.environ.pop(BACKSTOP, "0"))
    if backstop and sys.platform == "linux":
        wanted.append((resource.RLIMIT_DATA, backstop))
    for which, most in wanted:
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # macOS knows limits that it will not set
            resource.setrlimit(which, (most, most))


def die_with_the_engine() -> int:
    """The engine holds the other end of a pipe and never writes: when it ends, however it ends, we read the end."""
    lifeline = int(os.environ.pop(LIFELINE))
    os.set_inheritable(lifeline, False)

    def watch() -> None:
        while os.read(lifeline, 1):
            pass
        die()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
    return lifeline


def die() -> None:
    time.sleep(WARDEN_FIRST)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    limit()
    lifeline = die_with_the_engine()
    if importlib.util.find_spec("runtime_client") is None:
        # AWS builds its native client for Linux only.
        portable_client = importlib.import_module("portable_client")
        sys.modules["runtime_client"] = portable_client
    del sys.path[0]  # this folder, where the function has nothing to look for
    from awslambdaric.__main__ import main as run

    try:
        run([sys.argv[0], sys.argv[1]])
    except Exception:
        # The Runtime API broke off, which may be how we learn of the engine's end. To just leave now would orphan
        # what the function started.
        if select.select([lifeline], [], [], 0.2)[0]:
            die()
        raise


if __name__ == "__main__":
    main()
