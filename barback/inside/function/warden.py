"""The engine's last will: kills the functions' process groups when the engine is gone, however it went.

Every function's home lies below the folder that is its argument. The engine writes `+NUMBER` when it starts a group
and `-NUMBER` when it has ended one; the end of the pipe is the engine's end. A function that is stuck in native code
cannot look after itself; this process can. It also finds children which left their function's group, so it goes first:
see bootstrap.py.
"""

import contextlib
import os
import signal
import sys

import psutil

from barback.inside.function.strays import kill_strays


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change, group = line[0], int(line[1:])
        if change == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        strays: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            strays = psutil.Process(group).children(recursive=True)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        for stray in strays:
            with contextlib.suppress(psutil.Error):
                stray.kill()
    kill_strays(f"{sys.argv[1]}/")


if __name__ == "__main__":
    main()
