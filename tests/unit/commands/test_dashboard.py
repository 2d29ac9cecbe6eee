"""`barback dashboard`: where the pages read from, on which port they are served, and what reaches them of the shell."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from barback.commands import dashboard
from barback.config import Config, read_config
from barback.errors import Problem
from barback.paths import ROOT
from barback.polling import wait_for
from tests.ports import free_port
from tests.waiting import SECONDS


def test_no_credentials_reach_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    monkeypatch.setenv("BARBACK_READ_ONLY", "0")
    found = dashboard.environment({"BARBACK_API": "http://127.0.0.1:1", "BARBACK_READ_ONLY": "1"})
    assert not [name for name in found if name.startswith(("AWS_", "STREAMLIT_"))]
    assert (found["BARBACK_API"], found["BARBACK_READ_ONLY"]) == ("http://127.0.0.1:1", "1")


def test_a_port_that_is_taken_is_passed_over_unless_somebody_chose_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        if port < 60_000:
            assert dashboard._port(Config(dashboard_port=port)) != port
        with pytest.raises(Problem, match=f"port {port} is taken"):
            dashboard._port(read_config({"DASHBOARD_PORT": str(port)}, tmp_path / "none"))


def test_it_says_how_to_get_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "find_spec", lambda name: None)
    with pytest.raises(Problem, match="make dashboard installs them"):
        dashboard.run(dashboard.argparse.Namespace(no_browser=True))


def test_the_pages_are_served_on_this_machine_only_and_end_when_they_are_told_to() -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--port", str(port)],
        cwd=ROOT / "dashboard", env={**os.environ, "PYTHONPATH": str(ROOT), "BARBACK_API": "http://127.0.0.1:1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:

        def answer() -> str | None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answered:
                    return str(answered.read().decode())
            except OSError:
                assert process.poll() is None, process.communicate()
                return None

        assert wait_for(answer, "the dashboard", seconds=SECONDS) == "ok"
        hex_port = f":{port:04X}"
        tables = [Path(f"/proc/{process.pid}/net/{name}") for name in ("tcp", "tcp6")]
        lines = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
        listening = {line[1] for line in lines if line[3] == "0A" and line[1].endswith(hex_port)}
        assert listening <= {f"0100007F{hex_port}"}
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
