"""`barback dashboard`: serve the web pages in the foreground, reading from the API of the local engine, or on AWS.

The dashboard itself knows one address and no credentials: whoever starts it finds the address, here.
"""

import argparse
import os
import signal
import subprocess
import sys
import webbrowser
from importlib.util import find_spec

from barback.config import Config, read_config
from barback.console import Step, say
from barback.engines import current_config, running
from barback.engines.ports import free_port, require_free
from barback.errors import Problem
from barback.harness.server import answers, wait_until_answered
from barback.paths import ROOT
from barback.targets import target_of


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-browser", action="store_true", help="do not open it in a browser")
    parser.epilog = (
        "It starts the local environment if nothing runs. DASHBOARD_PORT chooses the port. With TARGET=aws it reads "
        "from the deployed API, and cannot write. Ctrl-C ends it."
    )


def run(arguments: argparse.Namespace) -> int:
    if find_spec("streamlit") is None:
        raise Problem("the packages of the dashboard are not installed", "make dashboard installs them")
    config = current_config()
    reads_from = _on_aws(config) if config.target == "aws" else _here(config)
    port = _port(config)
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "dashboard", "--port", str(port)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server ends with this command
    with subprocess.Popen(command, cwd=ROOT / "dashboard", env=environment(reads_from)) as server:
        try:
            with Step("the dashboard"):
                wait_until_served(server, url)
            say(f"\ndashboard   {url}\nreads from  {reads_from['BARBACK_API']}\nCtrl-C ends it")
            if not arguments.no_browser and _has_display():
                webbrowser.open(url)
            return server.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            server.terminate()


def environment(reads_from: dict[str, str]) -> dict[str, str]:
    """The shell's, without what is for AWS: no credentials reach the dashboard."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BARBACK_", "STREAMLIT_"))
    }
    return kept | reads_from | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def _here(config: Config) -> dict[str, str]:
    """The local engine's API; both are started where they are not up."""
    if not (running(config) and answers(config.api)):
        from barback.commands.up import start

        config = start(read_config()).config
    return {"BARBACK_API": config.api}


def _on_aws(config: Config) -> dict[str, str]:
    """The deployed API, found with the credentials of whoever asks. It is open, and can only be read."""
    from barback.flows.api.address import reachable

    address, host = reachable(target_of(config))
    return {"BARBACK_API": address, "BARBACK_READ_ONLY": "1"} | ({"BARBACK_API_HOST": host} if host else {})


def _port(config: Config) -> int:
    if config.values.get("DASHBOARD_PORT", "").strip():
        require_free(config.dashboard_port, "DASHBOARD_PORT")
        return config.dashboard_port
    return free_port(config.dashboard_port)


def wait_until_served(server: "subprocess.Popen[bytes]", url: str) -> None:
    why = "what it printed above says why"
    wait_until_answered("the dashboard", url, lambda: server.poll() is None, lambda: why, "/_stcore/health")


def _has_display() -> bool:
    """Not over SSH and not in a pipeline: there a browser would be one in the terminal, or none."""
    return sys.stdout.isatty() and (
        sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    )
