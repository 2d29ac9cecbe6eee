"""Reading ahead: the same chunks in the same order, no more of them at once than is allowed, and no thread left."""

import threading
from collections.abc import Iterator

import pytest

from common.ahead import Ahead
from tests.waiting import until

CHUNKS = [bytes([number]) for number in range(200)]


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert readers() == []


class Counted:
    """Chunks, and how many of them were asked for."""

    def __init__(self, error: BaseException | None = None, at: int = 200) -> None:
        self.asked = 0
        self._error, self._at = error, at

    def __iter__(self) -> Iterator[bytes]:
        for number, chunk in enumerate(CHUNKS):
            self.asked += 1
            if self._error and number == self._at:
                raise self._error
            yield chunk


@pytest.mark.parametrize("most", [1, 4, 1000])
def test_all_come_in_their_order(most: int) -> None:
    ahead = Ahead(iter(Counted()), most)
    assert list(ahead) == CHUNKS
    assert list(ahead) == [], "and then no more"


def test_nothing_is_nothing() -> None:
    assert list(Ahead(iter([]), 4)) == []


@pytest.mark.parametrize("error", [OSError("broken"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_comes_after_what_was_before_it(error: BaseException) -> None:
    ahead, seen = Ahead(iter(Counted(error, at=50)), 4), []
    with pytest.raises(type(error)) as caught:
        for chunk in ahead:
            seen.append(chunk)
    assert caught.value is error
    assert seen == CHUNKS[:50]


def test_no_more_is_read_than_is_allowed_to_wait() -> None:
    source = Counted()
    ahead = Ahead(iter(source), 4)
    for taken in range(1, 20):
        assert next(ahead) == CHUNKS[taken - 1]
        until(lambda taken=taken: source.asked == taken + 4, "four chunks to wait")
    ahead.close()
    assert source.asked == 19 + 4


def test_closed_early_it_ends_and_gives_no_more() -> None:
    source = Counted()
    ahead = Ahead(iter(source), 4)
    next(ahead)
    ahead.close()
    ahead.close()
    assert list(ahead) == []
    assert source.asked <= 6


def test_a_connection_that_hangs_does_not_keep_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.ahead._PATIENCE", 0.01)
    hangs = threading.Event()

    def source() -> Iterator[bytes]:
        yield b"first"
        hangs.wait()
        yield b"late"

    ahead = Ahead(source(), 4)
    assert next(ahead) == b"first"
    ahead.close()
    assert list(ahead) == []
    hangs.set()
    until(lambda: not readers(), "the thread to end")
