"""The HTTP client against servers that drip, cut off and lie about lengths: one limit holds for the whole answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from common.http import Refused, Session, Unavailable

JSON = b'{"drinks": null}'
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOWLY = 0.05  # seconds between two bytes
SPACES = b" " * 2_000  # a hundred seconds, dripped

Serve = Callable[[Callable[["Peer"], None]], Session]


class Peer:
    """One connection, from the server's end."""

    def __init__(self, stream: socket.socket, stopping: threading.Event) -> None:
        self._stream = stream
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        self._stream.sendall(data)

    def drip(self, data: bytes) -> None:
        for byte in data:
            if self._stopping.wait(SLOWLY):
                return
            self.send(bytes([byte]))

    def hear(self) -> bool:
        """Whether another request came."""
        heard = b""
        while not heard.endswith(b"\r\n\r\n"):
            data = self._stream.recv(4096)
            if not data:
                return False
            heard += data
        return True


@pytest.fixture
def serve() -> Iterator[Serve]:
    stopping = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    sessions: list[Session] = []

    def start(answer: Callable[[Peer], None]) -> Session:
        def meet(stream: socket.socket) -> None:
            with stream, suppress(OSError):
                peer = Peer(stream, stopping)
                while peer.hear():
                    answer(peer)

        def listen() -> None:
            with suppress(OSError):
                while True:
                    stream, _ = listener.accept()
                    threads.append(threading.Thread(target=meet, args=(stream,), daemon=True))
                    threads[-1].start()

        threads.append(threading.Thread(target=listen, daemon=True))
        threads[-1].start()
        sessions.append(Session(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.4))
        return sessions[-1]

    yield start
    stopping.set()
    for session in sessions:
        session.close()
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in list(threads):
        thread.join(5)


def in_the_body(peer: Peer) -> None:
    peer.send(OK + f"Content-Length: {len(SPACES) + len(JSON)}\r\n\r\n".encode())
    peer.drip(SPACES)
    peer.send(JSON)


def in_the_headers(peer: Peer) -> None:
    peer.send(OK + b"X-Padding: ")
    peer.drip(SPACES)
    peer.send(f"\r\nContent-Length: {len(JSON)}\r\n\r\n".encode() + JSON)


def between_chunks(peer: Peer) -> None:
    peer.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in SPACES:
        peer.send(b"1\r\n")
        peer.drip(b" ")
        peer.send(b"\r\n")
    peer.send(f"{len(JSON):x}\r\n".encode() + JSON + b"\r\n0\r\n\r\n")


def until_it_closes(peer: Peer) -> None:
    peer.send(OK + b"Connection: close\r\n\r\n")
    peer.drip(SPACES)
    peer.send(JSON)


@pytest.mark.parametrize("dripping", [in_the_body, in_the_headers, between_chunks, until_it_closes])
def test_an_answer_that_drips_ends_at_the_limit(serve: Serve, dripping: Callable[[Peer], None]) -> None:
    with pytest.raises(Unavailable, match="no whole answer in time"):
        serve(dripping).get("page", {})


def test_after_one_that_dripped_the_next_request_is_answered(serve: Serve) -> None:
    answers = iter([in_the_body, quickly])
    session = serve(lambda peer: next(answers)(peer))
    with pytest.raises(Unavailable):
        session.get("page", {})
    assert session.get("page", {}).payload == {"drinks": None}


def quickly(peer: Peer) -> None:
    peer.send(OK + f"Content-Length: {len(JSON)}\r\n\r\n".encode() + JSON)


def test_many_quick_answers_share_a_connection_that_no_limit_ends(serve: Serve) -> None:
    session = serve(quickly)
    assert {session.get("page", {}).body for _ in range(20)} == {JSON}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 507, 511, 520, 522, 524, 530, 599])
def test_what_may_pass_is_unavailable(serve: Serve, status: int) -> None:
    def answer(peer: Peer) -> None:
        peer.send(f"HTTP/1.1 {status} No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n".encode())

    with pytest.raises(Unavailable, match=f"HTTP {status}") as caught:
        serve(answer).get("page", {})
    assert caught.value.retry_after == "7"


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_what_stays_is_refused(serve: Serve, status: int) -> None:
    def answer(peer: Peer) -> None:
        peer.send(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())

    with pytest.raises(Refused, match=f"HTTP {status}"):
        serve(answer).get("page", {})


def test_less_than_was_promised_is_cut_off(serve: Serve) -> None:
    def answer(peer: Peer) -> None:
        peer.send(OK + f"Content-Length: {len(JSON) + 1}\r\nConnection: close\r\n\r\n".encode() + JSON)
        raise OSError

    with pytest.raises(Unavailable, match="cut off"):
        serve(answer).get("page", {})
