"""What commands print: steps that show what is being waited for, and simple tables.

In a terminal a step is one line that moves; anywhere else it is one plain line when something new is to be told.
Everything passes through terminal.py on its way, so that no foreign text can tell the terminal what to do.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from barback.terminal import clip, left, plain, plain_json, plain_lines, right, width_of

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
TICK_SECONDS = 0.1
GAP = "  "  # between the columns of a table
NARROWEST = 10  # that the last column of a table is made
# Without a terminal, what goes on is told this often at most.
PLAIN_SECONDS = 5.0


def say(message: str = "", stream: TextIO | None = None) -> None:
    print(plain_lines(message), file=stream or sys.stdout, flush=True)


def say_json(document: str) -> None:
    """To a pipe or a file as it is."""
    sys.stdout.write(plain_json(document) if sys.stdout.isatty() else document)


def say_output(command: Sequence[str], **options: Any) -> int:
    """Runs a program and shows its lines as they come; its exit code."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    ) as process:
        try:
            for line in process.stdout or ():
                say(line.rstrip("\n"))
        except BaseException:
            process.terminate()
            raise
    return process.returncode


def is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Step:
    """One piece of work a person waits for: `with Step("starting LocalStack") as step: step.detail("…")`."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self.title = plain(title)
        self._stream = stream or sys.stdout
        self._live = is_terminal(self._stream)
        self._detail = ""
        self._started = self._told = 0.0
        self._note = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._spin, daemon=True)

    def detail(self, text: str) -> None:
        """What is going on right now."""
        if text != self._detail and not self._live and time.monotonic() - self._told >= PLAIN_SECONDS:
            self._told = time.monotonic()
            self._line(f"  {plain(text)}")
        self._detail = text

    def note(self, text: str) -> None:
        """What the finished line should say beside the title."""
        self._note = plain(text)

    def __enter__(self) -> "Step":
        self._started = self._told = time.monotonic()
        if self._live:
            self._thread.start()
        else:
            self._line(f"… {self.title}")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop.set()
        if self._live:
            self._thread.join()
            self._stream.write("\r\033[K")
        mark = "✓" if kind is None else "✗"
        note = f": {self._note}" if self._note and kind is None else ""
        self._line(f"{mark} {self.title}{note} ({time.monotonic() - self._started:.1f} s)")

    def _spin(self) -> None:
        frame = 0
        while not self._stop.wait(TICK_SECONDS):
            frame = (frame + 1) % len(FRAMES)
            width = shutil.get_terminal_size().columns - 1
            text = f"{FRAMES[frame]} {self.title} {time.monotonic() - self._started:4.0f} s  {plain(self._detail)}"
            self._stream.write(f"\r\033[K{clip(text, width)}")
            self._stream.flush()

    def _line(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._stream.write(text + "\n")
            self._stream.flush()


def is_answerable() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def ask(question: str) -> bool:
    """A question to a person; where nobody can answer, the answer is no."""
    if not is_answerable():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], width: int | None = None) -> str:
    """Columns as wide as their widest cell; numbers to the right. In a terminal the last column ends where it does."""
    lines = [list(head), *([plain(str(cell)) for cell in row] for row in rows)]
    widths = [max(width_of(line[i]) for line in lines) for i in range(len(head))]
    if width is None and is_terminal(sys.stdout):
        width = shutil.get_terminal_size().columns
    if width is not None:
        room = width - sum(widths[:-1]) - len(GAP) * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(room, NARROWEST))
        lines = [[*line[:-1], clip(line[-1], widths[-1])] for line in lines]
    return "\n".join(GAP.join(_fit(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in _ruled(lines, widths))  # fmt: skip


def _fit(cell: str, width: int) -> str:
    is_number = cell.replace(",", "").replace(".", "", 1).replace("%", "").lstrip("-").isdigit()
    return right(cell, width) if is_number else left(cell, width)


def _ruled(lines: list[list[str]], widths: list[int]) -> Iterator[list[str]]:
    yield lines[0]
    yield ["─" * width for width in widths]
    yield from lines[1:]
