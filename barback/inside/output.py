"""What a function's process prints, split at the end of each invocation without waiting for anything."""

import os
import select
import threading
from contextlib import suppress

# A function that prints without end must not fill the engine's memory.
MOST = 10 * 1024 * 1024
CUT = f"\n[output beyond {MOST // 1024 // 1024} MB of this invocation was dropped]\n".encode()


class Output:
    """Both output streams of one process. `inlet` is the end the process writes to."""

    def __init__(self) -> None:
        self._outlet, self.inlet = os.pipe()
        os.set_blocking(self._outlet, False)
        self._lock = threading.Lock()
        self._kept = bytearray()
        self._dropped = False
        self._ended = False

    def listen(self) -> None:
        """The process has its end: drop ours, so that the stream ends with it, and begin to read."""
        os.close(self.inlet)
        threading.Thread(target=self._read_on, name="function-output", daemon=True).start()

    def discard(self) -> None:
        """No process ever came."""
        os.close(self.inlet)
        os.close(self._outlet)

    def take(self) -> str:
        """Everything written until now. A writer's bytes are in the pipe before its next request reaches us, so
        what was printed before the answer is complete by the time the answer is."""
        with self._lock:
            self._drain()
            taken = bytes(self._kept) + (CUT if self._dropped else b"")
            self._kept.clear()
            self._dropped = False
        # AWS's client joins the lines of a traceback with carriage returns, for a log that shows them as lines.
        text = taken.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        return text if not text or text.endswith("\n") else text + "\n"

    def _read_on(self) -> None:
        while not self._ended:
            select.select([self._outlet], [], [])
            with self._lock:
                self._drain()
        with self._lock, suppress(OSError):
            os.close(self._outlet)

    def _drain(self) -> None:
        while not self._ended:
            try:
                part = os.read(self._outlet, 1 << 16)
            except BlockingIOError:
                return
            self._ended = not part
            room = MOST - len(self._kept)
            self._kept += part[:room]
            self._dropped |= len(part) > room
