"""How many files there are, in how many rows: counted once, and then only what is new.

Each answer reads a bounded part of the index: what was processed since the last answer, and the next part of what is
older, until all of it has been read. A file that is profiled again is new again, so each file is remembered by name.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from common.items import Item
from common.objects import stamp

MOST_READS = 2  # of up to 1 MB, for each status and answer
AGAIN = 900.0  # seconds after which everything is counted anew, for what somebody has removed
# An index follows its table with a delay, and clocks differ.
OVERLAP = timedelta(seconds=60)

# Reads of a status, newest first: from a place on, or only what was processed at a time or later.
Reads = Callable[[str, Item | None, str | None], Iterator[tuple[list[Item], Item | None]]]


@dataclass
class Counts:
    """Of all files, or, where not all have been read yet, of the newest ones."""

    files: int = 0
    rows: int = 0
    bytes: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_date: Counter[str] = field(default_factory=Counter)
    complete: bool = True


@dataclass
class _Status:
    newest: str = ""
    rest: Item | None = None


class Counting:
    def __init__(self, reads: Reads, statuses: tuple[str, ...]) -> None:
        self._reads, self._statuses = reads, statuses
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._began = time.monotonic()
        self._files: dict[str, tuple[str, str, int, int]] = {}
        self._states = {status: _Status() for status in self._statuses}

    def counts(self) -> Counts:
        with self._lock:
            if time.monotonic() - self._began > AGAIN:
                self._begin()
            for name, state in self._states.items():
                seen = state.newest
                if state.rest or not seen:
                    state.rest = self._read(state, self._reads(name, state.rest, None))
                if seen:
                    self._read(state, self._reads(name, None, _before(seen)))
            return self._told()

    def _read(self, state: _Status, reads: Iterator[tuple[list[Item], Item | None]]) -> Item | None:
        rest: Item | None = None
        for items, rest in islice(reads, MOST_READS):  # noqa: B007 - the last one is where the next answer goes on
            for item in items:
                self._keep(item)
                state.newest = max(state.newest, str(item["processed_timestamp"]))
        return rest

    def _keep(self, item: Item) -> None:
        """A file that was read twice, as another status or in another version, counts as what it became last."""
        name, at = str(item["file_name"]), str(item["processed_timestamp"])
        if name not in self._files or self._files[name][1] <= at:
            self._files[name] = (str(item["status"]), at, item.get("row_count") or 0, item.get("size") or 0)

    def _told(self) -> Counts:
        told = Counts(files=len(self._files), by_status=Counter(dict.fromkeys(self._statuses, 0)))
        for status, at, rows, size in self._files.values():
            told.rows += rows
            told.bytes += size
            told.by_status[status] += 1
            told.by_date[at[:10]] += 1
        told.complete = all(state.rest is None for state in self._states.values())
        return told


def _before(at: str) -> str:
    return stamp(datetime.fromisoformat(at) - OVERLAP)
