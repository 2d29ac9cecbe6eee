"""What listens, listens on 127.0.0.1: the engine, the stand-ins, and the Runtime API of every function."""

from contextlib import suppress

import psutil
import pytest

from tests.embedded.lab import Lab

pytestmark = pytest.mark.local_only

ENGINE_STANDINS_AND_ONE_FUNCTION = 3


def test_every_listener_of_every_process_is_on_the_loopback(lab: Lab) -> None:
    lab.answer(lab.create(), {"echo": 1})
    listeners = []
    for process in lab.processes():
        with suppress(psutil.NoSuchProcess):  # one of an earlier test's
            listeners += [
                connection.laddr
                for connection in process.net_connections(kind="inet")
                if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)  # UDP has no state
            ]
    assert lab.running.port in [listener.port for listener in listeners]
    assert len({listener.port for listener in listeners}) >= ENGINE_STANDINS_AND_ONE_FUNCTION
    assert {listener.ip for listener in listeners} == {"127.0.0.1"}
