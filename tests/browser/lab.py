"""What the browser works with: an embedded engine of its own, the dashboard, and the Chromium of this machine.

The tests and the screenshots (`python -m tests.browser.screenshots`) use the same.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from barback.commands.dashboard import environment, wait_until_served
from barback.config import read_config
from barback.console import Step
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.embedded.localstack import LocalStack, default_home
from barback.harness.server import Server
from barback.paths import ROOT
from barback.targets import Target, target_of
from tests.ports import free_port

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_MACS = ("Chromium", "Google Chrome")


def chromium() -> str | None:
    """The browser of this machine; CHROMIUM names another one."""
    on_macs = (Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in ON_MACS)
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((str(path) for path in on_macs if path.exists()), None)


def what_is_missing() -> str | None:
    for package in ("playwright", "streamlit"):
        if find_spec(package) is None:
            return f"{package} is not installed: make browser-test installs it"
    if chromium() is None:
        return f"there is no {', '.join(NAMES[:3])} on the path: install one, or name it with CHROMIUM"
    return None


@dataclass
class Lab:
    """An environment with its API and the dashboard that reads from it."""

    target: Target
    home: Path
    dashboard: str = ""

    def stop_api(self) -> None:
        assert Server(self.home).stop()

    def start_api(self) -> None:
        server = Server(self.home)
        server.start(self.target.config)
        server.wait(self.target.config)

    def url(self, page: str) -> str:
        return f"{self.dashboard}/{page}"


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    config = replace(read_config(), gateway_port=free_port(), upstream_port=free_port(), api_port=free_port())
    home = LocalStack(default_home()).sibling(folder).home
    engine = EmbeddedEngine(config, home)
    try:
        with Step("embedded engine for the browser") as step:
            engine.up(step)
        with _served(config.api) as url:
            yield Lab(target_of(config), home, url)
    finally:
        with Step("stopping it") as step:
            engine.down(step)


@contextmanager
def _served(api: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "dashboard", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT / "dashboard", env=environment({"BARBACK_API": api})) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_served(server, url)
            yield url
        finally:
            server.terminate()


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Its sandbox does not work for root, who runs tests in containers; the pages are our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield opened
        finally:
            opened.close()
