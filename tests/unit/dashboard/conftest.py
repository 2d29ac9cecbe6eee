"""What the dashboard's tests stand on: the real API, in this process, on tables in memory, and pages run against it.

open_page("profile", file="uploads/a.csv").html   what Streamlit would show
"""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from streamlit.testing.v1 import AppTest

from api.app import make_app
from barback.config import Config
from barback.harness.routes import router
from barback.paths import ROOT
from barback.targets import Target
from common.aws import client as aws_client
from dashboard import client, ui
from tests.unit.api.conftest import NAMES
from tests.unit.api.conftest import account as account

SECONDS = 120


class InMemory(Target):
    """The local engine's place, taken by moto."""

    names = NAMES  # type: ignore[assignment]

    def client(self, service: str, **options: Any) -> Any:
        return boto3.client(service, **options)


class Page:
    """A page after a run, with its parts as texts."""

    def __init__(self, test: AppTest) -> None:
        self.test = test

    @property
    def html(self) -> str:
        """Our own markup, without the style sheet."""
        return "\n".join(part.value for part in self.test.get("html") if not part.value.startswith("<style>"))

    def run(self) -> "Page":
        self.test.run(timeout=SECONDS)
        assert not self.test.exception, self.test.exception
        return self

    def click(self, label: str) -> "Page":
        next(button for button in self.test.button if button.label == label).click()
        return self.run()


SCRIPT = """
from dashboard import ui, views
ui.begin()
views.show({name!r})
"""


def open_page(name: str, **query: str) -> Page:
    """As app.py does, without its navigation: the harness runs the first page of one only."""
    test = AppTest.from_string(SCRIPT.format(name=name), default_timeout=SECONDS)
    test.query_params.update(query)
    return Page(test).run()


def open_app() -> Page:
    return Page(AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=SECONDS)).run()


@pytest.fixture(scope="module")
def http(account: Any) -> Iterator[httpx.Client]:
    """The API as it is served on this machine, with the routes that write."""
    aws_client("s3").create_bucket(Bucket=NAMES.bucket("raw"))
    app = make_app()
    app.state.target = InMemory(Config(), "http://127.0.0.1:1")
    app.state.flows = []
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as served:
            yield served
        server.should_exit = True
        thread.join()


@pytest.fixture
def api(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[client.Client]:
    """The dashboard's client, which pages use from here on; it has nothing kept."""
    found = client.Client(http)
    monkeypatch.setattr(ui, "api", lambda: found)
    yield found


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers."""
    nobody = client.connect("http://127.0.0.1:1")
    monkeypatch.setattr(ui, "api", lambda: nobody)


def samples() -> list[Path]:
    return sorted(path for path in (ROOT / "samples" / "csv_profile").iterdir() if path.is_file())
