"""The engine's side of two pipes that make sure no function outlives the engine: see inside/bootstrap.py and
inside/warden.py for who reads them."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

INSIDE = Path(__file__).with_name("inside")


class Warden:
    def __init__(self) -> None:
        # Nobody ever writes to it. Every function reads it, and sees its end when we are gone.
        self.lifeline, self._ours = os.pipe()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(INSIDE / "warden.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
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
