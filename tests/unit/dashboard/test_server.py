"""The server of the pages, started as in docker-compose.yml: with packages that lie in a folder of their own."""

import sys

import pytest

from dashboard import __main__ as server


def test_the_port_is_taken_wherever_streamlit_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside site-packages it would refuse: "server.port does not work when global.developmentMode is true"."""
    monkeypatch.setattr(sys, "argv", ["dashboard", "--port", "4595"])
    monkeypatch.setattr(server.cli, "main", lambda **named: None)
    server.main()
    assert {"--server.port=4595", "--global.developmentMode=false"} <= set(sys.argv)
