"""Who may run when: a cap on processes, however many invocations there are.

A worker that is free goes to the next invocation of its own function version, so that it stays warm. An invocation
that belongs to another version, and has no worker of its own or has waited for PATIENCE, takes the place of one. An
invocation made by a function that runs (it waits for the answer and keeps its worker) may go above the cap, since
nothing would ever become free for it otherwise.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

PATIENCE = 1.0
# Chains of functions that call each other may use this many times the cap in all; beyond it they wait too.
NESTED_FACTOR = 4


class Closable(Protocol):
    alive: bool

    def close(self) -> None: ...


W = TypeVar("W", bound=Closable)


class PoolClosed(Exception):
    """The engine is shutting down."""


@dataclass(eq=False)
class _Ticket(Generic[W]):
    """One invocation that waits its turn."""

    key: Hashable
    nested: bool
    since: float = field(default_factory=time.monotonic)
    called: threading.Event = field(default_factory=threading.Event)
    # Set when called: a warm worker, or none, which means that there is room to start one.
    worker: W | None = None
    # An idle worker of another version that has to go first.
    victim: W | None = None


@dataclass(eq=False)
class _Idle(Generic[W]):
    key: Hashable
    worker: W
    since: float


class Pool(Generic[W]):
    def __init__(self, cap: int, keepalive: float) -> None:
        self.cap = cap
        self._keepalive = keepalive
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket[W]] = deque()
        self._idle: list[_Idle[W]] = []  # the one that was used last is last
        self._busy: dict[Hashable, int] = {}
        self._retired: set[Hashable] = set()
        self._running: set[W] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._reap, name="function-reaper", daemon=True).start()

    def acquire(self, key: Hashable, start: Callable[[], W], nested: bool = False) -> W:
        """Wait for a turn, first come first served, and get a warm worker or a new one."""
        ticket: _Ticket[W] = _Ticket(key, nested)
        with self._lock:
            if self._closed.is_set():
                raise PoolClosed
            self._waiting.append(ticket)
            self._call_next()
        ticket.called.wait()
        if ticket.victim is not None:
            ticket.victim.close()
        if self._closed.is_set():
            raise PoolClosed
        worker = ticket.worker
        if worker is None:
            try:
                worker = start()
            except BaseException:
                self._give_back(key)
                raise
        with self._lock:
            self._running.add(worker)
        if self._closed.is_set():  # closed in between, without knowing of this one
            worker.close()
        return worker

    def release(self, key: Hashable, worker: W) -> None:
        """The invocation is over: keep the worker for the next one, unless it died, its version is gone, or it was
        started above the cap."""
        with self._lock:
            self._running.discard(worker)
            keep = worker.alive and key not in self._retired and self._size() <= self.cap
            keep = keep and not self._closed.is_set()
        if not keep:
            worker.close()
            self._give_back(key)
            return
        self._give_back(key, worker)

    def retire(self, keys: Callable[[Hashable], bool]) -> None:
        """These versions are gone: end their idle workers now, and busy ones when they are done."""
        with self._lock:
            self._retired |= {key for key in self._busy if keys(key)}
            evicted = [idle for idle in self._idle if keys(idle.key)]
            self._idle = [idle for idle in self._idle if idle not in evicted]
        _close([idle.worker for idle in evicted])

    def close(self) -> None:
        """End everything: what waits gets `PoolClosed`, what runs is killed."""
        with self._lock:
            self._closed.set()
            workers = [idle.worker for idle in self._idle] + list(self._running)
            self._idle.clear()
            for ticket in self._waiting:
                ticket.called.set()
            self._waiting.clear()
        _close(workers)

    @property
    def size(self) -> int:
        with self._lock:
            return self._size()

    def _give_back(self, key: Hashable, worker: W | None = None) -> None:
        with self._lock:
            self._busy[key] -= 1
            if not self._busy[key]:
                del self._busy[key]
                self._retired.discard(key)
            if worker is not None:
                self._idle.append(_Idle(key, worker, time.monotonic()))
            self._call_next()

    def _size(self) -> int:
        return sum(self._busy.values()) + len(self._idle)

    def _call_next(self) -> None:
        """Call everyone who can go now."""
        while (ticket := self._choose()) is not None:
            self._waiting.remove(ticket)
            self._busy[ticket.key] = self._busy.get(ticket.key, 0) + 1
            ticket.called.set()

    def _choose(self) -> _Ticket[W] | None:
        seen: set[Hashable] = set()
        for ticket in self._waiting:
            if ticket.key in seen and not ticket.nested:
                continue
            seen.add(ticket.key)
            ticket.worker = self._warm(ticket.key)
            if ticket.worker is not None:
                return ticket
            if self._size() < (self.cap * NESTED_FACTOR if ticket.nested else self.cap):
                return ticket
            if self._idle and self._may_evict(ticket):
                ticket.victim = self._idle.pop(0).worker
                return ticket
        return None

    def _warm(self, key: Hashable) -> W | None:
        for idle in reversed(self._idle):
            # One that died while idle is left for the reaper.
            if idle.key == key and idle.worker.alive:
                self._idle.remove(idle)
                return idle.worker
        return None

    def _may_evict(self, ticket: _Ticket[W]) -> bool:
        wanted = {other.key for other in self._waiting}
        if not all(idle.key in wanted for idle in self._idle):
            return True  # somebody is idle whom nobody waits for
        return ticket.key not in self._busy or time.monotonic() - ticket.since > PATIENCE

    def _reap(self) -> None:
        while not self._closed.wait(min(self._keepalive / 4, 5)):
            now = time.monotonic()
            with self._lock:
                old = [idle for idle in self._idle if now - idle.since > self._keepalive or not idle.worker.alive]
                self._idle = [idle for idle in self._idle if idle not in old]
            _close([idle.worker for idle in old])


def _close(workers: list[W]) -> None:
    for worker in workers:
        with suppress(OSError):
            worker.close()
