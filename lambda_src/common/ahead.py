"""Reads ahead: what comes next is fetched in a thread while the caller works on what has come."""

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread

# How long `close` waits for a read that is under way. After that the thread ends by itself, as soon as it can.
_PATIENCE = 5.0


class Ahead(Iterator[bytes]):
    """The same chunks in the same order, up to `most` of them before they are asked for. An error comes where it would
    have come without this: after the chunks before it."""

    def __init__(self, chunks: Iterator[bytes], most: int) -> None:
        self._chunks = chunks
        self._room = Semaphore(most)
        self._ready: SimpleQueue[bytes | BaseException | None] = SimpleQueue()  # None: the end
        self._closed = False
        self._thread = Thread(target=self._read, name="read-ahead", daemon=True)
        self._thread.start()

    def __next__(self) -> bytes:
        if self._closed:
            raise StopIteration
        came = self._ready.get()
        self._room.release()
        if isinstance(came, bytes):
            return came
        self.close()
        if came is None:
            raise StopIteration
        raise came

    def close(self) -> None:
        """Reads no more; nothing is read when this returns, unless a connection hangs."""
        self._closed = True
        self._room.release()
        self._thread.join(_PATIENCE)

    def _read(self) -> None:
        try:
            while self._room.acquire() and not self._closed:
                chunk = next(self._chunks, None)
                self._ready.put(chunk)
                if chunk is None:
                    return
        except BaseException as error:  # noqa: BLE001  # raised again where the caller is
            self._ready.put(error)
