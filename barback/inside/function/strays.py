"""Processes that a function started and that left its group, its session and its parents behind."""

import contextlib

import psutil


def kill_strays(home: str) -> None:
    """Ends every process whose HOME begins so. A function's is a folder of its own, and what it starts inherits it."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("HOME", "").startswith(home):
                process.kill()
