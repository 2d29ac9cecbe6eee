"""How much memory a function's process and its children use, as the limit counts it."""

import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

MB = 1024 * 1024
# Looking for children means reading the whole table of processes, so it is done less often than the rest.
CHILDREN_EVERY = 0.25


class Memory:
    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._children: list[psutil.Process] = []
        self._looked = 0.0
        self.peak = 0
        self._process: psutil.Process | None = None
        with suppress(psutil.Error):
            self._process = psutil.Process(pid)

    def measure(self) -> int:
        """The most that was in use so far, in bytes."""
        with suppress(psutil.Error):
            if self._process is not None:
                self.peak = max(self.peak, self._own(self._process) + self._childrens(self._process))
        return self.peak

    def descendants(self) -> list[psutil.Process]:
        """All processes that this one started, also those that left its group."""
        with suppress(psutil.Error):
            if self._process is not None:
                return self._process.children(recursive=True)
        return []

    def _own(self, process: psutil.Process) -> int:
        if sys.platform == "linux":
            # The system keeps the high-water mark itself: no peak can hide between two looks.
            with suppress(OSError):
                for line in self._status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) * 1024
        return int(process.memory_info().rss)

    def _childrens(self, process: psutil.Process) -> int:
        now = time.monotonic()
        if now - self._looked > CHILDREN_EVERY:
            self._looked = now
            self._children = process.children(recursive=True)
        return sum(_of_child(child) for child in self._children)


def _of_child(child: psutil.Process) -> int:
    """A forked child shares most of its pages with its parent; on Linux each page is counted once."""
    with suppress(psutil.Error):
        if sys.platform == "linux":
            return int(child.memory_full_info().pss)
        return int(child.memory_info().rss)
    return 0
