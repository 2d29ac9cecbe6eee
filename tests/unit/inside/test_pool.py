"""Whose turn it is, with workers that only remember whether they were closed."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from barback.inside import pool as module
from barback.inside.pool import Pool, PoolClosed
from tests.waiting import SECONDS, until


class Seat:
    """A worker without a process."""

    taken = 0
    most = 0
    _lock = threading.Lock()

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        with self._lock:
            Seat.taken += 1
            Seat.most = max(Seat.most, Seat.taken)

    def close(self) -> None:
        with self._lock:
            if self.alive:
                Seat.taken -= 1
            self.alive = False


@pytest.fixture(autouse=True)
def empty() -> None:
    Seat.taken = Seat.most = 0


@pytest.fixture
def pool() -> Iterator[Pool[Seat]]:
    pool: Pool[Seat] = Pool(cap=2, keepalive=60)
    yield pool
    pool.close()


def take(pool: Pool[Seat], name: str, nested: bool = False) -> Seat:
    return pool.acquire(name, lambda: Seat(name), nested)


def take_later(pool: Pool[Seat], name: str, nested: bool = False) -> list[Seat]:
    """Wait for a turn in a thread; the seat is in the list once it came. Returns when the thread has queued up."""
    got: list[Seat] = []
    before = len(pool._waiting)

    def wait() -> None:
        with suppress(PoolClosed):  # the test is over
            got.append(take(pool, name, nested))

    threading.Thread(target=wait, daemon=True).start()
    until(lambda: got or len(pool._waiting) > before)
    return got


def test_a_free_worker_is_used_again(pool: Pool[Seat]) -> None:
    seat = take(pool, "a")
    pool.release("a", seat)
    assert take(pool, "a") is seat


def test_the_one_used_last_is_used_first(pool: Pool[Seat]) -> None:
    first, second = take(pool, "a"), take(pool, "a")
    pool.release("a", second)
    pool.release("a", first)
    assert take(pool, "a") is first


def test_no_more_than_the_cap_at_once_and_everybody_gets_a_turn(pool: Pool[Seat]) -> None:
    done: list[str] = []

    def work(name: str) -> None:
        seat = take(pool, name)
        assert seat.alive
        assert seat.name == name
        time.sleep(0.001)
        done.append(name)
        pool.release(name, seat)

    threads = [threading.Thread(target=work, args=("abc"[number % 3],)) for number in range(120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert len(done) == 120
    assert Seat.most <= 2


def test_turns_come_in_order(pool: Pool[Seat]) -> None:
    seats = [take(pool, "a"), take(pool, "a")]
    waiting = [take_later(pool, "a") for _ in range(3)]
    pool.release("a", seats[0])
    until(lambda: waiting[0])
    assert not waiting[1]
    assert not waiting[2]


def test_an_idle_worker_makes_room_for_another_function(pool: Pool[Seat]) -> None:
    seats = [take(pool, "a"), take(pool, "a")]
    for seat in seats:
        pool.release("a", seat)
    assert take(pool, "b").name == "b"
    assert [seat.alive for seat in seats] == [False, True]


def test_a_function_without_a_worker_goes_before_one_that_has_some(pool: Pool[Seat]) -> None:
    seats = [take(pool, "a"), take(pool, "a")]
    other, same = take_later(pool, "b"), take_later(pool, "a")
    pool.release("a", seats[0])
    until(lambda: other)
    assert not same
    assert not seats[0].alive


def test_a_warm_worker_stays_with_its_function_for_a_while(pool: Pool[Seat], monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = take(pool, "a"), take(pool, "b")
    other, same = take_later(pool, "b"), take_later(pool, "a")
    pool.release("a", a)
    assert until(lambda: same) == [a]
    monkeypatch.setattr(module, "PATIENCE", 0)
    last = take_later(pool, "a")
    pool.release("a", a)  # `other` has waited too long now
    until(lambda: other)
    assert not last
    pool.release("b", b)


def test_a_call_from_a_running_function_need_not_wait_for_it(pool: Pool[Seat]) -> None:
    take(pool, "a")
    take(pool, "a")
    called = [take(pool, "b", nested=True) for _ in range(2)]
    for seat in called:
        pool.release("b", seat)
    assert pool.size == 2
    assert not any(seat.alive for seat in called)


def test_chains_of_calls_have_an_end_too(pool: Pool[Seat]) -> None:
    for _ in range(2 * module.NESTED_FACTOR):
        take(pool, "a", nested=True)
    assert not take_later(pool, "a", nested=True)


def test_a_dead_worker_is_not_used_again(pool: Pool[Seat]) -> None:
    seat = take(pool, "a")
    pool.release("a", seat)
    seat.close()
    assert take(pool, "a") is not seat


def test_one_that_died_at_work_makes_room(pool: Pool[Seat]) -> None:
    seats = [take(pool, "a"), take(pool, "a")]
    waiting = take_later(pool, "a")
    seats[0].close()
    pool.release("a", seats[0])
    assert until(lambda: waiting)[0] is not seats[0]


def test_a_start_that_fails_gives_its_place_back(pool: Pool[Seat]) -> None:
    def fail() -> Seat:
        raise OSError("no more processes")

    for _ in range(3):
        with pytest.raises(OSError, match="no more processes"):
            pool.acquire("a", fail)
    assert pool.size == 0


def test_workers_of_a_version_that_is_gone_end(pool: Pool[Seat]) -> None:
    idle, busy = take(pool, "a"), take(pool, "a")
    pool.release("a", idle)
    pool.retire(lambda key: key == "a")
    assert not idle.alive
    assert busy.alive
    pool.release("a", busy)
    assert not busy.alive
    assert take(pool, "a").alive  # the same key may come back


def test_idle_workers_end_after_a_while() -> None:
    pool: Pool[Seat] = Pool(cap=2, keepalive=0.05)
    seat = take(pool, "a")
    pool.release("a", seat)
    until(lambda: not seat.alive)
    pool.close()


def test_closing_ends_workers_and_sends_those_who_wait_home(pool: Pool[Seat]) -> None:
    seats = [take(pool, "a"), take(pool, "a")]
    turned_away = threading.Event()

    def wait() -> None:
        with pytest.raises(PoolClosed):
            take(pool, "a")
        turned_away.set()

    threading.Thread(target=wait, daemon=True).start()
    until(lambda: pool._waiting)
    pool.close()
    assert turned_away.wait(SECONDS)
    assert not any(seat.alive for seat in seats)
    with pytest.raises(PoolClosed):
        take(pool, "a")
