"""The engine's side of two pipes that make sure no function outlives the engine: see function/bootstrap.py and
function/warden.py for who reads them."""

import fcntl
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

FUNCTION = Path(__file__).with_name("function")


class Warden:
    def __init__(self, lock: Path) -> None:
        """The file `lock` is locked until the warden has done its last duty."""
        # Nobody ever writes to it. Every function reads it, and sees its end when we are gone.
        self.lifeline, self._ours = os.pipe()
        self._lock = threading.Lock()
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "barback.inside.function.warden", str(lock.parent / "environments")],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Once we have closed our end of it, the lock is the warden's alone.
                pass_fds=(held.fileno(),),
                start_new_session=True,
                text=True,
            )

    def watch(self, group: int) -> None:
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}")

    def close(self) -> None:
        os.close(self._ours)
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        os.close(self.lifeline)

    def _tell(self, change: str) -> None:
        # If somebody killed the warden, functions still have their own lifeline.
        with self._lock, suppress(OSError, ValueError):
            if self._process.stdin:
                self._process.stdin.write(change + "\n")
                self._process.stdin.flush()
